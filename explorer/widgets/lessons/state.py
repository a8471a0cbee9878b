"""Where the reader stands in the lessons: the step in sight, and the answers given.

The step is in the link. Answers are kept in the session and in the reader's own browser.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import streamlit as st

from explorer.lessons import COURSE, Lesson, Question, lesson
from explorer.widgets import link
from explorer.widgets.language import current

STEP = "lesson"
_ANSWERS, _ENTERED, _FORGOTTEN = "lesson_answers", "lesson_entered", "lesson_forgotten"
LONGEST_ANSWER = 24
PAGES = tuple(page for chapter in COURSE for page in chapter.pages)


def of(page: str) -> Lesson | None:
    """The page's lesson in the reader's language."""
    return lesson(page, current())


def step(found: Lesson) -> int | None:
    """The number of the step in sight, from 1 on; None while the lesson is folded."""
    text = st.query_params.get(STEP, "")
    return int(text) if text.isascii() and text.isdecimal() and 1 <= int(text) <= len(found.steps) else None


def go(number: int | None) -> None:
    """Show a step, or fold the lesson."""
    if number is None:
        st.query_params.pop(STEP, None)
        st.session_state.pop(_ENTERED, None)
    else:
        st.query_params[STEP] = str(number)
        st.session_state.setdefault(_ENTERED, ("", 0))


def enter(found: Lesson, number: int) -> None:
    """Set the page's controls as the step in sight has them, once, before the page draws them."""
    place, before = (found.page, number), st.session_state.get(_ENTERED)
    if place == before:
        return
    st.session_state[_ENTERED] = place
    asked = found.steps[number - 1].question
    settings = dict(found.steps[number - 1].settings)
    if asked is not None and given(found.page, number, asked) is not None:
        settings |= asked.then
    if before is None:
        # A link that opens a step may ask for other settings than the step.
        settings = {name: value for name, value in settings.items() if name not in st.query_params}
    link.give(settings)


def answers() -> dict[str, dict[int, str]]:
    """What was answered, by page and step."""
    found: dict[str, dict[int, str]] = st.session_state.setdefault(_ANSWERS, {})
    return found


def given(page: str, number: int, question: Question) -> str | None:
    """The answer to a question; None if there is none, or one that it does not know."""
    found = answers().get(page, {}).get(number)
    try:
        question.answer.judge(found or "")
    except ValueError:
        return None
    return found


def answer(page: str, number: int, text: str) -> None:
    """Keep an answer."""
    answers().setdefault(page, {})[number] = text


def withdraw(page: str, number: int) -> None:
    """Forget one answer, so that the question is asked again."""
    answers().get(page, {}).pop(number, None)
    st.session_state.pop(_ENTERED, None)


def forget() -> None:
    """Forget all answers, here and in the browser."""
    st.session_state[_ANSWERS] = {}
    st.session_state[_FORGOTTEN] = st.session_state.get(_FORGOTTEN, 0) + 1


def forgotten() -> int:
    """How often the reader had everything forgotten."""
    return int(st.session_state.get(_FORGOTTEN, 0))


def remember(text: str) -> None:
    """Take over the answers that the browser has kept and the session does not know; what is none is left out."""
    try:
        stored = json.loads(text)
    except ValueError:
        return
    for page, steps in stored.items() if isinstance(stored, dict) else ():
        if page in PAGES and isinstance(steps, dict):
            for number, kept in steps.items():
                if (
                    number.isascii()
                    and number.isdecimal()
                    and int(number) <= 20
                    and isinstance(kept, str)
                    and len(kept) <= LONGEST_ANSWER
                ):
                    answers().setdefault(page, {}).setdefault(int(number), kept)


def standing(found: Lesson) -> tuple[int, int, int]:
    """How many questions of a lesson are answered, how many of them rightly, and how many there are."""
    asked: Mapping[int, Question] = {
        number: one.question for number, one in enumerate(found.steps, 1) if one.question is not None
    }
    replies = {number: given(found.page, number, question) for number, question in asked.items()}
    right = sum(asked[number].answer.judge(reply) for number, reply in replies.items() if reply is not None)
    return sum(reply is not None for reply in replies.values()), right, len(asked)
