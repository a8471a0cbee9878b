"""Holding some examples of each class back for the test."""

from __future__ import annotations

import numpy as np

from explorer.datasets.base import TEST, TRAIN

SEED = 2024


def stratified(labels: np.ndarray) -> dict[str, np.ndarray]:
    """The numbers of the training and test examples, shuffled: a fifth of each class is for the test, at least one.

    Always the same for the same labels.
    """
    chance = np.random.default_rng(SEED)
    shuffled = [chance.permutation(np.flatnonzero(labels == label)) for label in np.unique(labels)]
    ends = [len(numbers) - max(len(numbers) // 5, 1) for numbers in shuffled]
    return {
        TRAIN: chance.permutation(np.concatenate([group[:end] for group, end in zip(shuffled, ends, strict=True)])),
        TEST: chance.permutation(np.concatenate([group[end:] for group, end in zip(shuffled, ends, strict=True)])),
    }
