"""A pad to draw on with mouse, finger, pen or keys."""

from __future__ import annotations

import base64
import binascii
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from explorer.widgets.language import _

SIDE = 112
"""Pixels of the pad, in each direction."""

_FOLDER = Path(__file__).parent


def draw(key: str) -> np.ndarray | None:
    """The drawing as ink (SIDE, SIDE) of uint8, 0 where the pad is empty and 255 where it is full; None without any."""

    def drawn() -> None:
        found = ink(st.session_state[key].drawing)
        if found is not None:
            st.session_state[_kept(key)] = found

    kept: np.ndarray | None = st.session_state.get(_kept(key))
    encoded = "" if kept is None else base64.b64encode(kept.tobytes()).decode()
    payload = {"side": SIDE, "ink": encoded, "labels": _labels()}
    _component()(data=json.dumps(payload, ensure_ascii=False).encode(), key=key, on_drawing_change=drawn)
    return kept if kept is not None and kept.any() else None


def ink(message: Any) -> np.ndarray | None:
    """What the browser sent, if it can be a drawing: it may have been written by anyone."""
    if not isinstance(message, str) or len(message) > 2 * SIDE**2:
        return None
    try:
        content = base64.b64decode(message, validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(content) != SIDE**2:
        return None
    return np.frombuffer(content, np.uint8).reshape(SIDE, SIDE)


def _kept(key: str) -> str:
    return f"{key}-ink"


def _labels() -> dict[str, str]:
    return {
        "pad": _("Drawing pad: draw with the pointer, or move with the arrow keys and paint with the space bar"),
        "clear": _("Clear"),
        "brush": _("Brush"),
        "place": _("row {row}, column {column}"),
    }


def _component() -> Any:
    return st.components.v2.component(
        "explorer_sketch",
        html='<div class="sketch"></div>',
        css=_file("sketch.css"),
        js=_file("sketch.js"),
    )


@lru_cache(maxsize=2)
def _file(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
