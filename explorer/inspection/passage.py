"""A text as a model reads it: which of its words stand at which time step, and which do not reach the model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.datasets.tokens import Tokens
from explorer.text import LEFT_OUT, Encoded, Lexicon, pad

NOWHERE = -1
"""The time step of a word that the model does not get."""


@dataclass(frozen=True)
class Passage:
    """A text's words and the row of ids (time steps,) that the model gets.

    `steps` (words,) says at which time step each word stands: NOWHERE if it was cut off or left out.
    """

    text: Encoded
    row: np.ndarray
    steps: np.ndarray

    @property
    def kept(self) -> np.ndarray:
        """The numbers of the words that the model gets, from 0, in order."""
        return np.flatnonzero(self.steps != NOWHERE)

    @property
    def first(self) -> int:
        """The time step of the first word: how much padding is read before."""
        return int(self.steps[self.kept[0]]) if self.kept.size else 0

    @property
    def after(self) -> int:
        """How much padding is read after the last word."""
        return len(self.row) - 1 - int(self.steps[self.kept[-1]]) if self.kept.size else len(self.row)

    @property
    def cut(self) -> int:
        """How many words were cut off, as the text is longer than what the model gets."""
        return int(((self.text.ids != LEFT_OUT) & (self.steps == NOWHERE)).sum())


def fitted(text: Encoded, settings: Tokens) -> Passage:
    """The text cut or padded as the model's data was."""
    padded = pad(text.sequence, settings.maxlen, settings.padding, settings.truncating)
    kept = np.flatnonzero(text.ids != LEFT_OUT)[padded.first : padded.last]
    steps = np.full(len(text.ids), NOWHERE)
    steps[kept] = padded.before + np.arange(len(kept))
    return Passage(text, padded.row, steps)


def of_ids(ids: np.ndarray, lexicon: Lexicon) -> Encoded:
    """A text that is given by ids of the whole vocabulary: rarer words keep their name, but become the unknown id."""
    unknown = LEFT_OUT if lexicon.unknown is None else lexicon.unknown
    within = ids < lexicon.size
    known = within & (ids != unknown)
    return Encoded(
        tuple(_name(lexicon, int(id_)) for id_ in ids), np.where(within, ids, unknown).astype(np.int32), known
    )


def _name(lexicon: Lexicon, id_: int) -> str:
    place = id_ - len(lexicon.specials)
    return lexicon.words[place] if 0 <= place < len(lexicon.words) else lexicon.word(id_)


def replaced(text: Encoded, place: int, word: str | None, lexicon: Lexicon) -> Encoded:
    """The text with the word at `place` replaced by another one, or with None deleted."""
    new = () if word is None else (word,)
    id_ = np.array([lexicon.id(one) for one in new], np.int32)
    unknown = LEFT_OUT if lexicon.unknown is None else lexicon.unknown
    return Encoded(
        (*text.words[:place], *new, *text.words[place + 1 :]),
        np.concatenate([text.ids[:place], id_, text.ids[place + 1 :]]),
        np.concatenate([text.known[:place], id_ != unknown, text.known[place + 1 :]]),
    )


def counterparts(before: Passage, after: Passage, place: int) -> np.ndarray:
    """For each kept word of `before` the time step of the same word in `after`, where the one at `place` was
    replaced or deleted; NOWHERE if it is not there: (kept words,)."""
    kept = before.kept
    gone = len(before.text.words) - len(after.text.words)
    steps = after.steps[np.clip(np.where(kept > place, kept - gone, kept), 0, max(0, len(after.steps) - 1))]
    return np.where((kept == place) & (gone > 0), NOWHERE, steps)


def at(values: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Values (time steps, ...) at some steps, as float32; NaN at NOWHERE."""
    found = np.asarray(values, np.float32)[steps]
    found[steps == NOWHERE] = np.nan
    return found
