"""The course: every lesson in order, with the reader's progress."""

from __future__ import annotations

import streamlit as st

from explorer.lessons import COURSE, Lesson
from explorer.messages import N_
from explorer.widgets.language import _, escape, md
from explorer.widgets.lessons import browser, state


def overview() -> None:
    """How many questions are answered in all, and a way to begin anew."""
    browser.sync()
    standings = [state.standing(found) for chapter in COURSE for found in _lessons(chapter.pages)]
    answered, right, asked = (sum(column) for column in zip(*standings, strict=True))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(
            answered / asked,
            md(
                N_("{answered} of {asked} predictions made, {right} right"), answered=answered, asked=asked, right=right
            ),
        )
        with st.popover(_("Forget my answers"), disabled=not answered):
            st.markdown(_("All answers in this browser are forgotten. Your runs stay."))
            st.button(_("Forget them"), key="lesson_forget", type="primary", on_click=state.forget)


def chapters() -> None:
    """The chapters with their lessons, three in a row."""
    for chapter in COURSE:
        st.header(_(chapter.title), anchor=False)
        columns = st.columns(3)
        for place, found in enumerate(_lessons(chapter.pages)):
            with columns[place % 3]:
                _card(found)


def _lessons(pages: tuple[str, ...]) -> list[Lesson]:
    return [found for found in map(state.of, pages) if found is not None]


def _card(found: Lesson) -> None:
    answered, right, asked = state.standing(found)
    with st.container(border=True, gap="small"):
        st.markdown(f"**{escape(found.title)}**")
        done = answered == asked
        st.caption(
            (":material/check_circle: " if done else "")
            + md(N_("{answered} of {asked} answered, {right} right"), answered=answered, asked=asked, right=right)
        )
        st.page_link(
            f"pages/{found.page}.py",
            label=_("Look again") if done else _("Go on") if answered else _("Begin"),
            icon=":material/school:",
            query_params={state.STEP: "1"},
        )
