"""The list of the page *Runs*: which runs are in it, and the table to sort them and choose from."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import streamlit as st

from explorer.messages import N_
from explorer.training.progress import Progress
from explorer.training.record import RunRecord, Status
from explorer.training.run_file import MAXIMUM_RUNS
from explorer.widgets import clock, link, live, runs, shell
from explorer.widgets.language import _, md, t

CHOSEN, KIND, SHIPPED = "runs", "runs_kind", "runs_shipped"
ALL = "all"
REFRESH_SECONDS = 1.0
_ID = re.compile(r"[a-z0-9-]{1,64}")


@dataclass(frozen=True)
class Listing:
    """The runs in the table, in its order, and how many more there are."""

    records: tuple[RunRecord, ...]
    more: int = 0

    @property
    def ids(self) -> list[str]:
        return [record.id for record in self.records]


def controls() -> Listing:
    """Draw the filters and return the runs that pass, the reader's own first, newest first."""
    link.restore(CHOSEN, _ids)
    own = _own()
    shipped = _shipped(bool(own))
    records = {record.id: record for record in (*own, *shipped)}
    kind = _kind(records.values())
    found = [record for record in records.values() if kind in (ALL, record.request.dataset)]
    return Listing(tuple(found[: runs.MAXIMUM_LISTED]), max(0, len(found) - runs.MAXIMUM_LISTED))


def _own() -> list[RunRecord]:
    """The reader's runs; one that the link chooses and nobody has is said to be missing."""
    known = runs.known(MAXIMUM_RUNS)
    linked = [run_id for run_id in st.session_state.get(CHOSEN, []) if run_id not in known]
    found = [*runs.progresses(linked), *runs.progresses(known, quiet=True)]
    return [progress.record for progress in found]


def _shipped(optional: bool) -> list[RunRecord]:
    """The models that come with the app, if they are asked for or there is nothing else."""
    link.restore(SHIPPED, link.one_of((True, False)))
    asked = st.toggle(
        _("Shipped models"),
        key=SHIPPED,
        disabled=not optional,
        persist_state="session",
        help=_("Also list the models that come with the app; they stay as they are."),
    )
    link.keep(SHIPPED, asked, False)
    return [run.record for run in shell.engine().store.shipped()] if asked or not optional else []


def _kind(records: Any) -> str:
    titles = {record.request.dataset: t(record.request.source.title) for record in records}
    options = [ALL, *titles]
    return link.selectbox(_("Data"), options, KIND, format_func=lambda name: titles.get(name) or _("all data"))


def table(listing: Listing) -> list[str]:
    """Draw the table, kept up to date while a run trains; returns the ids of the chosen runs, six at most."""
    if not listing.records:
        return []
    live.follow(listing.ids, _table, REFRESH_SECONDS)
    if listing.more:
        st.caption(md(N_("{count} older runs are not listed; choose a kind of data to find them."), count=listing.more))
    return _chosen(listing.ids)


def choose(run_ids: Sequence[str]) -> None:
    """Make these the chosen runs, in the session and in the link."""
    st.session_state[CHOSEN] = list(dict.fromkeys(run_ids))[: runs.MAXIMUM_SHOWN]
    link.keep(CHOSEN, ",".join(st.session_state[CHOSEN]), "")


def _chosen(listed: Sequence[str]) -> list[str]:
    """The chosen runs among those listed; at first those that the labs draw, or else the first."""
    if CHOSEN not in st.session_state:
        choose([run_id for run_id in runs.shown() if run_id in listed] or listed[:1])
    return [run_id for run_id in st.session_state[CHOSEN] if run_id in listed]


def _table(shown: Sequence[Progress]) -> None:
    ids = [progress.record.id for progress in shown]
    before = _chosen(ids)
    columns = {_(title): [cell(progress) for progress in shown] for title, cell in COLUMNS.items()}
    event = st.dataframe(
        columns,
        hide_index=True,
        height=min(38 + 35 * max(3, len(ids)), 283),
        column_config=_formats(),
        # Other rows make another table: its old row numbers would choose other runs.
        key=f"runs_table-{zlib.crc32(','.join(ids).encode()):08x}",
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": [ids.index(run_id) for run_id in before]}},
        placeholder="–",
        alt=_("Runs with their data, results and state"),
    )
    selected = [ids[row] for row in event["selection"]["rows"] if row < len(ids)]
    # The one chosen first stays the first: the others are compared with it.
    order = [run_id for run_id in before if run_id in selected]
    order += [run_id for run_id in selected if run_id not in order]
    if order[: runs.MAXIMUM_SHOWN] != before:
        choose(order)
        st.rerun()
    if len(selected) > runs.MAXIMUM_SHOWN:
        st.caption(md(N_("The first {count} of the chosen runs are compared."), count=runs.MAXIMUM_SHOWN))


def _ids(text: str) -> list[str]:
    ids = text.split(",")
    if len(ids) > runs.MAXIMUM_SHOWN or not all(_ID.fullmatch(run_id) for run_id in ids):
        raise ValueError(text)
    return ids


def name_of(record: RunRecord) -> str:
    """The run's name as plain text; of a shipped model with that said."""
    shipped = any(run.record.id == record.id for run in shell.engine().store.shipped())
    return t(N_("{name} (shipped)"), name=record.name) if shipped else record.name


def _when(record: RunRecord) -> datetime:
    """When the run was asked for, by the reader's clock."""
    return clock.local(record.created)


def _best(record: RunRecord, metric: str) -> float | None:
    """Of the epoch with the lowest validation loss."""
    best = min(record.history, key=lambda result: result.val_loss, default=None)
    return None if best is None else float(getattr(best, metric))


NAME, WHEN, PARAMETERS, LOSS, ACCURACY, TEST, TIME = (
    N_("Name"),
    N_("When"),
    N_("Parameters"),
    N_("Best validation loss"),
    N_("Its accuracy"),
    N_("Test accuracy"),
    N_("Time"),
)
STATES = {
    Status.QUEUED: N_("⏳ waits"),
    Status.RUNNING: N_("▶ in training"),
    Status.FINISHED: N_("✓ finished"),
    Status.STOPPED: N_("■ stopped"),
    Status.DIVERGED: N_("✗ diverged"),
    Status.FAILED: N_("✗ failed"),
    Status.LOST: N_("✗ lost"),
}
COLUMNS: dict[str, Callable[[Progress], Any]] = {
    NAME: lambda progress: name_of(progress.record),
    N_("State"): lambda progress: _(STATES[progress.status]),
    TEST: lambda progress: progress.record.test_accuracy,
    LOSS: lambda progress: _best(progress.record, "val_loss"),
    ACCURACY: lambda progress: _best(progress.record, "val_accuracy"),
    N_("Epochs"): lambda progress: len(progress.record.history),
    TIME: lambda progress: progress.record.seconds or None,
    PARAMETERS: lambda progress: progress.record.spec.parameters,
    N_("Data"): lambda progress: t(progress.record.request.source.title),
    WHEN: lambda progress: _when(progress.record),
    N_("Note"): lambda progress: progress.record.note,
}
"""The table's columns: title, and what stands there of a run."""


def _formats() -> dict[str, Any]:
    number = st.column_config.NumberColumn
    share = {name: number(format="percent", width=115) for name in (_(TEST), _(ACCURACY))}
    return share | {
        _(NAME): st.column_config.TextColumn(width="medium", pinned=True),
        _(LOSS): number(format="%.4f", width=155),
        _(TIME): number(format=_("%.0f s"), width="small"),
        _(PARAMETERS): number(format="localized", width="small"),
        _(WHEN): st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
    }
