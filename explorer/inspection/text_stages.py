"""One text on its way into a network: characters, words, ids, a row of fixed length, vectors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from explorer.datasets.tokens import Tokens
from explorer.text import FILTERS, LEFT_OUT, Encoded, Lexicon, Padded, Tokenised, pad, tokenise

WORD, DROPPED, SPACE = "word", "dropped", "space"
KNOWN, UNKNOWN, LEFT, SPECIAL = "known", "unknown", "left", "special"
KEPT, CUT, PAD = "kept", "cut", "pad"
FLOAT_BYTES = 4
LONGEST_GAP = 20
"""Characters between two words that are told one by one."""


@dataclass(frozen=True)
class Stages:
    """What each stage made of a text."""

    tokenised: Tokenised
    encoded: Encoded
    padded: Padded

    @property
    def places(self) -> np.ndarray:
        """Which word of `encoded` each id of the sequence belongs to, (length,)."""
        return np.flatnonzero(self.encoded.ids != LEFT_OUT)

    @property
    def cut(self) -> int:
        """How many ids did not fit into the row."""
        return len(self.places) - (self.padded.last - self.padded.first)


@dataclass(frozen=True)
class Piece:
    """Part of a text: a word, dropped characters or white space; of a word also its number, from 0."""

    text: str
    kind: str
    number: int | None = None


def stages(text: str, lexicon: Lexicon, settings: Tokens, filters: str = FILTERS) -> Stages:
    """Split a text, look its words up, and bring it to one length."""
    tokenised = tokenise(text, filters)
    encoded = lexicon.encode(tokenised.words)
    padded = pad(encoded.sequence, settings.maxlen, settings.padding, settings.truncating)
    return Stages(tokenised, encoded, padded)


def pieces(tokenised: Tokenised, most: int) -> Iterator[Piece]:
    """The text, in order, up to its word number `most`."""
    place = 0
    for number, token in enumerate(tokenised.tokens[:most]):
        yield from _between(tokenised.text[place : token.start])
        yield Piece(tokenised.text[token.start : token.stop], WORD, number)
        place = token.stop
    if len(tokenised.tokens) <= most:
        yield from _between(tokenised.text[place:])


def _between(text: str) -> Iterator[Piece]:
    """What separates two words: spaces as they are, everything else dropped one by one; a long gap is cut short."""
    for character in text[:LONGEST_GAP]:
        yield Piece(character, SPACE if character == " " else DROPPED)
    if len(text) > LONGEST_GAP:
        yield Piece("…", SPACE)


def kind(encoded: Encoded, lexicon: Lexicon, number: int) -> str:
    """What a word of a text is to the vocabulary."""
    if lexicon.start is not None and number == 0:
        return SPECIAL
    if encoded.ids[number] == LEFT_OUT:
        return LEFT
    return KNOWN if encoded.known[number] else UNKNOWN


@dataclass(frozen=True)
class Sizes:
    """A data set of `rows` texts as ids, as one-hot rows and as embedding rows: shapes and bytes (numbers of 4)."""

    rows: int
    maxlen: int
    vocabulary: int
    dimensions: int

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        ids = (self.rows, self.maxlen)
        return {"ids": ids, "one-hot": (*ids, self.vocabulary), "embedding": (*ids, self.dimensions)}

    @property
    def bytes(self) -> dict[str, int]:
        return {name: FLOAT_BYTES * int(np.prod(shape, dtype=np.int64)) for name, shape in self.shapes.items()}
