"""What a classifier says of one image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Prediction:
    """Class probabilities (n,) that add up to 1, and the true class if it is known."""

    probabilities: np.ndarray
    label: int | None

    @property
    def top(self) -> int:
        """The most probable class."""
        return int(self.probabilities.argmax())

    @property
    def correct(self) -> bool | None:
        """Whether that is the true class; None if nobody knows."""
        return None if self.label is None else self.top == self.label
