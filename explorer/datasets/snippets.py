"""Movie snippets: one or two sentences of film reviews, rated by people (https://github.com/cjhutto/vaderSentiment)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from explorer.datasets.base import SAMPLE, TEST, TRAIN, Availability, Counts, Preparation
from explorer.datasets.tokens import Sequences, TextDataset, Tokens, embedded_words, read_sequences
from explorer.messages import N_, Message, message
from explorer.text import Lexicon

SAMPLE_FILE = Path(__file__).parent / "samples" / "movie_snippets.npz"
COUNTS = Counts(8_072, 2_000)


@dataclass(frozen=True)
class Snippets(TextDataset):
    """The embedded snippets with a clear rating, as positive or negative."""

    name: str = "snippets"
    title: Message = field(default_factory=lambda: message(N_("Movie snippets")))
    defaults: ClassVar[Tokens] = Tokens(num_words=2_000, maxlen=30)

    def available(self, parts: tuple[str, ...] = (TRAIN, TEST)) -> Availability:
        return Availability(SAMPLE, COUNTS, message(N_("the embedded sample")))

    def counts(self, variant: str, preparation: Preparation | None = None) -> Counts:
        self.check_variant(variant, SAMPLE)
        return COUNTS

    def raw(self, variant: str, part: str) -> Sequences:
        self.check_variant(variant, SAMPLE)
        return read_sequences(SAMPLE_FILE, part)

    def vocabulary(self, variant: str) -> Lexicon:
        self.check_variant(variant, SAMPLE)
        return embedded_words(SAMPLE_FILE)
