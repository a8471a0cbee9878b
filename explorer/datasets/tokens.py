"""Texts as token ids, with the ids of Keras's IMDB data: 0 padding, 1 start, 2 unknown, word rank + 3."""

from __future__ import annotations

import zipfile
import zlib
from abc import abstractmethod
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

import numpy as np

from explorer.controls import Choice, Whole, setting
from explorer.datasets.base import Counts, Dataset, Preparation, Split, Task
from explorer.messages import N_, ExplorerError, Message, message
from explorer.text import POST, PRE, Lexicon, pad_ragged

PADDING, START, UNKNOWN = 0, 1, 2
SPECIALS = ("<pad>", "<start>", "<unknown>", "<unused>")
"""What the ids before the first word stand for."""
LARGEST_BYTES = 400_000_000
"""How much one file of sequences may hold once unpacked."""


@dataclass(frozen=True)
class Tokens(Preparation):
    """Which words have ids of their own, and how long a sequence is."""

    num_words: int = setting(
        500,
        Whole(N_("vocabulary size"), N_("num_words: rarer words all become the unknown token."), 10, 20_000, 10),
    )
    maxlen: int = setting(
        100, Whole(N_("length"), N_("maxlen: longer texts are cut to so many tokens, shorter ones padded."), 5, 500, 5)
    )
    padding: str = setting(PRE, Choice(N_("padding"), N_("At which end short texts are padded."), (PRE, POST)))
    truncating: str = setting(PRE, Choice(N_("truncating"), N_("At which end long texts are cut."), (PRE, POST)))


@dataclass(frozen=True)
class Sequences:
    """Texts of one part: number i is `tokens[offsets[i]:offsets[i + 1]]`, of class `labels[i]`.

    `tokens` are unsigned ids of the whole vocabulary, `offsets` (n + 1,) int64, `labels` (n,) uint8; all read-only.
    """

    tokens: np.ndarray
    offsets: np.ndarray
    labels: np.ndarray

    def __post_init__(self) -> None:
        for array in (self.tokens, self.offsets, self.labels):
            array.setflags(write=False)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, number: int) -> np.ndarray:
        """The ids of one text."""
        return self.tokens[self.offsets[number] : self.offsets[number + 1]]

    @property
    def lengths(self) -> np.ndarray:
        """Tokens of each text, (n,)."""
        return np.diff(self.offsets)

    def consistent(self, classes: int) -> bool:
        """Whether the arrays have the types and sizes that belong together."""
        tokens, offsets, labels = self.tokens, self.offsets, self.labels
        return (
            tokens.ndim == offsets.ndim == labels.ndim == 1
            and tokens.dtype.kind == "u"
            and offsets.dtype == np.int64
            and labels.dtype == np.uint8
            and len(offsets) == len(labels) + 1 > 1
            and offsets[0] == 0
            and offsets[-1] == len(tokens)
            and bool(np.all(np.diff(offsets) >= 0))
            and int(labels.max()) < classes
        )


NEGATIVE_POSITIVE = (message(N_("negative")), message(N_("positive")))


