"""How far a run does better on what it has trained on than on what it has not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.training.record import EpochResult, RunRecord

LOSS, ACCURACY = "loss", "accuracy"


@dataclass(frozen=True)
class Gap:
    """Training beside validation, (epochs,) each, and the gap: how much worse validation is, positive when it is.

    Losses are without the penalties of regularisers, so that runs with and without them can be
    compared. `kept` is the epoch whose weights were kept (while it trains, the last one), `best` the
    one with the lowest validation loss; both count from 1 and are None before the first epoch has ended.
    """

    training: np.ndarray
    validation: np.ndarray
    gap: np.ndarray
    kept: int | None
    best: int | None

    @property
    def final(self) -> tuple[float, float, float] | None:
        """Training, validation and their gap with the weights that were kept."""
        if self.kept is None:
            return None
        place = self.kept - 1
        return float(self.training[place]), float(self.validation[place]), float(self.gap[place])


def gap(record: RunRecord, measure: str) -> Gap:
    """The gap of a run, by `LOSS` or by `ACCURACY`."""
    read, sign = (_losses, 1.0) if measure == LOSS else (_accuracies, -1.0)
    pairs = np.array([read(result) for result in record.history], float).reshape(-1, 2)
    kept = record.best_epoch if record.best_epoch and not record.status.active else len(record.history) or None
    best = 1 + int(np.argmin([_losses(result)[1] for result in record.history])) if record.history else None
    return Gap(pairs[:, 0], pairs[:, 1], sign * (pairs[:, 1] - pairs[:, 0]), kept, best)


def _losses(result: EpochResult) -> tuple[float, float]:
    return result.loss - result.penalty, result.val_loss - result.val_penalty


def _accuracies(result: EpochResult) -> tuple[float, float]:
    return result.accuracy, result.val_accuracy
