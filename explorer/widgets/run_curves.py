"""Loss and accuracy of runs over their epochs, beside each other."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

import streamlit as st

from explorer.datasets import Task
from explorer.figures.curves import Curve, CurveLabels, curves_figure
from explorer.messages import N_, ExplorerError, message
from explorer.training.record import RunRecord, Status
from explorer.widgets import figure, shell
from explorer.widgets.language import _, t


def show(records: Sequence[RunRecord], empty: str, key: str = "") -> None:
    """Both figures; `empty` says what to do while there is no point, `key` goes before the figures' own."""
    left, right = st.columns(2)
    with left:
        drawn = curves_figure([loss(r) for r in records], labels(_loss_title(records), empty), dark=shell.dark())
        figure.show(drawn, f"{key}loss", t(_alt("loss", records)))
    with right:
        drawn = curves_figure(
            [accuracy(r) for r in records], labels(_accuracy_title(records), empty), percent=True, dark=shell.dark()
        )
        figure.show(drawn, f"{key}accuracy", t(_alt("accuracy", records)))


def task_of(record: RunRecord) -> Task | None:
    """What the run's model was to do; None if the reader's own data is not kept here any more."""
    with contextlib.suppress(ExplorerError):
        return record.request.task
    return None


def _loss_title(records: Sequence[RunRecord]) -> str:
    losses = {task.loss for task in map(task_of, records) if task is not None}
    if losses == {"mean_squared_error"}:
        return _("Loss (mean squared error)")
    return _("Loss") if "mean_squared_error" in losses else _("Loss (cross-entropy)")


def _accuracy_title(records: Sequence[RunRecord]) -> str:
    """Accuracy, or of numbers the share that is near enough, if all runs agree on what that is."""
    tolerances = {task.tolerance for task in map(task_of, records) if task is not None}
    if len(tolerances) == 1 and (tolerance := tolerances.pop()):
        return t(N_("Right within ±{tolerance}"), tolerance=f"{tolerance:g}")
    return _("Accuracy")


def loss(record: RunRecord) -> Curve:
    """A run's losses, those of its batches among them."""
    broken = record.batches[-1][0] if record.status is Status.DIVERGED and record.batches else None
    return Curve(
        record.name,
        [(r.epoch, r.loss) for r in record.history],
        [(r.epoch, r.val_loss) for r in record.history],
        record.batches,
        _axis(record),
        record.best_epoch,
        broken,
    )


def accuracy(record: RunRecord) -> Curve:
    """A run's accuracies by epoch."""
    return Curve(
        record.name,
        [(r.epoch, r.accuracy) for r in record.history],
        [(r.epoch, r.val_accuracy) for r in record.history],
        epochs=_axis(record),
        best=record.best_epoch,
    )


def _axis(record: RunRecord) -> int:
    """How far the axis of epochs reaches: as far as is planned, at the end as far as it came."""
    return max(record.recipe.epochs if record.status.active else 1, len(record.history))


def labels(title: str, empty: str = "") -> CurveLabels:
    """The words of a figure of curves."""
    return CurveLabels(
        title,
        _("epoch"),
        _("training"),
        _("validation"),
        _("batches"),
        _("kept weights"),
        _("diverged"),
        empty,
    )


def _alt(metric: str, records: Sequence[RunRecord]) -> str:
    parts = [
        t(
            message(
                N_("{name}: {epochs} epochs, last training {training}, validation {validation}."),
                name=record.name,
                epochs=len(record.history),
                training=f"{getattr(record.history[-1], metric):.3f}",
                validation=f"{getattr(record.history[-1], f'val_{metric}'):.3f}",
            )
        )
        for record in records
        if record.history
    ]
    return " ".join(parts) or _("No epoch has ended yet.")
