"""The link to a page as it is in sight: to copy, as a QR code, and as a task for learners."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from explorer.lessons.task import LONGEST_TEXT, NAMES, Task, of_lines
from explorer.messages import N_
from explorer.widgets import qr
from explorer.widgets.language import _, md
from explorer.widgets.lessons.state import STEP

DENSE = 700
"""Characters from which a QR code is hard to read from a distance."""
_CONTROLS = "share_controls"
_LEFT_OUT = (*NAMES, STEP, "lang")


def button(page: str, home: bool) -> None:
    """The button that opens the dialog; `home` is the page without a name in the address."""
    if st.button(_("Share"), icon=":material/share:", key="share_open", help=_("A link to what you see, or a task.")):
        st.dialog(_("Share this page"), width="medium")(_dialog)("" if home else page)


def _dialog(path: str) -> None:
    known = _controls_in_sight()
    as_task = st.toggle(
        _("As a task for learners"),
        key="share_task",
        help=_("With your own question, and only the controls that it needs; learners can show the others."),
    )
    task = _written(known) if as_task else Task()
    address = _address(path, task)
    st.code(address, language=None, wrap_lines=True)
    with st.container(horizontal=True, vertical_alignment="center"):
        qr.show(address, _("The QR code of this link"))
        st.caption(_said(address, task))


def _written(known: dict[str, str]) -> Task:
    """The form of a task."""
    asked = st.text_area(_("Question"), key="share_question", max_chars=LONGEST_TEXT, height=80)
    lines = st.text_area(
        _("Answers to choose from, one a line; put * before the right one"),
        key="share_answers",
        max_chars=LONGEST_TEXT,
        height=100,
        placeholder=_("26 × 26\n* 28 × 28\n30 × 30"),
    )
    why = st.text_input(_("What to read after the answer"), key="share_why", max_chars=LONGEST_TEXT)
    hide = st.toggle(_("Hide controls"), key="share_hide")
    kept = None
    if hide:
        kept = tuple(
            st.multiselect(
                _("Controls that learners see"),
                list(known),
                format_func=lambda name: known[name],
                key="share_kept",
                placeholder=_("none"),
            )
        )
    task = of_lines(asked or "", lines or "", why or "", kept)
    if lines and not task.asks:
        st.warning(_("At least two answers are needed, and one * before the right one."), icon=":material/edit:")
    return task


def _address(path: str, task: Task) -> str:
    """The page's whole address with its settings and the task."""
    base = (st.context.url or "").rstrip("/").removesuffix(f"/{path}")
    settings = [
        (name, value) for name in st.query_params if name not in _LEFT_OUT for value in st.query_params.get_all(name)
    ]
    query = urlencode([*settings, *task.to_query()])
    return f"{base}/{path}" + (f"?{query}" if query else "")


def _said(address: str, task: Task) -> str:
    said = _("Whoever opens the link sees the page with these settings.")
    if task.question:
        said += " " + _("Your question stands beside it.")
    if len(address) > DENSE:
        said += " " + md(N_("The link is long ({count} characters): show the QR code large."), count=len(address))
    return said


def _controls_in_sight() -> dict[str, str]:
    """The page's controls: their labels by their names, as the browser has them (`controls.js`)."""
    found = _component()(data=b"{}", key=_CONTROLS, default={"found": ""}, on_found_change=lambda: None, height=1)
    try:
        listed = json.loads(found.found or "{}")
    except ValueError:
        return {}
    return {str(name)[:64]: str(label)[:80] for name, label in list(listed.items())[:100]}


def _component() -> Any:
    return st.components.v2.component("explorer_controls", html="<span></span>", js=_script())


@lru_cache(maxsize=1)
def _script() -> str:
    return Path(__file__).with_name("controls.js").read_text(encoding="utf-8")
