"""A kernel that the reader writes, cell by cell; its numbers are in the link."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import streamlit as st

from explorer.layers.kernels import KERNELS, LARGEST
from explorer.widgets import link
from explorer.widgets.language import _

KEY = "own_kernel"
FARTHEST = 1000.0
"""How far from 0 a weight may lie."""

_WIDTH = 290
_BEGAN, _WROTE = "own_kernel_began", "own_kernel_wrote"


def edited(size: int) -> np.ndarray:
    """Draw the kernel's cells and return it: (size, size) of float32."""
    link.restore(KEY, _checked)
    text = str(st.session_state.get(KEY) or written(KERNELS["prewitt-vertical"](3)))
    # While the cells are on the page they keep the reader's changes to what they began with.
    editor = f"{KEY}-{size}-{st.session_state.get(_BEGAN)}"
    if editor not in st.session_state or text != st.session_state.get(_WROTE):
        st.session_state[_BEGAN] = text
        editor = f"{KEY}-{size}-{text}"
    began = resized(read(st.session_state[_BEGAN]), size)
    kernel = _editor(began, editor)
    st.session_state[KEY] = st.session_state[_WROTE] = written(kernel)
    link.keep(KEY, st.session_state[KEY])
    return kernel


def _editor(kernel: np.ndarray, key: str) -> np.ndarray:
    size = len(kernel)
    weight = st.column_config.NumberColumn(min_value=-FARTHEST, max_value=FARTHEST, width=_WIDTH // size)
    columns = [str(column) for column in range(1, size + 1)]
    cells: Any = st.data_editor(
        dict(zip(columns, kernel.T.tolist(), strict=True)),
        key=key,
        hide_index=True,
        column_config=dict.fromkeys(columns, weight),
        height=35 * (size + 1) + 3,
    )
    st.caption(_("Weights from −1000 to 1000."))
    return cleaned([cells[column] for column in columns]).T


def cleaned(cells: Any) -> np.ndarray:
    """Cells as the browser sent them, as numbers within bounds; what is empty or no number is 0."""
    return np.array([[_number(cell) for cell in row] for row in cells], np.float32)


def _number(cell: Any) -> float:
    try:
        number = float(cell)
    except (TypeError, ValueError):
        return 0.0
    return min(max(number, -FARTHEST), FARTHEST) if math.isfinite(number) else 0.0


def written(kernel: np.ndarray) -> str:
    """A kernel as text for the link: numbers by commas, rows by semicolons."""
    return ";".join(",".join(f"{float(weight):.6g}" for weight in row) for row in kernel)


def read(text: str) -> np.ndarray:
    """The kernel (size, size) that a text stands for.

    Raises:
        ValueError: if it is not a square of finite numbers, at most LARGEST wide.
    """
    rows = [[float(number) for number in row.split(",")] for row in text[:2000].split(";")]
    size = len(rows)
    if size > LARGEST or any(len(row) != size for row in rows):
        raise ValueError(text)
    kernel = np.array(rows, np.float32)
    if not (np.abs(kernel) <= FARTHEST).all():
        raise ValueError(text)
    return kernel


def _checked(text: str) -> str:
    return written(read(text))


def resized(kernel: np.ndarray, size: int) -> np.ndarray:
    """The kernel with cells added or taken away around its middle."""
    before = (size - 1) // 2 - (len(kernel) - 1) // 2
    larger = np.zeros((size, size), np.float32)
    for row, weights in enumerate(kernel, before):
        for column, weight in enumerate(weights, before):
            if 0 <= row < size and 0 <= column < size:
                larger[row, column] = weight
    return larger
