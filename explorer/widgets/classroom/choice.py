"""Which runs the board shows, and how: in the link, all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from explorer.classroom.board import Row
from explorer.messages import N_
from explorer.widgets import link
from explorer.widgets.language import _, t

ACCURACY, LOSS = "accuracy", "loss"
NEWEST, BEST, NAME = "newest", "best", "name"
ALL = "all"
MEASURES = {ACCURACY: N_("Validation accuracy"), LOSS: N_("Validation loss")}
ORDERS = {NEWEST: N_("Newest first"), BEST: N_("Best first"), NAME: N_("By nickname")}
_FILTER = "board_filter"
LONGEST_FILTER = 40


@dataclass(frozen=True)
class Choice:
    """`measure` is drawn; `data` names a data set or `ALL`; `wanted` is part of a nickname.

    `every` asks for all runs, not only the newest of each member; `hidden` for those that were taken off.
    """

    measure: str
    data: str
    order: str
    wanted: str
    every: bool
    hidden: bool

    def shown(self, rows: Sequence[Row]) -> list[Row]:
        """The rows that are asked for, in order."""
        return sorted(filter(self._fits, rows), key=self._place)

    def _fits(self, row: Row) -> bool:
        return (
            self.wanted.casefold() in row.member.nickname.casefold()
            and self.data in (ALL, row.record.request.dataset)
            and row.hidden == self.hidden
            and (row.newest or self.every or self.hidden)
        )

    def _place(self, row: Row) -> tuple[float, str]:
        if self.order == NAME:
            return 0.0, row.member.nickname.casefold()
        if self.order == BEST:
            best = row.best
            return (0.0 if best is None else -best.val_accuracy), row.member.nickname.casefold()
        return -row.record.created, ""


def controls(rows: Sequence[Row]) -> Choice:
    """Draw what a teacher may choose of these runs."""
    measure = link.segmented(_("Curves"), {name: _(text) for name, text in MEASURES.items()}, "board_measure")
    order = link.selectbox(_("Order"), list(ORDERS), "board_order", format_func=lambda name: _(ORDERS[name]))
    data = _data(rows)
    wanted = _wanted()
    every = _switch("board_every", _("All runs"), _("Also the earlier runs of each member; their curves are thin."))
    hidden = _switch("board_hidden", _("Hidden runs"), _("The runs that you took off the board, to put them back."))
    return Choice(measure, data, order, wanted, every, hidden)


def _data(rows: Sequence[Row]) -> str:
    """Losses on different data do not compare; one kind alone leaves nothing to choose."""
    titles = {row.record.request.dataset: t(row.record.request.source.title) for row in rows}
    if len(titles) < 2:
        return ALL
    options = [ALL, *sorted(titles)]
    return link.selectbox(_("Data"), options, "board_data", format_func=lambda name: titles.get(name) or _("all data"))


def _wanted() -> str:
    link.restore(_FILTER, lambda text: text[:LONGEST_FILTER])
    wanted = st.text_input(
        _("Nickname contains"),
        key=_FILTER,
        max_chars=LONGEST_FILTER,
        persist_state="session",
        icon=":material/search:",
    )
    link.keep(_FILTER, wanted, "")
    return (wanted or "").strip()


def _switch(key: str, label: str, told: str) -> bool:
    link.restore(key, link.one_of((True, False)))
    on = st.toggle(label, key=key, persist_state="session", help=told)
    link.keep(key, on, False)
    return bool(on)
