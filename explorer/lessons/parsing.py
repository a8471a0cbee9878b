"""Lessons as Markdown: headings for steps, fenced blocks for what the app does.

::

    # Title of the lesson

    ## Title of a step

    ```set
    kernel = 3
    ```

    Text of the step, then the question under a heading of its own.

    ### Question (any words)

    What comes out?

    - [ ] 4 × 4 -> With padding only.
    - [x] 2 × 2

    ### Answer (any words)

    ```then
    kernel = 5
    ```

    ```shows
    2 × 2
    ```

    What is to be seen now.

``set`` and ``then`` hold settings by their names in the page's link; ``shows`` holds what the page says
after them, a line each, which the tests look for. In place of the options a ``number`` block asks for a
number: ``value``, ``tolerance`` and ``hint``. A ``trains`` block (empty) says that the result comes from a training.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from explorer.lessons.steps import Answer, Choices, Lesson, Number, Option, Question, Step

BLOCKS = ("set", "then", "shows", "number", "trains")
_HEADING = re.compile(r"^(#{1,3}) +(.+?) *$")
_OPTION = re.compile(r"^- \[( |x)\] (.+?)(?: -> (.+))?$")


class LessonError(ValueError):
    """A lesson's file does not say what a lesson must say; names the heading."""


@dataclass
class _Section:
    """What stands under one heading."""

    level: int
    title: str
    lines: list[str] = field(default_factory=list)
    blocks: dict[str, list[str]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()

    def settings(self, block: str) -> dict[str, str]:
        pairs = [line.partition("=") for line in self.blocks.get(block, [])]
        if any(not equals or not name.strip() for name, equals, _value in pairs):
            raise LessonError(f"{self.title}: each line of {block} must be 'name = value'")
        return {name.strip(): value.strip() for name, _equals, value in pairs}


def read(page: str, markdown: str) -> Lesson:
    """The lesson of a page.

    Raises:
        LessonError: if the file is not in the form that this module describes.
    """
    title, *sections = _sections(markdown)
    if title.level != 1 or any(section.level == 1 for section in sections):
        raise LessonError("A lesson begins with its title, its only heading of the first level")
    steps = []
    for place, section in enumerate(sections):
        if section.level == 2:
            following = sections[place + 1 :]
            parts = following[: next((n for n, other in enumerate(following) if other.level == 2), len(following))]
            steps.append(_step(section, parts))
    return Lesson(page, title.title, tuple(steps))


def _sections(markdown: str) -> list[_Section]:
    sections: list[_Section] = []
    block: list[str] | None = None
    for line in markdown.splitlines():
        heading = None if block is not None else _HEADING.match(line)
        if heading:
            sections.append(_Section(len(heading[1]), heading[2]))
        elif not sections:
            if line.strip():
                raise LessonError("A lesson begins with its title")
        elif block is None:
            name = line.removeprefix("```").strip()
            if line.startswith("```") and name in BLOCKS:
                block = sections[-1].blocks[name] = []
            else:
                sections[-1].lines.append(line)
        elif line.strip() == "```":
            block = None
        elif line.strip():
            block.append(line.strip())
    if not sections:
        raise LessonError("The lesson is empty")
    if block is not None:
        raise LessonError(f"{sections[-1].title}: a block is not closed")
    return sections


def _step(section: _Section, parts: list[_Section]) -> Step:
    if len(parts) not in (0, 2):
        raise LessonError(f"{section.title}: a step has a question and its answer, or neither")
    question = _question(*parts) if parts else None
    return Step(section.title, section.text, section.settings("set"), question)


def _question(asked: _Section, revealed: _Section) -> Question:
    words = "\n".join(line for line in asked.lines if not _OPTION.match(line)).strip()
    return Question(
        words,
        _answer(asked),
        revealed.text,
        revealed.settings("then"),
        tuple(revealed.blocks.get("shows", ())),
        "trains" in revealed.blocks,
    )


def _answer(asked: _Section) -> Answer:
    found = [option for option in map(_OPTION.match, asked.lines) if option]
    options = tuple(Option(option[2], option[1] == "x", option[3] or "") for option in found)
    if "number" in asked.blocks:
        given = asked.settings("number")
        try:
            return Number(float(given["value"]), float(given.get("tolerance", 0)), given.get("hint", ""))
        except (KeyError, ValueError) as error:
            raise LessonError(f"{asked.title}: a number block needs a value") from error
    if sum(option.right for option in options) != 1 or len(options) < 2:
        raise LessonError(f"{asked.title}: one of at least two options is right")
    if any(not option.right and not option.reason for option in options):
        raise LessonError(f"{asked.title}: every wrong option needs its reason after ' -> '")
    return Choices(options)
