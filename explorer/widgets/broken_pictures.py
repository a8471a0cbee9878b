"""What a detective sees of a broken training: curves, every layer over time, the test, and what is answered."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from explorer.figures.bars import bars_figure
from explorer.figures.gradients import OverTimeLabels, over_time_figure
from explorer.messages import N_, ExplorerError
from explorer.training.predictions import read_predictions
from explorer.training.record import RunRecord
from explorer.widgets import broken, figure, job_panel, link, run_curves, shell, table
from explorer.widgets.broken import Case
from explorer.widgets.language import _, escape, t

BESIDE = 2
"""Runs whose layers stand beside each other."""


@dataclass(frozen=True)
class Measure:
    """Something measured at every layer: its field of `LayerStatistics`, its name, its scale."""

    field: str
    title: str
    log: bool = True


MEASURES = {
    "deviation": Measure("deviation", N_("spread of the outputs")),
    "gradient": Measure("gradient", N_("gradient at the outputs")),
    "weights": Measure("weight_gradient", N_("gradient of the weights")),
    "zeros": Measure("zeros", N_("share of outputs that are 0"), log=False),
    "dead": Measure("dead", N_("share of dead units"), log=False),
}


def pictures(case: Case) -> None:
    """The button, the evidence, the answer, and the repair."""
    broken.begin(case)
    broken.answer(case)
    names = {name: _(measure.title) for name, measure in MEASURES.items()}
    measure = MEASURES[link.segmented(_("Measure"), names, "broken_measure", label_visibility="collapsed")]
    job_panel.job_panel(case.belongs, partial(_evidence, measure))
    broken.repair(case)


def _evidence(measure: Measure, records: Sequence[RunRecord], empty: str) -> None:
    run_curves.show(records, empty, "broken-")
    beside = [record for record in records if record.statistics][:BESIDE]
    if beside:
        span = _span([values(record, measure) for record in beside], measure)
        for place, (column, record) in enumerate(zip(st.columns(len(beside)), beside, strict=True)):
            with column:
                _layers(record, measure, span, place)
    tested = [record for record in records if record.test_accuracy is not None]
    if tested:
        _accuracies(tested)
        _said(tested[0])


def values(record: RunRecord, measure: Measure) -> np.ndarray:
    """A measure of every layer at every time (layers, times); NaN where a layer has none."""
    found = [[getattr(layer, measure.field) for layer in step.layers] for step in record.statistics]
    return np.array([[math.nan if value is None else value for value in row] for row in found], float).T


def _span(tables: Sequence[np.ndarray], measure: Measure) -> tuple[float, float]:
    """The smallest and the largest value, of the positive ones if their logarithms are shown."""
    if not measure.log:
        return 0.0, 1.0
    every = np.concatenate([found.ravel() for found in tables])
    every = every[np.isfinite(every) & (every > 0)]
    return (float(every.min()), float(every.max())) if every.size else (0.1, 1.0)


def _layers(record: RunRecord, measure: Measure, span: tuple[float, float], place: int) -> None:
    title = t(N_("{measure}: {run}"), measure=_(measure.title), run=record.name)
    labels = OverTimeLabels(title, _("epoch"), _("layer"), _(measure.title), "")
    positions = [step.position for step in record.statistics]
    found = values(record, measure)
    drawn = over_time_figure(positions, found, span, labels, log=measure.log, dark=shell.dark(), height=230)
    last = ", ".join(f"{value:.3g}" for value in found[:, -1])
    figure.show(drawn, f"broken-layers-{place}", f"{title}. {last}")


def _accuracies(records: Sequence[RunRecord]) -> None:
    """The accuracies after the last epoch beside that of the test."""
    head = ("", _("training"), _("validation"), _("test"))
    table.show(head, [(escape(record.name), *_shares(record)) for record in records])


def _shares(record: RunRecord) -> tuple[str, str, str]:
    last = record.history[-1]
    return f"{last.accuracy:.1%}", f"{last.val_accuracy:.1%}", f"{record.test_accuracy or 0.0:.1%}"


def _said(record: RunRecord) -> None:
    """How often the newest model says each class of the test examples."""
    try:
        outputs, _labels = read_predictions(shell.engine().store.open(record.id).predictions_file)
    except ExplorerError:
        return
    said = outputs.argmax(axis=1) if outputs.shape[1] > 1 else (outputs[:, 0] > 0.5).astype(int)
    classes = [t(name) for name in record.request.task.classes]
    shares = np.bincount(said, minlength=len(classes)) / len(said)
    title = t(N_("What {run} answers to the test examples"), run=record.name)
    drawn = bars_figure(classes, shares.tolist(), title, _("share"), percent=True, dark=shell.dark(), height=220)
    figure.show(drawn, "broken-said", title)
