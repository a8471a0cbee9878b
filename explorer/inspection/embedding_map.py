"""Word vectors in two dimensions, which words lie next to each other, and what each word does by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.datasets.tokens import Sequences, Tokens
from explorer.inspection.influence import logits
from explorer.inspection.word_vectors import cosines
from explorer.network import Network
from explorer.text import Lexicon, pad_sequences

MOST = 500
"""Words that a map shows at most: the most frequent ones."""
PERPLEXITIES = (5, 15, 30, 50)


@dataclass(frozen=True)
class Axes:
    """The two directions (2, numbers) in which vectors differ most, about their `mean`, and the `shares` (2,) of the
    variance along them."""

    mean: np.ndarray
    directions: np.ndarray
    shares: np.ndarray

    def places(self, rows: np.ndarray) -> np.ndarray:
        """Vectors (n, numbers) along the two directions: (n, 2)."""
        return np.asarray((rows - self.mean) @ self.directions.T)

    def share_of(self, rows: np.ndarray) -> np.ndarray:
        """The shares (2,) of other vectors' variance along these directions."""
        total = rows.var(axis=0).sum()
        return np.asarray(self.places(rows).var(axis=0) / total if total else np.zeros(2))


def principal_axes(rows: np.ndarray) -> Axes:
    """Principal component analysis by singular value decomposition: X - mean = U S Vᵀ, the first two rows of Vᵀ.

    Jolliffe and Cadima 2016, https://doi.org/10.1098/rsta.2015.0202. Each direction's largest
    number is positive. Vectors of a single number have a second direction of zeros.
    """
    rows = rows.astype(float)
    mean = rows.mean(axis=0)
    _, scales, turned = np.linalg.svd(rows - mean, full_matrices=False)
    directions = np.zeros((2, rows.shape[1]))
    count = min(2, len(turned))
    directions[:count] = turned[:count]
    largest = np.abs(directions).argmax(axis=1)
    signs = np.sign(directions[np.arange(2), largest])
    shares = np.zeros(2)
    if (total := (scales**2).sum()) > 0:
        shares[:count] = scales[:count] ** 2 / total
    return Axes(mean, directions * np.where(signs == 0, 1, signs)[:, np.newaxis], shares)


def neighbour_map(rows: np.ndarray, perplexity: float) -> np.ndarray:
    """t-SNE of vectors (n, numbers): (n, 2), the same at every call.

    van der Maaten and Hinton 2008, https://www.jmlr.org/papers/v9/vandermaaten08a.html, by
    scikit-learn. The perplexity is lowered for few vectors, as it must be less than their number.
    """
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    spread = min(float(perplexity), max(1.0, (len(rows) - 1) / 3))
    start = "pca" if min(rows.shape) >= 2 and rows.std() > 0 else "random"
    # So few points are not worth several threads: where other work keeps the cores busy, they wait for each other.
    with threadpool_limits(1):
        found = TSNE(perplexity=spread, init=start, learning_rate="auto", random_state=0).fit_transform(rows)
    return np.asarray(found, np.float32)


def alone(network: Network, ids: Sequence[int], lexicon: Lexicon, settings: Tokens, unit: int = 0) -> np.ndarray:
    """By how much the logit is larger when the network reads one word alone than when it reads none: (n,)."""
    begin = [] if lexicon.start is None else [lexicon.start]
    texts = [begin, *([*begin, int(id_)] for id_ in ids)]
    rows = pad_sequences(texts, settings.maxlen, settings.padding, settings.truncating)
    found = logits(network, rows)[:, unit]
    return np.asarray(found[1:] - found[0])


@dataclass(frozen=True)
class Uses:
    """How the texts use each id: `counts` (ids,) how often it stands there, `texts` (ids,) in how many texts, and
    `shares` (ids,) the mean label of these texts, NaN where there are none."""

    counts: np.ndarray
    texts: np.ndarray
    shares: np.ndarray


def uses(texts: Sequences, size: int) -> Uses:
    """The uses of the ids below `size`."""
    known = np.flatnonzero(texts.tokens < size)
    tokens = texts.tokens[known]
    of = np.searchsorted(texts.offsets, known, side="right") - 1
    holds = np.zeros((len(texts), size), bool)
    holds[of, tokens] = True
    numbers = holds.sum(axis=0)
    sums = holds[texts.labels == 1].sum(axis=0)
    shares = np.divide(sums, numbers, out=np.full(size, np.nan), where=numbers > 0)
    return Uses(np.bincount(tokens, minlength=size), numbers, shares)


def distances(rows: np.ndarray, place: int) -> np.ndarray:
    """The Euclidean distance of every vector from one of them: (n,)."""
    return np.asarray(np.linalg.norm(rows - rows[place], axis=1))


def nearest(rows: np.ndarray, place: int, count: int, by_angle: bool) -> list[int]:
    """The places of the vectors nearest to one of them: by the angle between them, or by distance."""
    far = -cosines(rows, place) if by_angle else distances(rows, place)
    order = np.argsort(far, kind="stable")
    return [int(other) for other in order if other != place][:count]
