"""IMDB: 50,000 film reviews, half of them positive, with the ids of Keras's imdb.load_data."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from explorer.datasets.base import FULL, TEST, TRAIN, Availability, Counts, Preparation
from explorer.datasets.fashion_mnist import cache_folder
from explorer.datasets.tokens import Sequences, TextDataset, damaged, lexicon_of, read_sequences
from explorer.messages import N_, ExplorerError, Message, message
from explorer.text import Lexicon

COUNTS = Counts(25_000, 25_000)
REVIEWS, WORDS = "imdb.npz", "imdb_word_index.json"
LARGEST_WORDS = 20_000_000
"""Bytes of a word index that are read at most."""


@dataclass(frozen=True)
class Imdb(TextDataset):
    """The reviews from a local folder or the user's cache."""

    name: str = "imdb"
    title: Message = field(default_factory=lambda: message(N_("IMDB film reviews")))

    def available(self, parts: tuple[str, ...] = (TRAIN, TEST)) -> Availability:
        source, _ = self._place()
        return Availability(FULL, COUNTS, source)

    def counts(self, variant: str, preparation: Preparation | None = None) -> Counts:
        self.check_variant(variant, FULL)
        return COUNTS

    def raw(self, variant: str, part: str) -> Sequences:
        self.check_variant(variant, FULL)
        return read_sequences(self._place()[1] / REVIEWS, part)

    def vocabulary(self, variant: str) -> Lexicon:
        self.check_variant(variant, FULL)
        path = next((found for _, folder in _folders(self.name) if (found := folder / WORDS).is_file()), None)
        if path is None:
            raise ExplorerError(
                message(
                    N_(
                        "The words of the IMDB reviews are not on this machine, so their models cannot read a text "
                        "here; put {words} into the folder EXPLORER_DATA_DIR, or use the movie snippets."
                    ),
                    words=WORDS,
                )
            )
        state = path.stat()
        return _vocabulary(path, state.st_size, state.st_mtime_ns)

    def _place(self) -> tuple[Message, Path]:
        """The first folder with both files, with its name for readers.

        Raises:
            ExplorerError: if there is none.
        """
        for source, folder in _folders(self.name):
            if all((folder / name).is_file() for name in (REVIEWS, WORDS)):
                return source, folder
        raise ExplorerError(
            message(
                N_(
                    "The IMDB reviews are not on this machine; put {reviews} and {words} into the folder "
                    "EXPLORER_DATA_DIR, or use the movie snippets."
                ),
                reviews=REVIEWS,
                words=WORDS,
            )
        )


def _folders(name: str) -> list[tuple[Message, Path]]:
    given = os.environ.get("EXPLORER_DATA_DIR")
    local = [(message(N_("the folder EXPLORER_DATA_DIR")), Path(given))] if given else []
    return [*local, (message(N_("the download cache")), cache_folder(name))]


@lru_cache(maxsize=2)
def _vocabulary(path: Path, size: int, modified: int) -> Lexicon:
    """The words of a word index by rank.

    Raises:
        ExplorerError: if the file is too large or does not give the ranks 1, 2, 3 … to words.
    """
    try:
        if size > LARGEST_WORDS:
            raise ValueError("too large")
        ranks = json.loads(path.read_text(encoding="utf-8"))
        words = tuple(sorted(ranks, key=ranks.__getitem__))
        if [ranks[word] for word in words] != list(range(1, len(words) + 1)):
            raise ValueError("not ranks")
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise damaged(path) from error
    return lexicon_of(words)
