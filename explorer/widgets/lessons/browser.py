"""Answers kept in the reader's own browser: no account, nothing on the server (`browser.js`)."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.widgets.lessons import state

_KEY = "lesson_progress"


def sync() -> None:
    """Hand the session's answers to the browser, and take over what it has kept from before."""

    def stored() -> None:
        state.remember(str(st.session_state[_KEY].stored or ""))

    payload = json.dumps({"answers": state.answers(), "forgotten": state.forgotten()})
    _component()(data=payload.encode(), key=_KEY, default={"stored": ""}, on_stored_change=stored, height=1)


def _component() -> Any:
    return st.components.v2.component("explorer_progress", html="<span></span>", js=_script())


@lru_cache(maxsize=1)
def _script() -> str:
    return Path(__file__).with_name("browser.js").read_text(encoding="utf-8")
