"""Filters made by hand, before networks learned their own: each a formula for kernels of any size.

All grow out of two rows of numbers: [1, 1], which averages neighbours, and [1, -1], which
subtracts them. At size 3 they are the matrices of the textbooks (Gonzalez and Woods: Digital
Image Processing, chapters 3 and 10). As everywhere in neural networks they are applied
without flipping them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.messages import N_

LARGEST = 7


@dataclass(frozen=True)
class HandMade:
    """A filter with its name, title, idea in one sentence, and its kernel (size, size) for a size."""

    name: str
    title: str
    idea: str
    kernel: Callable[[int], np.ndarray]

    def __call__(self, size: int) -> np.ndarray:
        return self.kernel(size).astype(np.float32)


def binomial(size: int) -> np.ndarray:
    """[1, 1] convolved with itself until it has `size` numbers, such as [1, 2, 1]."""
    row = np.ones(1)
    for _ in range(size - 1):
        row = np.convolve(row, [1, 1])
    return row


def smoothed(difference: list[int], size: int) -> np.ndarray:
    """A difference of neighbours, smoothed to `size` numbers; all 0 if it has more than those."""
    spare = size - len(difference)
    return np.convolve(binomial(spare + 1), difference) if spare >= 0 else np.zeros(size)


def derivative(size: int) -> np.ndarray:
    """How much the values fall from one end to the other, such as [1, 0, -1]."""
    return smoothed([1, -1], size)


def identity(size: int) -> np.ndarray:
    """1 at the cell that the output stands for, which with an even size is the one before the middle."""
    row = np.eye(size)[(size - 1) // 2]
    return np.outer(row, row)


def box(size: int) -> np.ndarray:
    """The mean of all cells."""
    return np.full((size, size), 1 / size**2)


def gaussian(size: int) -> np.ndarray:
    """Binomial weights, which approach a Gaussian as they grow; they add up to 1."""
    row = binomial(size) / binomial(size).sum()
    return np.outer(row, row)


def prewitt_vertical(size: int) -> np.ndarray:
    """Left minus right, the same in each row."""
    return np.outer(np.ones(size), derivative(size))


def sobel_vertical(size: int) -> np.ndarray:
    """Left minus right, the middle rows counting more."""
    return np.outer(binomial(size), derivative(size))


def laplacian(size: int) -> np.ndarray:
    """Second differences down and across, of the picture smoothed with what is left of the size."""
    bend, middle = smoothed([1, -2, 1], size), smoothed([0, 1, 0], size)
    return (np.outer(bend, middle) + np.outer(middle, bend)) / max(middle.sum() ** 2, 1)


def sharpen(size: int) -> np.ndarray:
    """The picture minus its Laplacian."""
    return identity(size) - laplacian(size)


def emboss(size: int) -> np.ndarray:
    """The picture, lit from one corner: brighter where values rise towards the other."""
    return identity(size) - prewitt_vertical(size) - prewitt_vertical(size).T


KERNELS: dict[str, HandMade] = {
    made.name: made
    for made in (
        HandMade(
            "prewitt-vertical",
            N_("Prewitt, vertical edges"),
            N_("Left neighbours minus right neighbours: large where brightness changes from left to right."),
            prewitt_vertical,
        ),
        HandMade(
            "prewitt-horizontal",
            N_("Prewitt, horizontal edges"),
            N_("Upper neighbours minus lower neighbours: large where brightness changes from top to bottom."),
            lambda size: prewitt_vertical(size).T,
        ),
        HandMade(
            "sobel-vertical",
            N_("Sobel, vertical edges"),
            N_("As Prewitt's, but the rows in the middle count more, so noise counts less."),
            sobel_vertical,
        ),
        HandMade(
            "sobel-horizontal",
            N_("Sobel, horizontal edges"),
            N_("As Prewitt's, but the columns in the middle count more, so noise counts less."),
            lambda size: sobel_vertical(size).T,
        ),
        HandMade(
            "laplacian",
            N_("Laplacian, all edges"),
            N_("All neighbours minus the middle: 0 on even slopes, large wherever the slope changes."),
            laplacian,
        ),
        HandMade("box", N_("Box blur"), N_("The mean of all neighbours: details smaller than the kernel fade."), box),
        HandMade(
            "gaussian",
            N_("Gaussian blur"),
            N_("A mean in which near neighbours count more: a softer blur without edges of its own."),
            gaussian,
        ),
        HandMade(
            "sharpen",
            N_("Sharpen"),
            N_("The picture minus its Laplacian: differences from the neighbours grow."),
            sharpen,
        ),
        HandMade(
            "emboss",
            N_("Emboss"),
            N_("The picture plus its slope along the diagonal: as if lit from one corner."),
            emboss,
        ),
        HandMade(
            "identity", N_("Identity"), N_("1 in the middle and 0 around it: the picture stays as it is."), identity
        ),
    )
}
