"""Small tables of numbers that the reader changes in place; the changed cells are in the link."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zlib import crc32

import numpy as np
import streamlit as st

from explorer.widgets import link
from explorer.widgets.cells_edit import LARGEST, Edits, applied, changes, cleaned, read, written

_BEGAN, _WROTE = "-began", "-wrote"
WIDTH = 290
"""Pixels of a table."""


def edited(key: str, default: np.ndarray, rows: Sequence[str], columns: Sequence[str]) -> np.ndarray:
    """Draw the table (rows, columns) and return it with the reader's changes, as float32.

    Changes to rows that are not shown are kept for when they are.
    """
    link.restore(key, read)
    edits: Edits = st.session_state.get(key, {})
    # While the cells are on the page they keep the reader's changes to what they began with.
    editor = _name(key, default, st.session_state.get(key + _BEGAN, {}))
    if editor not in st.session_state or edits != st.session_state.get(key + _WROTE):
        st.session_state[key + _BEGAN] = edits
        editor = _name(key, default, edits)
    values = _editor(editor, applied(default, st.session_state[key + _BEGAN]), rows, columns)
    hidden = {place: value for place, value in edits.items() if place[0] >= len(default)}
    found = hidden | changes(default, values)
    st.session_state[key] = st.session_state[key + _WROTE] = found
    link.keep(key, written(found), "")
    return values


def forget(*keys: str) -> None:
    """Put tables back to what they began with; for callbacks."""
    for key in keys:
        st.session_state[key] = {}


def _name(key: str, default: np.ndarray, edits: Edits) -> str:
    return f"{key}-{len(default)}-{crc32(default.tobytes())}-{written(edits)}"


def _editor(editor: str, values: np.ndarray, rows: Sequence[str], columns: Sequence[str]) -> np.ndarray:
    width = WIDTH // (len(columns) + 1)
    cells: Any = st.data_editor(
        {" ": list(rows), **dict(zip(columns, values.T.tolist(), strict=True))},
        key=editor,
        hide_index=True,
        disabled=[" "],
        column_config={
            " ": st.column_config.TextColumn(width=width),
            **dict.fromkeys(columns, st.column_config.NumberColumn(min_value=-LARGEST, max_value=LARGEST, width=width)),
        },
        height=35 * (len(rows) + 1) + 3,
    )
    return cleaned([cells[name] for name in columns]).T
