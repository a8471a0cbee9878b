"""What a lesson is made of."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Option:
    """One answer to choose from; a wrong one has the `reason` why it is wrong."""

    text: str
    right: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Choices:
    """A question with answers to choose from, one of which is right."""

    options: tuple[Option, ...]

    def judge(self, given: str) -> bool:
        """Whether the option of that number, from 0 on, is right.

        Raises:
            ValueError: if there is no such option.
        """
        return self.options[self._place(given)].right

    def told(self, given: str) -> str:
        """What was answered, in words."""
        return self.options[self._place(given)].text

    def reason(self, given: str) -> str:
        """Why an answer is wrong; empty if it is right."""
        return self.options[self._place(given)].reason

    @property
    def right(self) -> str:
        """The right answer, as it is given."""
        return str(next(place for place, option in enumerate(self.options) if option.right))

    def _place(self, given: str) -> int:
        if not given.isdecimal() or int(given) >= len(self.options):
            raise ValueError(given)
        return int(given)


@dataclass(frozen=True)
class Number:
    """A question whose answer is a number, right within `tolerance`; `hint` is why others are wrong."""

    value: float
    tolerance: float = 0.0
    hint: str = ""

    def judge(self, given: str) -> bool:
        """Whether a number is right.

        Raises:
            ValueError: if it is none.
        """
        return abs(self._number(given) - self.value) <= self.tolerance + 1e-9 * abs(self.value)

    def told(self, given: str) -> str:
        """What was answered, in words."""
        return f"{self._number(given):,.10g}"

    def reason(self, given: str) -> str:
        """Why an answer is wrong; empty if it is right."""
        return "" if self.judge(given) else self.hint

    @property
    def right(self) -> str:
        """The right answer, as it is given."""
        return f"{self.value:.10g}"

    def _number(self, given: str) -> float:
        number = float(given)
        if not math.isfinite(number):
            raise ValueError(given)
        return number


Answer = Choices | Number


@dataclass(frozen=True)
class Question:
    """A prediction to commit to: `then` are the settings that reveal what happens, and `shows` what the page says then.

    `explanation` is read beside the result.
    """

    text: str
    answer: Answer
    explanation: str
    then: Mapping[str, str] = field(default_factory=dict)
    shows: tuple[str, ...] = ()
    trains: bool = False
    """Whether the learner trains a model to see the result, so that the page cannot show it at once."""


@dataclass(frozen=True)
class Step:
    """One step: its text, the settings that it begins with (by their names in the link), and what it asks."""

    title: str
    text: str
    settings: Mapping[str, str] = field(default_factory=dict)
    question: Question | None = None


@dataclass(frozen=True)
class Lesson:
    """A page's lesson in one language."""

    page: str
    title: str
    steps: tuple[Step, ...]

    @property
    def questions(self) -> tuple[int, ...]:
        """The numbers, from 1 on, of the steps that ask something."""
        return tuple(number for number, step in enumerate(self.steps, 1) if step.question is not None)
