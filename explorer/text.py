"""Text to token ids: splitting into words, vocabulary, padding, one-hot, as Keras's Tokenizer and pad_sequences do it.

Every stage returns what it found, so that a page can show it: each word's place in the text, the
characters that were dropped, the unknown words, what was padded and what was cut off.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

import numpy as np

from explorer.messages import N_, ExplorerError, message

FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'
"""The characters that Keras's Tokenizer puts a space for; the apostrophe is not among them."""
MAX_CHARACTERS = 100_000
"""How much of one text is read: about 18,000 English words."""
LEFT_OUT = -1
"""The id of an unknown word where unknown words are left out."""
PRE, POST = "pre", "post"


@dataclass(frozen=True)
class Token:
    """A word as the vocabulary knows it, and its place `text[start:stop]`."""

    word: str
    start: int
    stop: int


@dataclass(frozen=True)
class Tokenised:
    """The `text` that was read, its tokens, and the places of the filtered characters.

    `unread` counts the characters after `MAX_CHARACTERS`, which were not looked at.
    """

    text: str
    tokens: tuple[Token, ...]
    dropped: tuple[int, ...]
    unread: int

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(token.word for token in self.tokens)


def tokenise(text: str, filters: str = FILTERS, lower: bool = True) -> Tokenised:
    """Split a text at white space and at each character of `filters`.

    As keras.preprocessing.text.text_to_word_sequence; besides the space it takes all of
    Unicode's white space for a separator.
    """
    read = text[:MAX_CHARACTERS]
    tokens = (Token(match.group(), match.start(), match.end()) for match in _word(filters).finditer(read))
    if lower:
        tokens = (Token(token.word.lower(), token.start, token.stop) for token in tokens)
    dropped = tuple(place for place, character in enumerate(read) if character in filters)
    return Tokenised(read, tuple(tokens), dropped, len(text) - len(read))


@lru_cache(maxsize=32)
def _word(filters: str) -> re.Pattern[str]:
    return re.compile(rf"[^\s{re.escape(filters)}]+")


