"""What one small kernel makes of a photo: the filtered values, their range, one pixel's arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from explorer.images import LUMA
from explorer.layers import ACTIVATIONS, forward
from explorer.layers.windows import same_padding
from explorer.messages import N_, ExplorerError, message
from explorer.specs import Conv2D

ZEROS, EDGE = "zeros", "edge"
WHITE = 255.0
"""The largest value of a photo's channel; the smallest is 0."""

_PADDING: dict[str, Literal["constant", "edge"]] = {ZEROS: "constant", EDGE: "edge"}
_BAND = 32


def grey(photo: np.ndarray) -> np.ndarray:
    """The brightness (height, width) of an RGB photo (height, width, 3): float32 of whole numbers, 0 to 255."""
    return np.rint(photo.astype(np.float32) @ LUMA)


def framed(values: np.ndarray, size: int, border: str) -> np.ndarray:
    """Values (height, width, ...) with the border that a kernel of `size` needs so that the size stays the same.

    Beyond the picture lie zeros, as in Keras, or with EDGE copies of the nearest pixel. Of an
    even kernel the odd cell goes after, as in Keras.
    """
    frame = [same_padding(length, size, 1) for length in values.shape[:2]]
    return np.pad(values, [*frame, *[(0, 0)] * (values.ndim - 2)], _PADDING[border])


def correlate(values: np.ndarray, kernel: np.ndarray, border: str = ZEROS) -> np.ndarray:
    """output[y, x] = sum over i, j of input[y + i, x + j] · kernel[i, j], as a convolution layer computes it.

    `values` (height, width) or (height, width, channels) and the square `kernel` give float32 of
    the values' own shape, each channel by itself.
    """
    size, (height, width) = len(kernel), values.shape[:2]
    inputs = framed(values.astype(np.float32, copy=False), size, border)
    output = np.zeros(values.shape, np.float32)
    product = np.empty((_BAND, *values.shape[1:]), np.float32)
    cells = [(i, j, weight) for (i, j), weight in np.ndenumerate(kernel.astype(np.float32)) if weight]
    # A band of rows stays in the processor's cache while all cells of the kernel pass over it.
    for top in range(0, height, _BAND):
        total = output[top : top + _BAND]
        rows = len(total)
        for i, j, weight in cells:
            np.multiply(inputs[top + i : top + i + rows, j : j + width], weight, out=product[:rows])
            total += product[:rows]
    return output


def canny(values: np.ndarray, sigma: float, low: float, high: float) -> np.ndarray:
    """Canny's edges of a channel (height, width) of 0 to 255: 255 where there is an edge, else 0.

    `sigma` is the blur in pixels; a slope from `high` on begins an edge, and one from `low` on
    continues it. Slopes are what Sobel's kernel gives on values of 0 to 1: about 2.7 between
    black and white, blurred by 1. Canny 1986, https://doi.org/10.1109/TPAMI.1986.4767851.

    Raises:
        ExplorerError: if `low` is above `high`.
    """
    if low > high:
        raise ExplorerError(
            message(
                N_("The low threshold {low} lies above the high one {high}: an edge must begin before it continues."),
                low=f"{low:g}",
                high=f"{high:g}",
            )
        )
    from skimage.feature import canny as edges

    found = edges(values / np.float32(WHITE), sigma=sigma, low_threshold=low, high_threshold=high)
    return found.astype(np.float32) * np.float32(WHITE)


@dataclass(frozen=True)
class Range:
    """Where values lie, and `reach`, the distance from 0 that is drawn in the strongest colour.

    `beyond` is the share of the values that lie farther out and look the same.
    """

    minimum: float
    maximum: float
    reach: float
    beyond: float


def value_range(values: np.ndarray, white: float) -> Range:
    """The range of filtered values; what the kernel makes of an even `white` area is within reach."""
    distances = np.abs(values)
    # A few large values must not make all others dark; every third pixel tells enough of that.
    usual = float(np.quantile(distances[::3, ::3], 0.98))
    reach = max(abs(white), usual) or float(distances.max()) or 1.0
    beyond = float((distances > reach * 1.0001).mean())
    return Range(float(values.min()), float(values.max()), reach, beyond)


@dataclass(frozen=True)
class Patch:
    """One output pixel's arithmetic: the pixels under the kernel, cell by cell times its weights, and their sum."""

    values: np.ndarray
    kernel: np.ndarray

    @property
    def products(self) -> np.ndarray:
        return self.values * self.kernel

    @property
    def total(self) -> float:
        return float(self.products.sum(dtype=np.float64))


def patch(values: np.ndarray, kernel: np.ndarray, row: int, column: int, border: str = ZEROS) -> Patch:
    """The arithmetic of the output at `row` and `column` (from 0) of a channel (height, width)."""
    size = len(kernel)
    inputs = framed(values, size, border)
    return Patch(inputs[row : row + size, column : column + size].astype(np.float32), kernel)


NOTES_EXAMPLE = Patch(
    np.array([[2, 3, 1], [3, 4, 2], [3, 4, 6]], np.float32),
    np.array([[1, 0, -1], [1, 0, -1], [1, 0, -1]], np.float32),
)
"""The course notes' example: Prewitt's kernel on nine pixels gives -1."""


def learned_maps(layer: Conv2D, weights: Mapping[str, np.ndarray], values: np.ndarray) -> np.ndarray:
    """What a first convolution trained on grey images of 0 to 1 makes of a channel: (height, width, filters).

    The map is as large as the channel, whatever the layer's padding.
    """
    batch = (values / np.float32(WHITE))[np.newaxis, :, :, np.newaxis]
    return forward(replace(layer, padding="same"), weights, batch).output[0]


def learned_map(layer: Conv2D, weights: Mapping[str, np.ndarray], values: np.ndarray, number: int) -> np.ndarray:
    """The map (height, width) of one filter alone, of a layer whose window moves by one pixel; sooner than all."""
    logits = correlate(values / np.float32(WHITE), weights["kernel"][:, :, 0, number])
    if layer.use_bias:
        logits += weights["bias"][number]
    return ACTIVATIONS[layer.activation](logits)


def shrunk(values: np.ndarray, factor: int) -> np.ndarray:
    """A picture (height, width, ...) at a `factor`-th of its size, by the mean of squares; what is smaller stays."""
    height, width = (size // factor for size in values.shape[:2])
    if not height or not width:
        return values
    whole = values[: height * factor, : width * factor]
    return whole.reshape(height, factor, width, factor, *values.shape[2:]).mean(axis=(1, 3))
