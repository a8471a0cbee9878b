"""One pixel of a changed image: which place of the image it is fetched from, and how its value is mixed there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Fetched:
    """Where the value of one pixel of a variant comes from.

    `offset` and `target` (x, y) count from the middle of the image: the pixel's own place and
    the one that the matrix leads to. `place` (row, column), from 0, is the target brought back to
    the edge if it lies `outside`. `values` (2, 2) are the four pixels around the place, `weights`
    (2, 2) their shares, which sum to 1.
    """

    offset: np.ndarray
    target: np.ndarray
    place: np.ndarray
    outside: bool
    values: np.ndarray
    weights: np.ndarray

    @property
    def value(self) -> float:
        return float((self.values * self.weights).sum())


def fetched(image: np.ndarray, product: np.ndarray, row: int, column: int) -> Fetched:
    """Follow the pixel in `row` and `column` (from 0) of a variant back into its image (height, width).

    `product` (3, 3) leads from (x, y, 1) in the variant to (x, y, 1) in the image, both counted
    from the middle. Bilinear interpolation, as in `explorer.augmentation.apply`.
    """
    last = np.array(image.shape) - 1
    offset = np.array([column, row]) - last[::-1] / 2
    target = (product @ [*offset, 1.0])[:2]
    wanted = target[::-1] + last / 2
    place = np.clip(wanted, 0, last)
    low = np.minimum(place.astype(int), np.maximum(last - 1, 0))
    high = np.minimum(low + 1, last)
    down, across = place - low
    return Fetched(
        offset,
        target,
        place,
        bool(np.any(np.abs(wanted - place) > 1e-9)),
        image[np.ix_([low[0], high[0]], [low[1], high[1]])],
        np.outer([1 - down, down], [1 - across, across]),
    )
