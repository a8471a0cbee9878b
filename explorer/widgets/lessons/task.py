"""A teacher's task as the learner meets it: the question beside the page, and only the controls that it needs."""

from __future__ import annotations

import zlib

import streamlit as st

from explorer.lessons.task import CONTROLS, Task, from_query
from explorer.widgets.language import _, escape
from explorer.widgets.lessons import frame, question


def found() -> Task | None:
    """The task in the link, if there is one."""
    return from_query(st.query_params.get_all)


def draw(task: Task) -> None:
    """The task beside the page, with a way to see all controls; without a question only that way."""
    if task.controls is not None:
        st.html(_hiding(task.controls))
    if not task.question:
        _all_controls(task)
        return
    step = task.step(_("Task"), escape)
    with frame.beside():
        st.markdown(f"#### {step.title}")
        st.caption(_("Set by the person who made this link."))
        if step.text:
            st.markdown(step.text)
        question.show(f"task-{zlib.crc32(repr(task).encode()):08x}", 1, step)
        _all_controls(task)


def _hiding(kept: tuple[str, ...]) -> str:
    """Every control has a label: all with one are hidden but the kept ones, the panel's and the language's."""
    exceptions = "".join(f":not(.st-key-{name})" for name in kept)
    return (
        '<style>.stMainBlockContainer .stElementContainer:has([data-testid="stWidgetLabel"])'
        f":not(.st-key-lesson_panel *):not(.st-key-lang){exceptions} {{ display: none; }}</style>"
    )


def _all_controls(task: Task) -> None:
    if task.controls is not None:
        st.button(
            _("Show all controls"),
            icon=":material/visibility:",
            key="task_controls",
            help=_("The link has hidden some controls of this page."),
            on_click=_show_all,
        )


def _show_all() -> None:
    st.query_params.pop(CONTROLS, None)