@dataclass(frozen=True)
class Lexicon:
    """A vocabulary: `words`, the most frequent first, and the `specials` that have the ids before them.

    Ids at or above `num_words` count as unknown, as in Keras; 0 sets no limit. An unknown word
    gets the id `unknown`, or is left out if that is None. Every text begins with the id `start`, if given.
    """

    words: tuple[str, ...]
    specials: tuple[str, ...] = ("<pad>",)
    unknown: int | None = None
    start: int | None = None
    num_words: int = 0
    counts: tuple[int, ...] = ()
    index: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self.index:
            ids = {word: id_ for id_, word in enumerate(self.words, start=len(self.specials))}
            object.__setattr__(self, "index", ids)

    @property
    def size(self) -> int:
        """The number of ids in use, from 0."""
        every = len(self.specials) + len(self.words)
        return min(every, self.num_words) if self.num_words else every

    def word(self, id_: int) -> str:
        """The word or special token of an id; unknown words' and unused ids' is the unknown token's."""
        if 0 <= id_ < len(self.specials):
            return self.specials[id_]
        if len(self.specials) <= id_ < self.size:
            return self.words[id_ - len(self.specials)]
        return self.specials[self.unknown] if self.unknown is not None else ""

    def id(self, word: str) -> int:
        """A word's id, the unknown word's, or LEFT_OUT; a curved apostrophe may stand for the straight one."""
        found = self.index.get(word)
        if found is None:
            found = self.index.get(word.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
        if found is not None and found < self.size:
            return found
        return LEFT_OUT if self.unknown is None else self.unknown

    def encode(self, words: Iterable[str]) -> Encoded:
        """The ids of a text's words, in order."""
        words = tuple(words)
        ids = [self.id(word) for word in words]
        if self.start is not None:
            words, ids = (self.specials[self.start], *words), [self.start, *ids]
        array = np.array(ids, np.int32)
        known = array != (LEFT_OUT if self.unknown is None else self.unknown)
        return Encoded(words, array, known)


@dataclass(frozen=True)
class Encoded:
    """Words and their ids (n,), LEFT_OUT where an unknown word has none, and which of them are `known` (n,).

    A lexicon with a start token adds it as the first word.
    """

    words: tuple[str, ...]
    ids: np.ndarray
    known: np.ndarray

    @property
    def sequence(self) -> np.ndarray:
        """The ids that a model gets, without what is left out."""
        return self.ids[self.ids != LEFT_OUT]


def fit(texts: Iterable[Iterable[str]], num_words: int = 0, oov_token: str | None = None) -> Lexicon:
    """The vocabulary of texts given as words: by frequency, ties in order of appearance, as Tokenizer.fit_on_texts.

    Id 0 is padding, then comes the `oov_token`, if there is one, then the words.
    """
    ranked = Counter(word for words in texts for word in words if word != oov_token).most_common()
    specials = ("<pad>",) if oov_token is None else ("<pad>", oov_token)
    return Lexicon(
        tuple(word for word, _ in ranked),
        specials,
        unknown=None if oov_token is None else 1,
        num_words=num_words,
        counts=tuple(count for _, count in ranked),
    )


@dataclass(frozen=True)
class Padded:
    """One sequence brought to length `maxlen`: `row` (maxlen,) holds `sequence[first:last]`.

    `before` and `after` count the padding.
    """

    row: np.ndarray
    first: int
    last: int
    before: int
    after: int


def pad(sequence: np.ndarray, maxlen: int, padding: str = PRE, truncating: str = PRE, value: int = 0) -> Padded:
    """Bring one sequence of ids to a length, and say what that added and cut off."""
    row = pad_sequences([sequence], maxlen, padding, truncating, value)[0]
    kept = min(len(sequence), maxlen)
    first = len(sequence) - kept if truncating == PRE else 0
    added = maxlen - kept
    before = added if padding == PRE else 0
    return Padded(row, first, first + kept, before, added - before)


def pad_sequences(
    sequences: Sequence[Sequence[int] | np.ndarray],
    maxlen: int | None = None,
    padding: str = PRE,
    truncating: str = PRE,
    value: int = 0,
) -> np.ndarray:
    """Sequences of ids as one int32 array (n, maxlen), as keras.utils.pad_sequences."""
    lengths = [len(sequence) for sequence in sequences]
    offsets = np.cumsum([0, *lengths])
    tokens = np.fromiter(chain.from_iterable(sequences), np.int32, int(offsets[-1]))
    longest = max(lengths, default=0)
    return pad_ragged(tokens, offsets, longest if maxlen is None else maxlen, padding, truncating, value)


def pad_ragged(
    tokens: np.ndarray,
    offsets: np.ndarray,
    maxlen: int,
    padding: str = PRE,
    truncating: str = PRE,
    value: int = 0,
) -> np.ndarray:
    """Pad sequences that lie one after the other: number i is `tokens[offsets[i]:offsets[i + 1]]`.

    Raises:
        ExplorerError: if `padding` or `truncating` is neither "pre" nor "post".
    """
    for side in (padding, truncating):
        if side not in (PRE, POST):
            raise ExplorerError(message(N_("Padding and truncating are “pre” or “post”, not {side}."), side=side[:20]))
    lengths = np.diff(offsets)
    kept = np.minimum(lengths, maxlen)
    first = offsets[:-1] + (lengths - kept if truncating == PRE else 0)
    place = np.arange(maxlen)
    filled = place >= maxlen - kept[:, None] if padding == PRE else place < kept[:, None]
    result = np.full((len(lengths), maxlen), value, np.int32)
    starts = np.cumsum(kept) - kept
    result[filled] = tokens[np.arange(kept.sum()) + np.repeat(first - starts, kept)]
    return result


def one_hot(ids: np.ndarray, size: int) -> np.ndarray:
    """Ids of any shape as vectors of `size` numbers that are 0 but for a 1 at the id's place (float32)."""
    rows = np.zeros((*ids.shape, size), np.float32)
    np.put_along_axis(rows, ids[..., np.newaxis], 1, axis=-1)
    return rows
