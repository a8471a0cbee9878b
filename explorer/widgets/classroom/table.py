"""The runs of the board as a table to sort."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from explorer.classroom.board import Row
from explorer.messages import N_
from explorer.widgets import clock
from explorer.widgets.classroom.grid import state
from explorer.widgets.language import _, t

NICKNAME, DIFFERS = N_("Nickname"), N_("What differs")
LOSS, ACCURACY, TEST, TIME, PARAMETERS, WHEN = (
    N_("Best validation loss"),
    N_("Its accuracy"),
    N_("Test accuracy"),
    N_("Time"),
    N_("Parameters"),
    N_("When"),
)
COLUMNS: dict[str, Callable[[Row], Any]] = {
    NICKNAME: lambda row: row.member.nickname,
    N_("State"): state,
    LOSS: lambda row: None if row.best is None else row.best.val_loss,
    ACCURACY: lambda row: None if row.best is None else row.best.val_accuracy,
    TEST: lambda row: row.record.test_accuracy,
    N_("Epochs"): lambda row: len(row.record.history),
    PARAMETERS: lambda row: row.record.spec.parameters,
    TIME: lambda row: row.record.seconds or sum(epoch.seconds for epoch in row.record.history) or None,
    N_("Name"): lambda row: row.record.name,
    N_("Data"): lambda row: t(row.record.request.source.title),
    WHEN: lambda row: clock.local(row.record.created),
}
"""The table's columns before the last: title, and what stands there of a run."""


def show(rows: Sequence[Row], differs: Mapping[str, str]) -> None:
    """Draw the table; a click on the head of a column sorts it."""
    columns = {_(title): [cell(row) for row in rows] for title, cell in COLUMNS.items()}
    columns[_(DIFFERS)] = [differs[row.record.id] for row in rows]
    st.dataframe(
        columns,
        hide_index=True,
        height=min(38 + 35 * max(3, len(rows)), 423),
        column_order=_order(),
        column_config=_formats(),
        key="board_table",
        placeholder="–",
        alt=_("The runs of the room with their results and what differs in them"),
    )


def _order() -> list[str]:
    titles = list(COLUMNS)
    return [_(title) for title in (*titles[:4], DIFFERS, *titles[4:])]


def _formats() -> dict[str, Any]:
    number = st.column_config.NumberColumn
    share = {_(name): number(format="percent", width=115) for name in (TEST, ACCURACY)}
    return share | {
        _(NICKNAME): st.column_config.TextColumn(width="medium", pinned=True),
        _(DIFFERS): st.column_config.TextColumn(width="large"),
        _(LOSS): number(format="%.4f", width=155),
        _(TIME): number(format=_("%.0f s"), width="small"),
        _(PARAMETERS): number(format="localized", width="small"),
        _(WHEN): st.column_config.DatetimeColumn(format="HH:mm"),
    }
