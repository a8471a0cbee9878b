"""A page's lesson: folded away behind a button, or open beside the page; on a telephone below it."""

from __future__ import annotations

import streamlit as st

from explorer.lessons import Lesson
from explorer.messages import N_
from explorer.widgets.language import _, md
from explorer.widgets.lessons import browser, frame, question, state


def button(page: str) -> None:
    """The button that opens and folds the page's lesson, if it has one."""
    found = state.of(page)
    if found is None:
        return
    opened = state.step(found) is not None
    st.button(
        _("Lesson"),
        icon=":material/school:",
        key="lesson_open",
        type="primary" if opened else "secondary",
        help=md(N_("{title}: {count} short steps beside the page."), title=found.title, count=len(found.steps)),
        on_click=state.go,
        args=(None if opened else _first(found),),
    )


def _first(found: Lesson) -> int:
    """The first step that is still to be answered, or the first of all."""
    for number in found.questions:
        asked = found.steps[number - 1].question
        if asked is not None and state.given(found.page, number, asked) is None:
            return number if state.standing(found)[0] else 1
    return 1


def draw(page: str) -> None:
    """The step in sight, if the lesson is open, with the page's controls set as it has them."""
    found = state.of(page)
    number = state.step(found) if found is not None else None
    if found is None or number is None:
        return
    state.enter(found, number)
    with frame.beside():
        _head(found, number)
        step = found.steps[number - 1]
        st.markdown(f"#### {step.title}")
        st.markdown(step.text)
        question.show(page, number, step)
        _ways(found, number)
        browser.sync()


def _head(found: Lesson, number: int) -> None:
    with st.container(horizontal=True, vertical_alignment="top"):
        st.caption(
            md(N_("step {number} of {count}"), number=number, count=len(found.steps)),
            width="stretch",
        )
        st.button(
            _("Close"), icon=":material/close:", key="lesson_close", type="tertiary", on_click=state.go, args=(None,)
        )


def _ways(found: Lesson, number: int) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.button(
            _("Back"),
            icon=":material/arrow_back:",
            key="lesson_back",
            disabled=number == 1,
            on_click=state.go,
            args=(number - 1,),
        )
        last = number == len(found.steps)
        st.button(
            _("Done") if last else _("Next"),
            icon=":material/check:" if last else ":material/arrow_forward:",
            key="lesson_next",
            on_click=state.go,
            args=(None if last else number + 1,),
        )
