"""Tables in which the reader changes a cell's inputs and weights; the changed cells are in the link."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from explorer.layers.cell_weights import columns
from explorer.layers.recurrent import CELLS
from explorer.specs import Recurrent, SimpleRNN
from explorer.widgets import link
from explorer.widgets.language import _

INPUTS, WEIGHTS = "cells_x", "cells_w"
LARGEST = 20.0
"""How far from 0 a value may lie."""
KEPT = 24
"""Of so many tables the changes are kept."""

WIDEST = 700
"""Pixels of a table; a wider one scrolls."""

_EDITS, _BEGAN, _ROUND = "cells_edits", "cells_began", "cells_round"
_WRITTEN = re.compile(r"(\d{1,3})\.(\d{1,3})=(-?\d{1,4}(?:\.\d{1,6})?)")

Edits = dict[tuple[int, int], float]
"""Changed cells of a table by row and column."""


def inputs(values: np.ndarray, token: str) -> np.ndarray:
    """A popover with the inputs (time steps, features); returns them with the reader's changes."""
    rows = [f"t = {step + 1}" for step in range(len(values))]
    names = [f"x{feature + 1}" for feature in range(values.shape[1])]
    return _popover(_("Edit inputs"), INPUTS, token, values, rows, names)


def weights(layer: Recurrent, values: dict[str, np.ndarray], token: str) -> dict[str, np.ndarray]:
    """A popover with all weights in one table, a column per gate and unit; returns them with the reader's changes."""
    parts = {name: np.atleast_2d(array) for name, array in values.items()}
    sheet = np.concatenate(list(parts.values()))
    rows = [f"{_SHORT[name]} {row + 1}" for name, part in parts.items() for row in range(len(part))]
    changed = _popover(_("Edit weights"), WEIGHTS, token, sheet, rows, column_names(layer))
    ends = np.cumsum([len(part) for part in parts.values()])[:-1]
    return {name: part.reshape(values[name].shape) for name, part in zip(parts, np.split(changed, ends), strict=True)}


_SHORT = {"kernel": "W_x", "recurrent_kernel": "W_h", "bias": "b"}


def column_names(layer: Recurrent) -> list[str]:
    """Gate and unit of each column, as Keras lays them out."""
    if isinstance(layer, SimpleRNN):
        return [f"h{unit + 1}" for unit in range(layer.units)]
    found = {
        columns(layer, letter).start + unit: f"{letter}{unit + 1}"
        for letter in CELLS[type(layer)].gates
        for unit in range(layer.units)
    }
    return [found[column] for column in sorted(found)]


def _popover(
    label: str, key: str, token: str, values: np.ndarray, rows: Sequence[str], names: Sequence[str]
) -> np.ndarray:
    edits = _edits(key, token)
    with st.popover(label, icon=":material/edit:", key=f"{key}-open", on_change="rerun") as opened:
        if opened.open:
            edits = _editor(key, token, values, edits, rows, names)
    _keep(key, token, edits)
    return applied(values, edits)


def _editor(key: str, token: str, values: np.ndarray, edits: Edits, rows: Sequence[str], names: Sequence[str]) -> Edits:
    """The table; while it is on the page it keeps the reader's changes to what it began with."""
    editor = f"{key}-{token}-{st.session_state.get(_ROUND, 0)}"
    began = st.session_state.setdefault(_BEGAN, {})
    if editor not in st.session_state or editor not in began:
        began.clear()
        began[editor] = applied(values, edits)
    cells: Any = st.data_editor(
        {" ": list(rows), **dict(zip(names, began[editor].T.tolist(), strict=True))},
        key=editor,
        hide_index=True,
        disabled=[" "],
        width=min(WIDEST, 64 * (len(names) + 1)),
        column_config=dict.fromkeys(
            names, st.column_config.NumberColumn(min_value=-LARGEST, max_value=LARGEST, width=62)
        ),
    )
    st.caption(_("Numbers from −20 to 20."))
    return changes(values, cleaned([cells[name] for name in names]).T)


def cleaned(cells: Any) -> np.ndarray:
    """Cells as the browser sent them, as numbers within bounds; what is empty or no number is 0."""
    return np.array([[_number(cell) for cell in row] for row in cells], np.float32)


def _number(cell: Any) -> float:
    try:
        number = float(cell)
    except (TypeError, ValueError):
        return 0.0
    return min(max(number, -LARGEST), LARGEST) if math.isfinite(number) else 0.0


def applied(values: np.ndarray, edits: Edits) -> np.ndarray:
    """The values with the changes in them; a change that has no place is left out."""
    found = values.astype(np.float32)
    for (row, column), value in edits.items():
        if row < found.shape[0] and column < found.shape[1]:
            found[row, column] = value
    return found


def changes(before: np.ndarray, after: np.ndarray) -> Edits:
    """The cells in which two tables differ."""
    return {
        (int(row), int(column)): float(f"{after[row, column]:.6g}")
        for row, column in zip(*np.nonzero(before.astype(np.float32) != after), strict=True)
    }


def written(edits: Edits) -> str:
    """Changes as text for the link, such as ``0.1=0.5,2.0=-1``."""
    return ",".join(f"{row}.{column}={round(value, 6):.10g}" for (row, column), value in edits.items())


def read(text: str) -> Edits:
    """The changes that a text stands for; an empty text is none.

    Raises:
        ValueError: if it is not of `written`'s form or a number is too large.
    """
    found: Edits = {}
    for entry in text[:4000].split(",") if text else ():
        match = _WRITTEN.fullmatch(entry)
        if match is None or abs(float(match[3])) > LARGEST:
            raise ValueError(text)
        found[int(match[1]), int(match[2])] = float(match[3])
    return found


def _edits(key: str, token: str) -> Edits:
    """The changes of a table: the link's, or those kept."""
    link.restore(key, read)
    kept: dict[tuple[str, str], Edits] = st.session_state.get(_EDITS, {})
    if key in st.session_state:
        kept = {**kept, (key, token): st.session_state.pop(key)}
        st.session_state[_EDITS] = kept
    return kept.get((key, token), {})


def _keep(key: str, token: str, edits: Edits) -> None:
    kept = {**st.session_state.get(_EDITS, {}), (key, token): edits}
    st.session_state[_EDITS] = dict(list(kept.items())[-KEPT:])
    link.keep(key, written(edits), "")


def undo() -> None:
    """Offer to put all tables back, if anything is changed."""
    if any(st.session_state.get(_EDITS, {}).values()):
        st.button(_("Undo all edits"), icon=":material/undo:", on_click=_undo, key="cells_undo")


def _undo() -> None:
    st.session_state.pop(_EDITS, None)
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
