"""Pictures of any size as small squares of one size: the middle square of each, scaled by averaging areas."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from explorer.images import LUMA

_CHUNK_VALUES = 8_000_000


def squares(images: np.ndarray, side: int) -> np.ndarray:
    """Pictures (n, height, width, channels) of uint8 as (n, side, side, channels), also uint8.

    What lies outside the middle square is cut off; each new pixel is the mean over its area of that square.
    """
    length = min(images.shape[1:3])
    top, left = ((size - length) // 2 for size in images.shape[1:3])
    cropped = images[:, top : top + length, left : left + length]
    if length == side:
        return np.ascontiguousarray(cropped)
    found = np.empty((len(images), side, side, images.shape[3]), np.uint8)
    for part in _chunks(cropped):
        found[part] = np.rint(_scaled(cropped[part], _shares(length, side)))
    return found


def grey(images: np.ndarray) -> np.ndarray:
    """Pictures (..., 3) of uint8 as (..., 1): how bright they look. Grey ones stay as they are."""
    if images.shape[-1] == 1:
        return images
    found = np.empty((*images.shape[:-1], 1), np.uint8)
    for part in _chunks(images):
        found[part, ..., 0] = np.rint(images[part].astype(np.float32) @ LUMA)
    return found


def coloured(images: np.ndarray) -> np.ndarray:
    """Pictures (..., 1 or 3) as (..., 3)."""
    return images if images.shape[-1] == 3 else np.repeat(images, 3, axis=-1)


def without_colour(images: np.ndarray) -> bool:
    """Whether red, green and blue are the same everywhere."""
    first = images[..., :1]
    return bool((images == first).all())


def _chunks(images: np.ndarray) -> Iterator[slice]:
    """Slices of so many pictures as may be numbers at a time."""
    step = max(1, _CHUNK_VALUES // max(1, int(np.prod(images.shape[1:]))))
    return (slice(first, first + step) for first in range(0, len(images), step))


def _scaled(images: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """(n, length, length, channels) to (n, side, side, channels) by `shares` (side, length) along both axes."""
    count, length, _length, channels = images.shape
    side = len(shares)
    rows = shares @ images.astype(np.float32).reshape(count, length, length * channels)
    columns = rows.reshape(count, side, length, channels).transpose(0, 1, 3, 2).reshape(-1, length) @ shares.T
    return columns.reshape(count, side, channels, side).transpose(0, 1, 3, 2)


@lru_cache(maxsize=64)
def _shares(length: int, side: int) -> np.ndarray:
    """How much of each of `side` cells each of `length` pixels covers: (side, length), rows adding up to 1."""
    edges = np.arange(side + 1) * (length / side)
    pixels = np.arange(length)
    overlap = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    return (overlap.clip(0) * (side / length)).astype(np.float32)
