"""A teacher's own task, held by the page's link: a question, answers to choose from, and which controls are in sight.

Everything in it comes from whoever made the link: it is data, cut to size, never trusted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from explorer.lessons.steps import Choices, Option, Question, Step

LONGEST_TEXT, LONGEST_OPTION = 300, 80
MOST_OPTIONS, MOST_CONTROLS = 5, 30
ASK, OPTION, RIGHT, WHY, CONTROLS = "ask", "option", "right", "why", "controls"
NAMES = (ASK, OPTION, RIGHT, WHY, CONTROLS)
"""How the link calls the parts of a task."""
NO_CONTROLS = "-"
_CONTROL = re.compile(r"[\w-]{1,64}", re.ASCII)


@dataclass(frozen=True)
class Task:
    """`right` is the place of the right option; `controls` are the names of those in sight, None for all."""

    question: str = ""
    options: tuple[str, ...] = ()
    right: int = 0
    why: str = ""
    controls: tuple[str, ...] | None = None

    @property
    def asks(self) -> bool:
        """Whether there is an answer to commit to."""
        return len(self.options) >= 2

    def to_query(self) -> list[tuple[str, str]]:
        """The task as parameters of a link."""
        found = [(ASK, self.question)] if self.question else []
        if self.question and self.asks:
            found += [(OPTION, option) for option in self.options]
            found.append((RIGHT, str(self.right)))
        if self.question and self.why:
            found.append((WHY, self.why))
        if self.controls is not None:
            found.append((CONTROLS, ",".join(self.controls) or NO_CONTROLS))
        return found

    def step(self, title: str, safe: Callable[[str], str]) -> Step:
        """The task as a step under a title; `safe` makes its texts harmless where they are shown."""
        if not self.asks:
            return Step(title, safe(self.question))
        options = tuple(Option(safe(text), place == self.right) for place, text in enumerate(self.options))
        return Step(title, "", question=Question(safe(self.question), Choices(options), safe(self.why)))


def from_query(values: Callable[[str], Iterable[str]]) -> Task | None:
    """The task of a link, or None if it has none; `values` gives all values of a parameter.

    What is too long is cut; options without a right one among them are left out.
    """
    ask, why, right, controls = (next(iter(values(name)), "") for name in (ASK, WHY, RIGHT, CONTROLS))
    options = tuple(text for text in (_cut(option, LONGEST_OPTION) for option in values(OPTION)) if text)
    options = options[:MOST_OPTIONS]
    place = int(right) if right in map(str, range(len(options))) else None
    found = Task(
        _cut(ask, LONGEST_TEXT),
        options if place is not None else (),
        place or 0,
        _cut(why, LONGEST_TEXT),
        _controls(controls) if controls else None,
    )
    return found if found.question or found.controls is not None else None


def of_lines(question: str, lines: str, why: str, controls: tuple[str, ...] | None) -> Task:
    """A task as a teacher writes it: one answer a line, the right one with a * before it."""
    written = [line.strip() for line in lines.splitlines() if line.strip(" *")][:MOST_OPTIONS]
    marked = [place for place, line in enumerate(written) if line.startswith("*")]
    options = tuple(_cut(line.lstrip("* "), LONGEST_OPTION) for line in written)
    if len(marked) != 1 or len(options) < 2:
        options, marked = (), [0]
    return Task(_cut(question, LONGEST_TEXT), options, marked[0], _cut(why, LONGEST_TEXT), controls)


def _controls(text: str) -> tuple[str, ...]:
    names = [name for name in text.split(",") if _CONTROL.fullmatch(name) and name != NO_CONTROLS]
    return tuple(names[:MOST_CONTROLS])


def _cut(text: str, longest: int) -> str:
    return " ".join(text.split())[:longest].strip()
