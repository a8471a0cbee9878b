"""Seats and taught rooms kept in the reader's own browser (`memory.js`)."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.widgets.classroom import state

NAME = "explorer_room"
_KEY = "room_memory"


def sync() -> None:
    """Hand the session's secrets to the browser, and take over what it has kept from before."""

    def stored() -> None:
        state.remember(str(st.session_state[_KEY].stored or ""))

    kinds = {kind: asdict(state.kept(kind)) for kind in state.KINDS}
    payload = json.dumps({"app": st.get_option("server.baseUrlPath"), "kinds": kinds})
    _component()(data=payload.encode(), key=_KEY, default={"stored": ""}, on_stored_change=stored, height=1)


def _component() -> Any:
    return st.components.v2.component(NAME, html="<span></span>", js=_script())


@lru_cache(maxsize=1)
def _script() -> str:
    return Path(__file__).with_name("memory.js").read_text(encoding="utf-8")
