"""How good a classifier is, class by class, and where it is most confidently wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Mistake:
    """A wrongly classified image: its place, its true class, the class it was taken for and with what share."""

    index: int
    label: int
    predicted: int
    share: float


@dataclass(frozen=True)
class Evaluation:
    """A classifier's answers: probabilities (n, classes) and the true classes (n,)."""

    probabilities: np.ndarray
    labels: np.ndarray

    @property
    def predicted(self) -> np.ndarray:
        """The most probable class of each image: (n,)."""
        return np.asarray(self.probabilities.argmax(axis=1))

    @property
    def accuracy(self) -> float:
        """The share of all images that are classified rightly."""
        return float((self.predicted == self.labels).mean())

    def confusion(self) -> np.ndarray:
        """How many images of each true class (row) were taken for each class (column): (classes, classes)."""
        classes = self.probabilities.shape[1]
        pairs = self.labels.astype(int) * classes + self.predicted
        return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)

    def recall(self) -> np.ndarray:
        """Of each class's images, the share that is recognised (its accuracy); NaN without images."""
        confusion = self.confusion()
        return _shares(confusion.diagonal(), confusion.sum(axis=1))

    def precision(self) -> np.ndarray:
        """Of the images taken for each class, the share that belongs to it; NaN if none was."""
        confusion = self.confusion()
        return _shares(confusion.diagonal(), confusion.sum(axis=0))

    def mistakes(self, label: int | None = None, predicted: int | None = None) -> tuple[Mistake, ...]:
        """The wrong answers, most confident first; of one true class or one predicted class if given."""
        guesses = self.predicted
        wrong = guesses != self.labels
        if label is not None:
            wrong &= self.labels == label
        if predicted is not None:
            wrong &= guesses == predicted
        places = np.flatnonzero(wrong)
        shares = self.probabilities[places, guesses[places]]
        order = np.argsort(-shares, kind="stable")
        return tuple(
            Mistake(int(place), int(self.labels[place]), int(guesses[place]), float(share))
            for place, share in zip(places[order], shares[order], strict=True)
        )


def _shares(parts: np.ndarray, wholes: np.ndarray) -> np.ndarray:
    return np.divide(parts, wholes, out=np.full(len(parts), np.nan), where=wholes > 0)
