"""How long texts are, and what a fixed length does to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BINS = 50
SPLIT_SEED = 42


@dataclass(frozen=True)
class Lengths:
    """A histogram of tokens per text: `counts` (bins,) between `edges` (bins + 1,); the last bin holds all longer ones.

    `cut` and `padded` are the shares of the texts that a length of `maxlen` shortens and fills up, `lost` the
    share of all tokens that it cuts off, `filling` the share of the rows that is padding.
    """

    texts: int
    mean: float
    median: float
    longest: int
    edges: np.ndarray
    counts: np.ndarray
    maxlen: int
    cut: float
    padded: float
    lost: float
    filling: float


def lengths(of_texts: np.ndarray, maxlen: int) -> Lengths:
    """Count the lengths (n,) of texts; the bins reach to the 98th of a hundred."""
    reach = max(int(np.percentile(of_texts, 98)), maxlen, 1)
    width = -(-reach // BINS)
    # An edge lies at maxlen, so that each bar is cut as a whole or not at all.
    edges = np.arange(maxlen % width - width if maxlen % width else 0, reach + width, width) + 0.5
    counts = np.histogram(np.minimum(of_texts, edges[-1]), edges)[0]
    kept = np.minimum(of_texts, maxlen)
    return Lengths(
        len(of_texts),
        float(of_texts.mean()),
        float(np.median(of_texts)),
        int(of_texts.max()),
        edges,
        counts,
        maxlen,
        cut=float((of_texts > maxlen).mean()),
        padded=float((of_texts < maxlen).mean()),
        lost=1 - float(kept.sum() / of_texts.sum()),
        filling=1 - float(kept.mean()) / maxlen,
    )


def notes_training(count: int) -> np.ndarray:
    """The numbers of the examples that scikit-learn's train_test_split(test_size=0.2, random_state=42) trains on."""
    return np.random.RandomState(SPLIT_SEED).permutation(count)[-(-count // 5) :]
