"""Tables in Markdown: Streamlit's own would load pandas, for which a first page would wait."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st


def show(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table whose first column is text and whose others are numbers, to the right. Cells are Markdown."""
    lines = [head, ("---", *["--:"] * (len(head) - 1)), *rows]
    st.markdown("\n".join(f"| {' | '.join(cells)} |" for cells in lines))
