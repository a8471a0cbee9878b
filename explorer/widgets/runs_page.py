"""What came of the chosen runs: their curves over each other, what was set differently, their numbers."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from string import ascii_uppercase

import streamlit as st

from explorer.messages import N_, ExplorerError
from explorer.training.continuing import joined
from explorer.training.progress import Progress
from explorer.training.record import RunRecord
from explorer.training.variation import Varied, varied
from explorer.widgets import compare_views, link, live, run_curves, shell, table
from explorer.widgets.language import _, escape, md, t

JOIN = "runs_join"
LEGEND = 24


def results(run_ids: Sequence[str]) -> None:
    """Everything about the chosen runs, kept up to date while one of them trains."""
    live.follow(run_ids, _results)


def _results(shown: Sequence[Progress]) -> None:
    names = ascii_uppercase if len(shown) > 1 else [progress.record.name for progress in shown]
    records = {name: progress.record for name, progress in zip(names, shown, strict=False)}
    for name, progress in zip(records, shown, strict=True):
        compare_views.standing(name, progress)
    drawn = _joined(records)
    run_curves.show(_named(drawn), _("Choose runs in the table: their curves are drawn here."), "runs-")
    if not records:
        return
    _origins(records)
    try:
        _numbers(records)
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
    _differences(records)
    compare_views.history(drawn, "runs_numbers")


def _named(records: dict[str, RunRecord]) -> list[RunRecord]:
    """The runs as the figures draw them; beside others each has its letter."""
    if len(records) == 1:
        return list(records.values())
    return [compare_views.named(name, _short(record)) for name, record in records.items()]


def _short(record: RunRecord) -> RunRecord:
    """With a name that leaves the curves in sight."""
    cut = record.name if len(record.name) <= LEGEND else f"{record.name[: LEGEND - 1]}…"
    return dataclasses.replace(record, name=cut)


def _joined(records: dict[str, RunRecord]) -> dict[str, RunRecord]:
    """The records as they are drawn: with the epochs of the runs that they continue, if the reader wants that."""
    if all(record.request.start is None for record in records.values()):
        return records
    link.restore(JOIN, link.one_of((True, False)))
    join = st.toggle(
        _("Join with the run before"),
        True,
        key=JOIN,
        persist_state="session",
        help=_("Draw the epochs of the run that was continued before its own."),
    )
    link.keep(JOIN, join, True)
    return {name: joined(record, _record) for name, record in records.items()} if join else records


def _record(run_id: str) -> RunRecord:
    return shell.engine().progress(run_id).record


def _origins(records: dict[str, RunRecord]) -> None:
    """Which run's weights a run began with."""
    for name, record in records.items():
        start = record.request.start
        if start is None:
            continue
        try:
            before = _record(start.run).name
        except ExplorerError:
            before = _("a run that is gone")
        st.caption(
            md(N_("{name} continues {before} from epoch {epoch}."), name=name, before=before, epoch=start.epoch),
        )


def _differences(records: dict[str, RunRecord]) -> None:
    """A table of the settings that are not the same in all."""
    if len(records) < 2:
        return
    found = varied([record.request for record in records.values()])
    if not found:
        st.caption(_("All of them have the same model, training and data."))
        return
    table.show((_("What differs"), *records), [_row(setting) for setting in found])


def _row(setting: Varied) -> tuple[str, ...]:
    first, *others = [t(value) if not isinstance(value, str) else value for value in setting.values]
    marked = [value if value == first else f"**{escape(value)}**" for value in others]
    cells = [escape(first), *(escape(value) if value == first else value for value in marked)]
    return (md(setting.what), *cells)


def _numbers(records: dict[str, RunRecord]) -> None:
    """A row for each run."""
    head = (_("Run"), _("Test accuracy"), *(_(name) for name in NUMBERS))
    table.show(head, [_numbers_of(name, record) for name, record in records.items()])


def _numbers_of(name: str, record: RunRecord) -> tuple[str, ...]:
    accuracy = "–" if record.test_accuracy is None else f"**{record.test_accuracy:.2%}**"
    cells = [escape(compare_views.ROWS[row](record)) for row in NUMBERS]
    title = name if name == record.name else f"{name} · {record.name}"
    return (escape(title), accuracy, *cells)


NUMBERS = ("Parameters", "Epochs", "Epoch of the kept weights", "Training time")
"""Which of the rows that *Compare* has stand in the table."""
