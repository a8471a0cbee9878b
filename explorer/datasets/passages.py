"""Windows of a text, each with the next token at every step: what a network needs to learn to write."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from explorer.controls import Choice, Whole, setting
from explorer.datasets import written
from explorer.datasets.base import FULL, TEST, TRAIN, Availability, Counts, Dataset, Preparation, Split, Task
from explorer.datasets.written import LEVELS, Encoded
from explorer.messages import N_, ExplorerError, Message, message

NAME = "passages"
MINIMUM_WINDOWS = 100
MAXIMUM_WINDOWS = 20_000
TEST_SHARE = 10
"""The last of so many parts of the text is the test part."""


@dataclass(frozen=True)
class Passage(Preparation):
    """Which text, by its name or the id of a reader's own, and how it is cut.

    A window begins every `step` tokens; in a long text the step is made as long as it takes to
    have at most `MAXIMUM_WINDOWS`.
    """

    text: str = "weather"
    level: str = setting(
        "characters", Choice(N_("Tokens"), N_("What is written one after the other: characters or words."), LEVELS)
    )
    length: int = setting(60, Whole(N_("Window"), N_("Time steps of one example."), 10, 200, 5))
    step: int = setting(20, Whole(N_("Step"), N_("Tokens from the start of one window to the next."), 1, 200))


@dataclass(frozen=True)
class Passages(Dataset):
    """Inputs (n, length) are tokens, labels (n, length) the token after each of them."""

    name: str = NAME
    title: Message = field(default_factory=lambda: message(N_("Texts to continue")))
    preparation: ClassVar[type[Preparation] | None] = Passage

    def task(self, variant: str, preparation: Preparation | None = None) -> Task:
        chosen = self._chosen(variant, preparation)
        size = len(self.encoded(chosen).vocabulary)
        return Task((chosen.length,), size, per_step=True, vocabulary=size, ordered=True)

    def counts(self, variant: str, preparation: Preparation | None = None) -> Counts:
        chosen = self._chosen(variant, preparation)
        train, test = (len(_starts(self.encoded(chosen), chosen, part)) for part in (TRAIN, TEST))
        if train < MINIMUM_WINDOWS or not test:
            raise ExplorerError(_too_short(len(self.encoded(chosen).ids), train, chosen))
        return Counts(train, test)

    def load(self, variant: str, part: str, preparation: Preparation | None = None) -> Split:
        chosen = self._chosen(variant, preparation)
        self.counts(variant, chosen)
        text = self.encoded(chosen)
        windows = np.lib.stride_tricks.sliding_window_view(text.ids, chosen.length + 1)
        cut = windows[_starts(text, chosen, part)]
        return Split(np.ascontiguousarray(cut[:, :-1]), np.ascontiguousarray(cut[:, 1:]))

    def available(self, parts: tuple[str, ...] = (TRAIN, TEST)) -> Availability:
        return Availability(FULL, self.counts(FULL), message(N_("comes with the app, or from you")))

    def encoded(self, preparation: Preparation | None = None) -> Encoded:
        """The whole text as ids, with its vocabulary.

        Raises:
            ExplorerError: if it is a reader's own that is not here any more.
        """
        chosen = preparation if isinstance(preparation, Passage) else Passage()
        return written.encoded(chosen.text, chosen.level)

    def _chosen(self, variant: str, preparation: Preparation | None) -> Passage:
        if variant != FULL:
            raise ExplorerError(
                message(
                    N_("{dataset} has no variant {variant}; use {full}."),
                    dataset=self.title,
                    variant=repr(variant)[:60],
                    full=FULL,
                )
            )
        return preparation if isinstance(preparation, Passage) else Passage()


def _starts(text: Encoded, chosen: Passage, part: str) -> np.ndarray:
    """Where the windows of a part begin; those of the test part lie end to end, so that no token counts twice."""
    border = len(text.ids) - len(text.ids) // TEST_SHARE
    first, end = (0, border) if part == TRAIN else (border, len(text.ids))
    room = end - first - chosen.length
    if room <= 0:
        return np.arange(0)
    step = max(chosen.step, -(-room // MAXIMUM_WINDOWS)) if part == TRAIN else chosen.length
    return np.arange(first, first + room, step)


def _too_short(tokens: int, windows: int, chosen: Passage) -> Message:
    return message(
        N_(
            "This text has {tokens} tokens, which makes {windows} windows of {length} to train on, and {minimum} are "
            "needed with one to test: give a longer text, or make the window or the step shorter."
        ),
        tokens=f"{tokens:,}",
        windows=windows,
        length=chosen.length,
        minimum=MINIMUM_WINDOWS,
    )
