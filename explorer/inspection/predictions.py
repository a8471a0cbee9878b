"""What a classifier says of one image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Prediction:
    """Class probabilities (n,) that add up to 1, and the true class."""

    probabilities: np.ndarray
    label: int

    @property
    def top(self) -> int:
        """The most probable class."""
        return int(self.probabilities.argmax())

    @property
    def correct(self) -> bool:
        return self.top == self.label
