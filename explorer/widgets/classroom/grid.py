"""Everyone's curves, one cell for each member, all on one scale (`grid.js`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.classroom.board import Row
from explorer.figures.class_curves import BoardLabels, Cell, Line, Scale, pack, scale
from explorer.messages import N_, message
from explorer.training.record import Status
from explorer.widgets import model_view
from explorer.widgets.classroom.choice import ACCURACY, MEASURES
from explorer.widgets.language import _, md, t
from explorer.widgets.runs_page_list import STATES

_FOLDER = Path(__file__).parent
_KEY = "board_grid"


def show(
    rows: Sequence[Row], differs: Mapping[str, str], measure: str, chosen: str, choose: Callable[[str], None]
) -> None:
    """Draw the rows, those of one member in one cell; `choose` hears the id of the member who was clicked."""

    def picked() -> None:
        choose(str(st.session_state[_KEY].pick or ""))

    cells = [_cell(of_member, differs, measure) for of_member in _by_member(rows)]
    drawn = scale([line for cell in cells for line in (cell.newest, *cell.older)], measure == ACCURACY)
    st.markdown(f"**{_(MEASURES[measure])}** · {_said(drawn, measure == ACCURACY)}")
    payload = pack(cells, drawn, _labels(measure, len(cells)), chosen, measure == ACCURACY)
    _component()(data=payload, key=_KEY, on_pick_change=picked)


def _by_member(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows of each member, the newest first, members in the order of their first row."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.member.id, []).append(row)
    return [sorted(of_one, key=lambda row: -row.record.created) for of_one in found.values()]


def _cell(rows: Sequence[Row], differs: Mapping[str, str], measure: str) -> Cell:
    newest, *older = rows
    return Cell(
        newest.member.id,
        newest.member.nickname,
        _line(newest, measure),
        [_line(row, measure) for row in older],
        state(newest),
        result(newest, measure),
        time(newest),
        t(N_("{count} parameters"), count=f"{newest.record.spec.parameters:,}"),
        differs[newest.record.id],
        newest.progress.status.active,
    )


def _line(row: Row, measure: str) -> Line:
    return [getattr(epoch, f"val_{measure}") for epoch in row.record.history]


def state(row: Row) -> str:
    """What the run is doing, with the epochs it has behind it while it trains."""
    if row.progress.status is Status.RUNNING:
        return f"▶ {len(row.record.history)}/{row.record.recipe.epochs}"
    return _(STATES[row.progress.status])


def result(row: Row, measure: str) -> str:
    """The best value so far: of the accuracy the highest, of the loss the lowest."""
    values = _line(row, measure)
    if not values:
        return "–"
    return f"{max(values):.1%}" if measure == ACCURACY else f"{min(values):.4g}"


def time(row: Row) -> str:
    """How long the run has trained."""
    seconds = row.record.seconds or sum(epoch.seconds for epoch in row.record.history)
    return model_view.duration(seconds) if seconds else ""


def _said(drawn: Scale, percent: bool) -> str:
    """The one scale in words, and what goes beyond it."""
    ticks = [f"{value:.0%}" if percent else f"{value:g}" for value in (drawn.low, drawn.high)]
    beyond = message(N_(" Runs that leave it: {count}."), count=drawn.beyond) if drawn.beyond else ""
    text = N_("one scale for all: {low} to {high}, epochs 1 to {epochs}.{beyond} Grey: all the others.")
    return md(text, low=ticks[0], high=ticks[1], epochs=drawn.epochs, beyond=beyond)


def _labels(measure: str, count: int) -> BoardLabels:
    return BoardLabels(
        alt=t(N_("{measure} of {count} members, a small picture for each"), measure=_(MEASURES[measure]), count=count),
        point=_("epoch {epoch}: {value}"),
        choose=_("Show this member's runs"),
    )


def _component() -> Any:
    return st.components.v2.component(
        "explorer_board", html='<div class="board"></div>', css=_file("grid.css"), js=_file("grid.js")
    )


@lru_cache(maxsize=2)
def _file(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
