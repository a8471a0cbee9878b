"""Texts that a reader brings: a table with a text and a class in each row, kept as token ids."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar

import numpy as np

from explorer.datasets import uploads
from explorer.datasets.base import TEST, TRAIN, Availability
from explorer.datasets.splitting import stratified
from explorer.datasets.tables import Bounds, Table, read_table
from explorer.datasets.tokens import Sequences, TextDataset, lexicon_of, pack_words, unpack_words
from explorer.messages import N_, ExplorerError, Message, message
from explorer.text import Lexicon, fit, tokenise

BOUNDS = Bounds(megabytes=20, rows=50_000)
FEWEST_ROWS = 10
MOST_CLASSES = 20
KEPT_WORDS = 20_000
MOST_TOKENS = 2_000
"""Of one text; no model here takes more than the last or first 500."""
ARRAYS = ("tokens", "offsets", "labels")


@dataclass(frozen=True)
class Labelled:
    """Texts and the class name of each, with the classes in the order of their names."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]

    @property
    def classes(self) -> tuple[str, ...]:
        return tuple(sorted(set(self.labels)))

    @property
    def counts(self) -> dict[str, int]:
        """Texts of each class."""
        found = Counter(self.labels)
        return {name: found[name] for name in self.classes}


def read(content: bytes) -> Table:
    """The table in a file that a reader brings; at most 20 MB and 50,000 rows.

    Raises:
        ExplorerError: if it is too large, no text or no table.
    """
    return read_table(content, BOUNDS)


def labelled(table: Table, text: str, label: str) -> Labelled:
    """Two columns of a table as texts and classes.

    Raises:
        ExplorerError: if no model could learn from them, with what is missing.
    """
    if text == label:
        raise ExplorerError(message(N_("The text and its class must be two different columns.")))
    _check_filled(table, text)
    _check_filled(table, label)
    found = Labelled(tuple(table.column(text)), tuple(" ".join(cell.split()) for cell in table.column(label)))
    _check_classes(found, label)
    return found


def keep(data: Labelled) -> str:
    """Keep the texts as token ids where the training process finds them; returns the variant of "own-text".

    A fifth of each class becomes the test part, chosen with a fixed seed.

    Raises:
        ExplorerError: if they cannot be written.
    """
    words = [tokenise(text).words[:MOST_TOKENS] for text in data.texts]
    labels = np.array([data.classes.index(name) for name in data.labels], np.uint8)
    parts = stratified(labels)
    lexicon = lexicon_of(fit(words[number] for number in parts[TRAIN]).words[:KEPT_WORDS])
    arrays = {"words": pack_words(lexicon.words), "classes": pack_words(data.classes)}
    for part, numbers in parts.items():
        encoded = [lexicon.encode(words[number]).sequence for number in numbers]
        arrays[f"{part}_tokens"] = np.concatenate(encoded).astype(np.uint16)
        arrays[f"{part}_offsets"] = np.cumsum([0, *map(len, encoded)]).astype(np.int64)
        arrays[f"{part}_labels"] = labels[numbers]
    return uploads.keep(arrays)


@dataclass(frozen=True)
class OwnText(TextDataset):
    """The tables that readers brought; each is a variant, named by its content."""

    name: str = "own-text"
    title: Message = field(default_factory=lambda: message(N_("Texts of your own")))
    own: ClassVar[bool] = True

    def available(self, parts: tuple[str, ...] = (TRAIN, TEST)) -> Availability:
        raise ExplorerError(message(N_("Give a table of texts and classes first.")))

    def raw(self, variant: str, part: str) -> Sequences:
        return _kept(variant).parts[part]

    def vocabulary(self, variant: str) -> Lexicon:
        return _kept(variant).lexicon

    def class_names(self, variant: str) -> tuple[Message, ...]:
        return tuple(Message("{name}", {"name": name}) for name in _kept(variant).classes)


@dataclass(frozen=True)
class _Kept:
    parts: dict[str, Sequences]
    lexicon: Lexicon
    classes: tuple[str, ...]


@lru_cache(maxsize=8)
def _kept(variant: str) -> _Kept:
    """A variant, checked: what has its id has its content.

    Raises:
        ExplorerError: if it is not kept here any more or its file is damaged.
    """
    arrays = uploads.load(variant)
    damaged = ExplorerError(message(N_("The data file {file} is truncated or damaged."), file=f"{variant}.npz"))
    try:
        parts = {part: Sequences(*(arrays[f"{part}_{name}"] for name in ARRAYS)) for part in (TRAIN, TEST)}
        lexicon, classes = lexicon_of(unpack_words(arrays["words"])), unpack_words(arrays["classes"])
    except (KeyError, ValueError) as error:
        raise damaged from error
    if not all(part.consistent(len(classes)) for part in parts.values()):
        raise damaged
    return _Kept(parts, lexicon, classes)


def _check_filled(table: Table, column: str) -> None:
    empty = [line for line, cell in zip(table.lines, table.column(column), strict=True) if not cell]
    if empty:
        raise ExplorerError(
            message(
                N_(
                    "The column “{column}” is empty in {count} of {rows} rows, first in line {line}; "
                    "fill or delete them."
                ),
                count=f"{len(empty):,}",
                rows=f"{len(table.rows):,}",
                column=column,
                line=f"{empty[0]:,}",
            )
        )


def _check_classes(data: Labelled, column: str) -> None:
    rows, classes = len(data.labels), len(data.counts)
    if rows < FEWEST_ROWS:
        raise ExplorerError(
            message(
                N_("The table has too few rows ({rows}); at least {minimum} are needed to train and to test."),
                rows=rows,
                minimum=FEWEST_ROWS,
            )
        )
    if classes == 1:
        raise ExplorerError(
            message(
                N_("All rows have the same class in the column “{column}”; at least two are needed."), column=column
            )
        )
    if classes > MOST_CLASSES:
        raise ExplorerError(
            message(
                N_("The column “{column}” has {classes} different values; a class column has at most {maximum}."),
                column=column,
                classes=f"{classes:,}",
                maximum=MOST_CLASSES,
            )
        )
    lonely = next((name for name, count in data.counts.items() if count < 2), None)
    if lonely is not None:
        raise ExplorerError(
            message(
                N_("Only one row is of the class “{name}”; each class needs one to train and one to test."),
                name=lonely[:60],
            )
        )
