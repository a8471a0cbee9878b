"""What Streamlit leaves out of its document: its language, tab stops for what scrolls, a lesson's way on telephones."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.widgets import language
from explorer.widgets.language import _

_STYLE = Path(__file__).with_name("shell.css")


def mend() -> None:
    """Give the page its look, and what `document.js` adds to it; draws nothing."""
    st.html(_STYLE)
    names = {"scrolls": _("Scrolls sideways"), "lesson": _("Lesson")}
    told = json.dumps({"lang": language.current(), "names": names}, ensure_ascii=False)
    _component()(data=told.encode(), key="document", height=1)


def _component() -> Any:
    return st.components.v2.component("explorer_document", html="<span></span>", js=_script())


@lru_cache(maxsize=1)
def _script() -> str:
    return Path(__file__).with_name("document.js").read_text(encoding="utf-8")
