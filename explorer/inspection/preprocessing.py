"""From any picture to an input like those of Fashion-MNIST: light on black, filling a small square.

The steps follow section 2 of Xiao, Rasul and Vollgraf, "Fashion-MNIST" (https://arxiv.org/abs/1708.07747):
trim to the content, shrink the longer side to 28 pixels, centre, negate, one grey channel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.datasets import squares
from explorer.images import LUMA
from explorer.inspection.filtering import WHITE
from explorer.messages import N_, ExplorerError, Message, message

TOLERANCE = 0.1
"""How far a pixel's grey must be from the background's to belong to the content."""

AUTOMATIC, ALWAYS, NEVER = "auto", "yes", "no"
CONTENT, SQUARE, WHOLE = "content", "square", "whole"
_LEAST_CONTRAST = 0.02


@dataclass(frozen=True)
class Step:
    """One step: what was done, and the picture after it, 0 (black) to 1 (white): grey (height, width) or RGB."""

    done: Message
    picture: np.ndarray


def prepare(picture: np.ndarray, size: int = 28, crop: str = CONTENT, invert: str = AUTOMATIC) -> tuple[Step, ...]:
    """The steps from a picture (height, width, 3) of uint8 to (size, size); the last one's is the model's input.

    Raises:
        ExplorerError: if nothing can be told from the background.
    """
    grey = picture.astype(np.float32) @ LUMA / np.float32(WHITE)
    background = _background(grey)
    cropped = CROPS[crop](grey, background)
    inverted = invert == ALWAYS or (invert == AUTOMATIC and background > 0.5)
    turned, ground = (1 - cropped, 1 - background) if inverted else (cropped, background)
    small = area_average(turned, size)
    return (
        Step(_sized(N_("grey, {width} × {height}"), grey), grey),
        Step(_sized(N_("cropped, {width} × {height}"), cropped), cropped),
        Step(message(N_("inverted") if inverted else N_("not inverted")), turned),
        Step(_sized(N_("scaled to {width} × {height}"), small), small),
        Step(message(N_("stretched to 0…1")), stretched(small, ground)),
    )


def scale(picture: np.ndarray, size: int, channels: int) -> tuple[Step, ...]:
    """The steps from a picture (height, width, 3) of uint8 to an image as `datasets.squares` makes them.

    The last one is the model's input: (size, size) if it has one channel, (size, size, 3) if it has three.
    """
    batch = picture[np.newaxis] if channels == 3 else squares.grey(picture[np.newaxis])
    length = min(picture.shape[:2])
    begin = N_("in colour, {width} × {height}") if channels == 3 else N_("grey, {width} × {height}")
    texts = (begin, N_("cropped, {width} × {height}"), N_("scaled to {width} × {height}"))
    made = (batch, squares.squares(batch, length), squares.squares(batch, size))
    shown = [
        (images[0] if channels == 3 else images[0, ..., 0]).astype(np.float32) / np.float32(WHITE) for images in made
    ]
    return tuple(Step(_sized(text, image), image) for text, image in zip(texts, shown, strict=True))


def fitted(picture: np.ndarray, shape: tuple[int, ...]) -> tuple[np.ndarray, tuple[Step, ...]]:
    """A picture (height, width, 3) of uint8 as an input of any shape (height, width, channels), and the steps to it.

    The middle part of the right proportions is scaled by averaging areas. Of three channels they
    are red, green and blue; of any other number all are the same grey.
    """
    height, width, channels = shape
    colour = channels == 3
    begun = picture.astype(np.float32) / np.float32(WHITE)
    begun = begun if colour else begun @ LUMA
    cropped = _of_proportions(begun, height / width)
    rows, columns = (_shares(length, size) for length, size in zip(cropped.shape, (height, width), strict=False))
    small = np.einsum("hi,ij...,wj->hw...", rows, cropped, columns, optimize=True).astype(np.float32)
    first = N_("in colour, {width} × {height}") if colour else N_("grey, {width} × {height}")
    texts = (first, N_("cropped, {width} × {height}"), N_("scaled to {width} × {height}"))
    pixels = small if colour else np.repeat(small[..., np.newaxis], channels, axis=2)
    return pixels, tuple(
        Step(_sized(text, image), image) for text, image in zip(texts, (begun, cropped, small), strict=True)
    )


def _of_proportions(picture: np.ndarray, proportion: float) -> np.ndarray:
    """The largest middle part whose height is `proportion` times its width."""
    height, width = picture.shape[:2]
    tall, wide = min(height, round(width * proportion)), min(width, round(height / proportion))
    tall, wide = max(1, tall), max(1, wide)
    top, left = (height - tall) // 2, (width - wide) // 2
    return picture[top : top + tall, left : left + wide]


def _sized(text: str, picture: np.ndarray) -> Message:
    return message(text, width=picture.shape[1], height=picture.shape[0])


def _background(grey: np.ndarray) -> float:
    """The grey that lies in the middle of all greys along the border."""
    return float(np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])))


def _content(grey: np.ndarray, background: float) -> np.ndarray:
    """The rectangle around all that is not background, made square with background."""
    seen = np.abs(grey - background) > TOLERANCE
    if not seen.any():
        raise _blank()
    rows, columns = (np.flatnonzero(seen.any(axis=axis)) for axis in (1, 0))
    return _squared(grey[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], background)


def _middle_square(grey: np.ndarray, background: float) -> np.ndarray:
    side = min(grey.shape)
    top, left = ((length - side) // 2 for length in grey.shape)
    return grey[top : top + side, left : left + side]


def _squared(grey: np.ndarray, background: float) -> np.ndarray:
    """The picture in the middle of a square of background."""
    side = max(grey.shape)
    square = np.full((side, side), background, np.float32)
    top, left = ((side - length) // 2 for length in grey.shape)
    square[top : top + grey.shape[0], left : left + grey.shape[1]] = grey
    return square


CROPS: dict[str, Callable[[np.ndarray, float], np.ndarray]] = {
    CONTENT: _content,
    SQUARE: _middle_square,
    WHOLE: _squared,
}
"""Ways to make a grey picture square."""


def area_average(picture: np.ndarray, size: int) -> np.ndarray:
    """A picture (height, width) as (size, size): each cell is the mean over its area of the picture."""
    rows, columns = (_shares(length, size) for length in picture.shape)
    return (rows @ picture @ columns.T).astype(np.float32)


def _shares(length: int, size: int) -> np.ndarray:
    """How much of each of `size` cells each of `length` pixels covers: (size, length), rows adding up to 1."""
    edges = np.arange(size + 1) * (length / size)
    pixels = np.arange(length)
    overlap = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    return overlap.clip(0) * (size / length)


def stretched(picture: np.ndarray, background: float) -> np.ndarray:
    """The greys spread over 0 to 1, with the background at 0 if it is the dark side.

    Raises:
        ExplorerError: if there is hardly any difference to spread.
    """
    low, high = float(picture.min()), float(picture.max())
    if background < 0.5 and high - background >= _LEAST_CONTRAST:
        low = background
    if high - low < _LEAST_CONTRAST:
        raise _blank()
    return ((picture - low) / (high - low)).clip(0, 1).astype(np.float32)


def _blank() -> ExplorerError:
    return ExplorerError(
        message(N_("Nothing in this picture can be told from its background; take one with more contrast."))
    )
