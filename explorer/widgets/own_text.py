"""A table of texts and classes that a reader brings: its file, its columns, and what was found in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from explorer.datasets import own_text
from explorer.datasets.own_text import Labelled
from explorer.datasets.tables import Table
from explorer.messages import N_, ExplorerError, Message
from explorer.widgets import table as tables
from explorer.widgets.language import _, escape, md, t

SHOWN_ROWS = 4
SHOWN_CHARACTERS = 70


@dataclass(frozen=True)
class _Given:
    """The last file of a session that was a table."""

    name: str
    table: Table


@dataclass(frozen=True)
class _Kept:
    """What came of two columns of a table: the variant of "own-text", or what is wrong with them."""

    columns: tuple[str, str]
    data: Labelled | None = None
    variant: str | None = None
    problem: Message | None = None


def choose(key: str) -> str | None:
    """Draw the form; returns the variant of "own-text" that the reader's table is kept as, None while there is none.

    The last good table stays through reruns and page changes until another one is given.
    """
    megabytes = own_text.BOUNDS.megabytes
    file = st.file_uploader(
        t(N_("A table of texts, at most {size} MB and {rows} rows"), size=megabytes, rows=f"{own_text.BOUNDS.rows:,}"),
        type=["csv", "tsv", "txt"],
        key=f"{key}-upload",
        max_upload_size=megabytes,
        help=_("A CSV file with one text and its class in each row, and the columns' names in the first row."),
    )
    _take(key, file)
    given: _Given | None = st.session_state.get(f"{key}-given")
    if given is None:
        return None
    st.caption(md(N_("{name}: {rows} rows"), name=given.name, rows=f"{len(given.table.rows):,}"))
    kept = _kept(key, given, _columns(key, given.table))
    if kept.problem is not None:
        st.error(md(kept.problem), icon=":material/error:")
    if kept.data is not None:
        _found(kept.data)
    return kept.variant


def _take(key: str, file: Any) -> None:
    """Read a file once; one that is no table is told, and the last good table stays."""
    if file is None:
        return
    tried = f"{key}-tried"
    if st.session_state.get(tried, (None, None))[0] != file.file_id:
        try:
            st.session_state[f"{key}-given"] = _Given(file.name, own_text.read(file.getvalue()))
            st.session_state.pop(f"{key}-kept", None)
            st.session_state[tried] = (file.file_id, None)
        except ExplorerError as error:
            st.session_state[tried] = (file.file_id, error.problem)
    problem = st.session_state[tried][1]
    if problem is not None:
        st.error(md(problem), icon=":material/error:")


def _columns(key: str, table: Table) -> tuple[str, str]:
    """The columns of the text and of its class; at first the longest one and the one with the fewest values."""
    names = table.columns
    text = max(names, key=lambda name: sum(map(len, table.column(name))))
    label = min((name for name in names if name != text), key=lambda name: len(set(table.column(name))), default=text)
    left, right = st.columns(2)
    with left:
        text = _column(_("Column of the text"), names, text, f"{key}-text")
    with right:
        label = _column(_("Column of the class"), names, label, f"{key}-label")
    return text, label


def _column(label: str, names: tuple[str, ...], guess: str, key: str) -> str:
    if st.session_state.get(key) not in names:
        st.session_state[key] = guess
    return str(st.selectbox(label, names, key=key, persist_state="session"))


def _kept(key: str, given: _Given, columns: tuple[str, str]) -> _Kept:
    """Keep the two columns, once for each choice of them."""
    place = f"{key}-kept"
    kept: _Kept | None = st.session_state.get(place)
    if kept is None or kept.columns != columns:
        kept = _keep(given.table, columns)
        st.session_state[place] = kept
    return kept


def _keep(table: Table, columns: tuple[str, str]) -> _Kept:
    try:
        data = own_text.labelled(table, *columns)
        return _Kept(columns, data, own_text.keep(data))
    except ExplorerError as error:
        return _Kept(columns, problem=error.problem)


def _found(data: Labelled) -> None:
    """The texts of each class, and the first rows."""
    rows = ((cell(name), f"{count:,}", f"{count / len(data.labels):.0%}") for name, count in data.counts.items())
    tables.show((_("class"), _("texts"), _("share")), rows)
    with st.expander(_("The first rows")):
        for text, name in list(zip(data.texts, data.labels, strict=True))[:SHOWN_ROWS]:
            st.markdown(f"**{cell(name)}** · {cell(text)}")


def cell(text: str) -> str:
    """A reader's own text on one line, shortened, that Markdown shows literally."""
    line = " ".join(text.split())
    return escape(line if len(line) <= SHOWN_CHARACTERS else line[: SHOWN_CHARACTERS - 1] + "…")
