"""What every page shares: its place in the menu, the title row, the server's own engine."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer.training.jobs import Engine
from explorer.training.store import Store
from explorer.widgets.language import _, language_switch

# Streamlit leaves a hand of empty space above the title; a picture should be there instead.
_STYLE = "<style>.stMainBlockContainer { padding-top: 4rem; padding-bottom: 2rem; } h1 { padding-top: 0 }</style>"

HOME, CNN_LAB, INSIDE_CNN = "pages/home.py", "pages/cnn_lab.py", "pages/inside_cnn.py"


def app_name() -> str:
    return _("CNN and RNN Explorer")


def pages() -> list[Any]:
    """The menu in the reader's language."""
    return [
        st.Page(HOME, title=_("Home"), icon=":material/home:", default=True),
        st.Page(CNN_LAB, title=_("CNN lab"), icon=":material/experiment:", url_path="cnn_lab"),
        st.Page(INSIDE_CNN, title=_("Inside a CNN"), icon=":material/visibility:", url_path="inside_cnn"),
    ]


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    """The server's one training queue; its processes start in the background."""
    return Engine(Store.from_environment()).start()


def start() -> None:
    """Begin what takes long before anybody asks for it."""
    engine()


def title(question: str, idea: str) -> None:
    """The question that the page answers, the idea in one sentence, and the language switch."""
    st.html(_STYLE)
    left, right = st.columns([5, 1], vertical_alignment="top")
    with left:
        st.title(question, anchor=False)
        st.markdown(idea)
    with right, st.container(horizontal=True, horizontal_alignment="right"):
        language_switch()


def dark() -> bool:
    """Whether the reader's theme is dark."""
    return bool(st.context.theme.type == "dark")