@dataclass(frozen=True)
class TextDataset(Dataset):
    """Texts with a class each, as padded rows of token ids."""

    preparation: ClassVar[type[Preparation] | None] = Tokens
    defaults: ClassVar[Tokens] = Tokens()
    """The preparation where none is given."""

    @abstractmethod
    def raw(self, variant: str, part: str) -> Sequences:
        """All texts of a part, neither cut nor padded, with the ids of the whole vocabulary.

        Raises:
            ExplorerError: if there is no such variant, it is not at hand or its files are damaged.
        """

    @abstractmethod
    def vocabulary(self, variant: str) -> Lexicon:
        """Every word of the variant.

        Raises:
            ExplorerError: as `raw`.
        """

    def check_variant(self, variant: str, known: str) -> None:
        """Refuse a variant of a data set that has only the `known` one.

        Raises:
            ExplorerError: if it is another.
        """
        if variant != known:
            raise ExplorerError(
                message(
                    N_("{dataset} has no variant {variant}; use {known}."),
                    dataset=self.title,
                    variant=repr(variant)[:60],
                    known=known,
                )
            )

    def class_names(self, variant: str) -> tuple[Message, ...]:
        """The classes by label."""
        return NEGATIVE_POSITIVE

    def lexicon(self, variant: str, preparation: Preparation | None = None) -> Lexicon:
        """The words that have ids of their own under a preparation; the others are unknown."""
        return replace(self.vocabulary(variant), num_words=self._tokens(preparation).num_words)

    def counts(self, variant: str, preparation: Preparation | None = None) -> Counts:
        return Counts(*(len(self.raw(variant, part)) for part in ("train", "test")))

    def task(self, variant: str, preparation: Preparation | None = None) -> Task:
        tokens = self._tokens(preparation)
        classes = self.class_names(variant)
        binary = len(classes) == 2
        return Task(
            (tokens.maxlen,),
            1 if binary else len(classes),
            loss="binary_crossentropy" if binary else "sparse_categorical_crossentropy",
            classes=classes,
            vocabulary=tokens.num_words,
        )

    def load(self, variant: str, part: str, preparation: Preparation | None = None) -> Split:
        tokens = self._tokens(preparation)
        raw = self.raw(variant, part)
        rows = pad_ragged(raw.tokens, raw.offsets, tokens.maxlen, tokens.padding, tokens.truncating)
        rows[rows >= tokens.num_words] = UNKNOWN
        return Split(rows, raw.labels)

    def _tokens(self, preparation: Preparation | None) -> Tokens:
        return preparation if isinstance(preparation, Tokens) else self.defaults


def lexicon_of(words: tuple[str, ...]) -> Lexicon:
    """The vocabulary of ranked words with the ids of Keras's IMDB data."""
    return Lexicon(words, SPECIALS, unknown=UNKNOWN, start=START)


def read_arrays(path: Path, prefix: str = "") -> dict[str, np.ndarray]:
    """The arrays of an .npz file whose names begin with `prefix`, read once for each state of the file and read-only.

    Raises:
        ExplorerError: if it is missing, damaged, too large or holds anything but plain arrays.
    """
    try:
        state = path.stat()
        return _arrays(path, prefix, state.st_size, state.st_mtime_ns)
    except FileNotFoundError as error:
        raise ExplorerError(message(N_("The data file {file} is not there."), file=path.name)) from error
    except (OSError, EOFError, ValueError, KeyError, MemoryError, zipfile.BadZipFile, zlib.error) as error:
        raise damaged(path) from error


@lru_cache(maxsize=8)
def _arrays(path: Path, prefix: str, size: int, modified: int) -> dict[str, np.ndarray]:
    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > LARGEST_BYTES:
            raise ValueError("too large")
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files if name.startswith(prefix)}
    for array in arrays.values():
        array.setflags(write=False)
    return arrays


def read_sequences(path: Path, part: str, classes: int = 2) -> Sequences:
    """One part of a file with the arrays {part}_tokens, {part}_offsets and {part}_labels.

    Raises:
        ExplorerError: as `read_arrays`, and if the arrays do not belong together.
    """
    arrays = read_arrays(path, part)
    try:
        found = Sequences(*(arrays[f"{part}_{name}"] for name in ("tokens", "offsets", "labels")))
    except KeyError as error:
        raise damaged(path) from error
    if not found.consistent(classes):
        raise damaged(path)
    return found


def damaged(path: Path) -> ExplorerError:
    return ExplorerError(message(N_("The data file {file} is truncated or damaged."), file=path.name))


def pack_words(words: tuple[str, ...]) -> np.ndarray:
    """Words as the bytes of one UTF-8 text with a word on each line, which needs no pickle in an .npz file."""
    return np.frombuffer("\n".join(words).encode(), np.uint8)


def unpack_words(packed: np.ndarray) -> tuple[str, ...]:
    """What `pack_words` packed.

    Raises:
        ValueError: if it is not that.
    """
    if packed.dtype != np.uint8 or packed.ndim != 1:
        raise ValueError("not packed words")
    return tuple(packed.tobytes().decode().split("\n")) if packed.size else ()


@lru_cache(maxsize=4)
def embedded_words(path: Path) -> Lexicon:
    """The vocabulary in an embedded file.

    Raises:
        ExplorerError: if the file is damaged.
    """
    try:
        return lexicon_of(unpack_words(read_arrays(path, "words")["words"]))
    except (KeyError, ValueError) as error:
        raise damaged(path) from error
