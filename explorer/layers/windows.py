"""The windows that slide over an image, shared by convolution and pooling."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from explorer.specs import window_count

Size = tuple[int, int]


def same_padding(size: int, span: int, stride: int) -> Size:
    """Cells that padding `same` adds before and after an axis; the odd one goes after.

    As in https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2.
    """
    outputs = window_count(size, span, stride, "same")
    total = max((outputs - 1) * stride + span - size, 0)
    return total // 2, total - total // 2


def padded(images: np.ndarray, span: Size, strides: Size, padding: str, value: float = 0.0) -> np.ndarray:
    """Images (n, height, width, channels) with the border that `padding` asks for."""
    if padding == "valid":
        return images
    rows = same_padding(images.shape[1], span[0], strides[0])
    columns = same_padding(images.shape[2], span[1], strides[1])
    if not any((*rows, *columns)):
        return images
    count, height, width, channels = images.shape
    framed = np.full((count, height + sum(rows), width + sum(columns), channels), value, images.dtype)
    framed[:, rows[0] : rows[0] + height, columns[0] : columns[0] + width] = images
    return framed


def windows(images: np.ndarray, size: Size, strides: Size, dilation: Size = (1, 1)) -> np.ndarray:
    """Every window of padded images: (n, out height, out width, channels, rows, columns).

    A view: no value is copied. With dilation, a window takes every d-th cell of its span.
    """
    span = tuple((k - 1) * d + 1 for k, d in zip(size, dilation, strict=True))
    view = sliding_window_view(images, span, axis=(1, 2))
    return view[:, :: strides[0], :: strides[1], :, :: dilation[0], :: dilation[1]]
