"""Passages of a data set in which the same units of a recurrent layer are on, as in LSTMVis.

Strobelt, Gehrmann, Pfister and Rush 2018, https://arxiv.org/abs/1606.07461: units that stay above
a threshold over a range of words are a pattern, and the data show what else has this pattern.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.inspection import clamps as clamping
from explorer.inspection.reading import last_tokens
from explorer.network import Network

LARGEST = 25_000_000
"""How many activations are kept for a search: two bytes each."""
BATCH = 500
LARGEST_BATCH = 4_000_000
"""How many numbers of one gate or state a batch holds."""
PER_ONE = 1000
"""Activations are kept in thousandths, cut off towards 0, so thresholds of whole thousandths are met exactly."""
LARGEST_VALUE = 32.767
_STRONGEST = np.iinfo(np.int16).max
_ROOM = 2**17
_NONE = -(2**62)
SAME, ALL, SIMILAR = "same", "all", "similar"
"""Which passages count: those with the very same units on, with at least these units on, or any with one of them."""
Report = Callable[[float], None]


@dataclass(frozen=True)
class Activations:
    """One gate or state of a layer over many texts; all arrays are read-only.

    `values` (units, texts, time steps) are int16 thousandths; `words` (texts, time steps) is
    False at the padding; `outputs` (texts, outputs) is what the network says, `labels` (texts,).
    """

    values: np.ndarray
    words: np.ndarray
    outputs: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def nbytes(self) -> int:
        return sum(array.nbytes for array in (self.values, self.words, self.outputs, self.labels))


@dataclass(frozen=True)
class Pattern:
    """Units that are on for `length` time steps in a row: `signs` (units,) is 1 for a unit at or above `threshold`,
    -1 for one at or below its negative, 0 for one that does not belong to the pattern."""

    signs: np.ndarray
    threshold: float
    length: int

    @property
    def units(self) -> np.ndarray:
        """The units of the pattern, from 0."""
        return np.flatnonzero(self.signs)


@dataclass(frozen=True)
class Match:
    """A passage: time steps from `first` on of text number `text`, with how many units in common and others on."""

    text: int
    first: int
    common: int
    others: int


@dataclass(frozen=True)
class Found:
    """The best passages, at most one from a text, and how many texts have one.

    `share` is how often all units of the pattern are on at once, of all words of the texts;
    `shares` how often each one is.
    """

    matches: tuple[Match, ...]
    texts: int
    share: float
    shares: tuple[float, ...]


def most_texts(network: Network, layer: str, quantity: str) -> int:
    """For how many texts the activations of a layer's gate or state may be kept."""
    return LARGEST // (clamping.quantities(network)[layer][quantity] * network.spec.input_shape[0])


def silent(share: float) -> None:
    """Nobody wants to know how far it is."""


