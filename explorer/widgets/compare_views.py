"""What came of two runs: their curves over each other and their numbers beside each other."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from explorer.messages import N_, ExplorerError
from explorer.training import comparison
from explorer.training.comparison import Agreement, Lead
from explorer.training.progress import Progress
from explorer.training.record import RunRecord, Status
from explorer.widgets import live, model_view, run_curves, shell, table
from explorer.widgets.compare import Pair
from explorer.widgets.language import _, escape, md, t

MARK = "✓"


def results(pair: Pair) -> None:
    """Curves and numbers, kept up to date by a fragment of its own while a run is active."""
    ids = [run.record.id for run in pair]
    live.follow(ids, _results)


def _results(shown: Sequence[Progress]) -> None:
    if len(shown) < 2:
        return
    for name, progress in zip("AB", shown, strict=True):
        standing(name, progress)
    first, second = (progress.record for progress in shown)
    run_curves.show([named("A", first), named("B", second)], _("No epoch has ended yet."), "compare-")
    try:
        _numbers(first, second)
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
    history({"A": first, "B": second}, "numbers")


def standing(name: str, progress: Progress) -> None:
    """A sentence on a run that is still training, or that ended badly."""
    if progress.problem is not None:
        st.warning(f"**{escape(name)}**: {md(progress.problem)}", icon=":material/warning:")
    elif progress.status.active:
        done, planned = len(progress.record.history), progress.record.recipe.epochs
        st.caption(
            md(N_("{name} is still training: {done} of {planned} epochs."), name=name, done=done, planned=planned)
        )


def named(name: str, record: RunRecord) -> RunRecord:
    """The run as the figures draw it: named, and without the batches of a run that has ended well."""
    batches = record.batches if record.status in (Status.RUNNING, Status.DIVERGED) else ()
    return dataclasses.replace(record, name=f"{name} · {record.name}", batches=batches)


def _numbers(first: RunRecord, second: RunRecord) -> None:
    agreement = _kept_agreement(first, second)
    lead = comparison.lead(first, second)
    difference = lead.difference if lead and (agreement.sure if agreement else lead.sure) else 0
    rows = [(_("Test accuracy"), _accuracy(first, difference < 0), _accuracy(second, difference > 0))]
    rows += [(_(label), escape(cell(first)), escape(cell(second))) for label, cell in ROWS.items()]
    table.show((" ", f"A · {escape(first.name)}", f"B · {escape(second.name)}"), rows)
    if first.id == second.id:
        return
    if agreement is not None:
        _agreement(agreement)
    elif lead is not None:
        _lead(lead)
    elif first.test_accuracy is not None and second.test_accuracy is not None:
        st.caption(_("The two were tested on different images, so their test accuracies do not compare."))


def _kept_agreement(first: RunRecord, second: RunRecord) -> Agreement | None:
    if first.id == second.id or not comparison.same_test_examples(first, second):
        return None
    store, task = shell.engine().store, run_curves.task_of(first)
    if task is None:
        return None
    files = [store.open(record.id).predictions_file for record in (first, second)]
    return comparison.agreement(files[0].parent, files[1].parent, task)


def _accuracy(record: RunRecord, better: bool) -> str:
    if record.test_accuracy is None:
        return "–"
    text = md(N_("{share} ({images} images)"), share=f"{record.test_accuracy:.2%}", images=f"{record.test_examples:,}")
    return f"**{text}** {MARK}" if better else text


def _lead(lead: Lead) -> None:
    """What chance makes of the difference in test accuracy."""
    text = (
        N_("The test accuracies differ by {points} points, more than the ±{chance} that chance alone makes.")
        if lead.sure
        else N_("The test accuracies differ by {points} points; chance alone makes ±{chance}.")
    )
    st.caption(md(text, points=f"{abs(lead.difference) * 100:.2f}", chance=f"{lead.chance * 100:.2f}"))


def _agreement(found: Agreement) -> None:
    """The test images by which of the two has them right (McNemar's table)."""
    table.show(
        (_("Test images"), _("B right"), _("B wrong")),
        [
            (_("A right"), f"{found.both:,}", f"{found.only_first:,}"),
            (_("A wrong"), f"{found.only_second:,}", f"{found.neither:,}"),
        ],
    )
    text = (
        N_("Only A is right on {first} images and only B on {second}: more uneven than chance (McNemar's test).")
        if found.sure
        else N_("Only A is right on {first} images and only B on {second}: chance can do that (McNemar's test).")
    )
    st.caption(md(text, first=f"{found.only_first:,}", second=f"{found.only_second:,}"))


def history(records: Mapping[str, RunRecord], key: str) -> None:
    """The numbers behind the curves, one click away; each run by the name that it has there."""
    with st.expander(_("Show numbers"), icon=":material/table:", key=key, on_change="rerun") as opened:
        if not opened.open:
            return
        length = max(len(record.history) for record in records.values())
        columns: dict[str, list[float | None]] = {_("epoch"): [float(n + 1) for n in range(length)]}
        for name, record in records.items():
            for label, metric in METRICS.items():
                values = [getattr(result, metric) for result in record.history]
                columns[f"{name} · {_(label)}"] = values + [None] * (length - len(values))
        st.dataframe(columns, hide_index=True, height=240)


METRICS = {
    N_("training loss"): "loss",
    N_("validation loss"): "val_loss",
    N_("training accuracy"): "accuracy",
    N_("validation accuracy"): "val_accuracy",
}


def _epochs(record: RunRecord) -> str:
    if record.uploaded:
        return "–"
    return t(N_("{done} of {planned}"), done=len(record.history), planned=record.recipe.epochs)


def _time(record: RunRecord) -> str:
    return model_view.duration(record.seconds) if record.seconds else "–"


def _speed(record: RunRecord) -> str:
    return "–" if record.examples_per_second is None else f"{record.examples_per_second:,.0f}"


def _kept(record: RunRecord) -> str:
    return "–" if record.best_epoch is None or record.uploaded else str(record.best_epoch)


def _gap(record: RunRecord) -> str:
    gap = comparison.accuracy_gap(record)
    return "–" if gap is None else t(N_("{points} points"), points=f"{gap * 100:+.2f}")


def _versions(record: RunRecord) -> str:
    return ", ".join(f"{name} {version}" for name, version in record.versions.items()) or "–"


ROWS: dict[str, Callable[[RunRecord], str]] = {
    N_("Parameters"): lambda record: f"{record.spec.parameters:,}",
    N_("Trainable"): lambda record: f"{sum(row.trainable for row in record.spec.summary()):,}",
    N_("FLOPs per image"): lambda record: f"{record.spec.flops:,}",
    N_("Epochs"): _epochs,
    N_("Epoch of the kept weights"): _kept,
    N_("Training − validation accuracy, last epoch"): _gap,
    N_("Batch size"): lambda record: "–" if record.uploaded else f"{record.recipe.batch_size:,}",
    N_("Training time"): _time,
    N_("Training images/s"): _speed,
    N_("Versions"): _versions,
}
"""What stands in the table under the test accuracy: its label, and how it is read from a run."""
