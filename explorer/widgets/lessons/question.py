"""A question in the lesson panel: ask, commit, reveal."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from explorer.lessons import Choices, Number, Question, Step
from explorer.widgets import link
from explorer.widgets.language import _, escape
from explorer.widgets.lessons import state

_ANSWER = "lesson_answer"


def show(page: str, number: int, step: Step) -> None:
    """The step's question; once it is answered, what was predicted beside what is right, and why."""
    question = step.question
    if question is None:
        return
    given = state.given(page, number, question)
    with st.container(border=True, gap="small", key="lesson_question"):
        st.markdown(question.text)
        if given is None:
            _ask(page, number, question)
        else:
            _reveal(page, number, step.settings, question, given)


def _ask(page: str, number: int, question: Question) -> None:
    key = f"{_ANSWER}_{page}_{number}"
    with st.form(f"{key}_form", border=False):
        if isinstance(question.answer, Number):
            st.number_input(_("Your prediction"), value=None, key=key, placeholder=_("a number"))
        else:
            _options(question.answer, key)
        st.form_submit_button(
            _("That is my prediction"), type="primary", on_click=_commit, args=(page, number, question, key)
        )


def _options(answer: Choices, key: str) -> None:
    st.radio(
        _("Your prediction"),
        range(len(answer.options)),
        index=None,
        format_func=lambda place: answer.options[place].text,
        key=key,
    )


def _commit(page: str, number: int, question: Question, key: str) -> None:
    chosen = st.session_state.get(key)
    if chosen is None:
        st.toast(_("Choose an answer first; then see what happens."), icon=":material/help:")
        return
    state.answer(page, number, f"{chosen:.10g}")
    link.give(question.then)


def _reveal(page: str, number: int, settings: Mapping[str, str], question: Question, given: str) -> None:
    answer = question.answer
    predicted = f"{_('You predicted:')} **{_told(answer, given)}**"
    if answer.judge(given):
        st.success(predicted, icon=":material/check_circle:")
    else:
        reason = answer.reason(given)
        st.warning(predicted + (f"  \n{reason}" if reason else ""), icon=":material/lightbulb:")
        st.markdown(f"{_('Right is:')} **{_told(answer, answer.right)}**")
    if question.explanation:
        st.markdown(question.explanation)
    with st.container(horizontal=True):
        if question.then:
            st.button(
                _("Show it again"),
                icon=":material/replay:",
                key="lesson_replay",
                type="tertiary",
                help=_("Sets the page's controls as this step has them."),
                on_click=link.give,
                args=({**settings, **question.then},),
            )
        st.button(
            _("Answer again"),
            icon=":material/undo:",
            key="lesson_undo",
            type="tertiary",
            on_click=state.withdraw,
            args=(page, number),
        )


def _told(answer: Choices | Number, given: str) -> str:
    told = answer.told(given)
    return told if isinstance(answer, Choices) else escape(told)