def collect(
    network: Network, layer: str, quantity: str, rows: np.ndarray, labels: np.ndarray, report: Report = silent
) -> Activations:
    """Let the network read rows of tokens (texts, time steps) and keep one gate or state; token 0 is padding.

    `report` hears the share that is done, after each batch.
    """
    count, steps = rows.shape
    units = clamping.quantities(network)[layer][quantity]
    latest = np.searchsorted(last_tokens(network, steps)[layer], np.arange(steps), side="right") - 1
    values = np.zeros((units, count, steps), np.int16)
    outputs = []
    at_once = max(1, min(BATCH, LARGEST_BATCH // (units * steps)))
    for begin in range(0, count, at_once):
        trace = network.trace(rows[begin : begin + at_once])
        gate = np.moveaxis(_thousandths(trace[layer].result.gates[quantity]), 2, 0)
        # Before a convolution's first window nothing is on.
        values[:, begin : begin + at_once, latest >= 0] = gate[..., latest[latest >= 0]]
        outputs.append(trace.output)
        report(min(count, begin + at_once) / count)
    found = Activations(values, rows != 0, np.concatenate(outputs), np.asarray(labels))
    for array in (found.values, found.words, found.outputs):
        array.setflags(write=False)
    return found


def _thousandths(values: np.ndarray) -> np.ndarray:
    # What is meant as 0.3 may be 0.29999998 in float32.
    cut = np.clip(values, -LARGEST_VALUE, LARGEST_VALUE) * np.float32(PER_ONE)
    return np.trunc(cut + np.copysign(np.float32(1e-3), cut)).astype(np.int16)


def pattern(values: np.ndarray, threshold: float) -> Pattern:
    """The units of a range of time steps (length, units) that are on throughout, with their signs."""
    limit, shown = round(threshold * PER_ONE), _thousandths(values)
    signs = (shown >= limit).all(axis=0).astype(int) - (shown <= -limit).all(axis=0).astype(int)
    return Pattern(signs, threshold, len(values))


def search(kept: Activations, wanted: Pattern, mode: str = ALL, count: int = 8, skip: int | None = None) -> Found:
    """The passages with the most units in common; of these with the fewest others on for as long; then the strongest.

    How strong a passage is its weakest value of the pattern's units says. Of each text the
    best and first passage counts, equal ones come in the order of the texts; `skip` is a text left out.
    """
    common, others = _counts(kept, wanted)
    score = (common * (2 * len(wanted.signs) + 1) - others).astype(np.int64) * _ROOM + _strength(kept, wanted)
    units = len(wanted.units)
    fits = {SIMILAR: common > 0, ALL: common == units, SAME: (common == units) & (others == 0)}[mode]
    score[~(fits & throughout(kept.words, wanted.length))] = _NONE
    if skip is not None:
        score[skip] = _NONE
    return Found(*_best(score, common, others, count), *_shares(kept, wanted))


def _counts(kept: Activations, wanted: Pattern) -> tuple[np.ndarray, np.ndarray]:
    """For each text and first step, how many of the pattern's units are on throughout, and how many others."""
    limit = round(wanted.threshold * PER_ONE)
    common = np.zeros((len(kept), max(0, kept.words.shape[1] - wanted.length + 1)), np.int32)
    others = np.zeros_like(common)
    for values, sign in zip(kept.values, wanted.signs, strict=True):
        above, below = (throughout(on, wanted.length) for on in (values >= limit, values <= -limit))
        common += above if sign > 0 else below if sign < 0 else False
        others += below if sign > 0 else above if sign < 0 else above | below
    return common, others


def _strength(kept: Activations, wanted: Pattern) -> np.ndarray:
    """For each text and first step, the least value of the pattern's units in thousandths, each times its sign."""
    least = np.full(kept.words.shape, _STRONGEST, np.int16)
    for unit in wanted.units:
        np.minimum(least, kept.values[unit] * np.int16(wanted.signs[unit]), out=least)
    return running(np.minimum, least, wanted.length)


def _shares(kept: Activations, wanted: Pattern) -> tuple[float, tuple[float, ...]]:
    """How often the pattern's units are on, of all words: all at once, and one by one."""
    limit, words = round(wanted.threshold * PER_ONE), max(1, int(kept.words.sum()))
    together, shares = kept.words.copy(), []
    for unit in wanted.units:
        on = kept.words & (kept.values[unit] * np.int16(wanted.signs[unit]) >= limit)
        shares.append(int(on.sum()) / words)
        together &= on
    return int(together.sum()) / words if shares else math.nan, tuple(shares)


def throughout(on: np.ndarray, length: int) -> np.ndarray:
    """Whether all of `length` steps from each one on are True: (texts, steps) to (texts, steps - length + 1)."""
    return running(np.logical_and, on, length)


def running(join: np.ufunc, values: np.ndarray, length: int) -> np.ndarray:
    """`join` (a minimum, or a logical and) over `length` steps from each one on: twice as many steps at each round."""
    done, found = 1, values
    while done < length and found.shape[1]:
        further = min(done, length - done)
        found = join(found[:, : max(0, found.shape[1] - further)], found[:, further:])
        done += further
    return found


def _best(score: np.ndarray, common: np.ndarray, others: np.ndarray, count: int) -> tuple[tuple[Match, ...], int]:
    if not score.size:
        return (), 0
    places = score.argmax(axis=1)
    best = score[np.arange(len(score)), places]
    order = [int(text) for text in np.argsort(-best, kind="stable")[:count] if best[text] > _NONE]
    matches = (
        Match(text, int(places[text]), int(common[text, places[text]]), int(others[text, places[text]]))
        for text in order
    )
    return tuple(matches), int((best > _NONE).sum())
