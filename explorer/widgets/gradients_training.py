"""A deep stack while it trains: gradients, outputs and dead units of every hidden layer, live."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from explorer.datasets import DATASETS
from explorer.figures.gradients import OverTimeLabels, over_time_figure
from explorer.inspection.deep_stack import Stack, blocks, verdict
from explorer.messages import N_
from explorer.specs import ModelSpec, RandomNormal
from explorer.training.recipe import LEARNING_RATES, Recipe
from explorer.training.record import Request, RunRecord
from explorer.widgets import (
    code_panel,
    figure,
    gradients_choice,
    job_panel,
    link,
    run_curves,
    settings,
    shell,
    shown_runs,
)
from explorer.widgets.gradients_choice import DATA, FATES, short
from explorer.widgets.language import _, escape, md
from explorer.widgets.train_row import Plan, train_row

EXAMPLES, BATCH = 6000, 64
RATES = tuple(rate for rate in LEARNING_RATES if 1e-4 <= rate <= 1)
BESIDE = 2
"""Runs whose layers stand beside each other."""


@dataclass(frozen=True)
class Measure:
    """Something measured at every hidden layer: its field, its name, and whether it belongs to the Dense layer."""

    field: str
    title: str
    dense: bool = False
    log: bool = True


MEASURES = {
    "gradient": Measure("gradient", N_("gradient at the layer's outputs")),
    "weights": Measure("weight_gradient", N_("gradient of its weights"), dense=True),
    "deviation": Measure("deviation", N_("deviation of its outputs")),
    "dead": Measure("dead", N_("dead units"), log=False),
}


def of_stacks(record: RunRecord) -> bool:
    """A run of a deep stack whose layers were watched."""
    return record.recipe.record_layers and record.request.dataset == DATA and bool(blocks(record.spec))


def controls() -> Plan:
    """The stack, and how it is trained."""
    chosen = gradients_choice.stack()
    left, right = st.columns(2)
    with left:
        optimizer = link.selectbox(_("Optimizer"), ("sgd", "adam", "rmsprop"), "grad_optimizer")
    with right:
        epochs = link.number(_("Epochs"), 1, 30, 15, "grad_epochs")
    rate = gradients_choice.stop(_("Learning rate"), RATES, 0.1, "grad_rate", format_func=settings.plain)
    return Plan(_request(chosen, optimizer, epochs, rate), f"{_name(chosen)} · {optimizer} {settings.plain(rate)}")


def _request(chosen: Stack, optimizer: str, epochs: int, rate: float) -> Request:
    source = DATASETS[DATA]
    found = source.available()
    task = source.task(found.variant)
    recipe = Recipe(
        examples=min(EXAMPLES, found.counts.train),
        epochs=epochs,
        batch_size=BATCH,
        optimizer=optimizer,
        learning_rate=rate,
        patience=0,
        record_layers=True,
    )
    return Request(chosen.spec(task.input_shape, task.units), recipe, DATA, found.variant)


def _name(chosen: Stack) -> str:
    initializer = type(chosen.initializer).__name__
    if isinstance(chosen.initializer, RandomNormal):
        initializer += f" {chosen.initializer.stddev:g}"
    parts = [chosen.activation, initializer, f"{chosen.depth}×{chosen.units}"]
    return " · ".join([*parts, *([chosen.normalization] if chosen.normalization != "none" else [])])


def pictures(plan: Plan) -> None:
    """The Train button, and the runs of this view as they train."""
    train_row(plan.request, plan.name, "grad_train")
    names = {name: _(measure.title) for name, measure in MEASURES.items()}
    measure = MEASURES[link.segmented(_("Measure"), names, "grad_measure", label_visibility="collapsed")]
    job_panel.job_panel(of_stacks, partial(_pictures, measure))
    shown_runs.choose(of_stacks)
    code_panel.training_panel(plan.request, "grad")


def _pictures(measure: Measure, records: Sequence[RunRecord], empty: str) -> None:
    """The layers of the first runs beside each other on one scale, then the curves of all."""
    beside = list(records[:BESIDE])
    tables = [history(record.spec, record, measure) for record in beside]
    span = _span(tables, measure)
    columns = st.columns(len(beside)) if beside else [st.container()]
    for place, column in enumerate(columns):
        with column:
            _layers(measure, beside[place] if beside else None, tables[place] if tables else None, span, place, empty)
    for record, values in zip(beside, tables, strict=True):
        _fate(measure, record, values)
    run_curves.show(records, empty, "grad-")
    if beside:
        st.caption(
            _(
                "Rows are hidden layers, 1 is next to the image. Measured on the training batch at hand about once a "
                "report; epoch 0 is before the first step. Both runs share one scale of colours."
            )
        )


History = tuple[tuple[float, ...], np.ndarray]
"""Positions in epochs, and a measure of each hidden layer at each of them (layers, positions)."""


def history(spec: ModelSpec, record: RunRecord, measure: Measure) -> History:
    """A measure of all hidden layers, as far as the run has come."""
    places = [block.dense if measure.dense else block.output for block in blocks(spec)]
    values = [[_value(step.layers[place], measure) for step in record.statistics] for place in places]
    return tuple(step.position for step in record.statistics), np.array(values, float)


def _value(layer: object, measure: Measure) -> float:
    found = getattr(layer, measure.field)
    return math.nan if found is None else float(found)


def _span(tables: Sequence[History], measure: Measure) -> tuple[float, float]:
    """The smallest and the largest of all values, of the positive ones if their logarithms are shown."""
    if not measure.log:
        return 0.0, 1.0
    values = np.concatenate([values.ravel() for _positions, values in tables]) if tables else np.ones(1)
    values = values[np.isfinite(values) & (values > 0)]
    return (float(values.min()), float(values.max())) if values.size else (0.1, 1.0)


def _layers(
    measure: Measure, record: RunRecord | None, found: History | None, span: tuple[float, float], place: int, empty: str
) -> None:
    positions, values = found or ((), np.zeros((0, 0)))
    name = record.name if record else _("hidden layer")
    labels = OverTimeLabels(name, _("epoch"), _("hidden layer"), _(measure.title), empty)
    drawn = over_time_figure(positions, values, span, labels, log=measure.log, dark=shell.dark(), height=230)
    figure.show(drawn, f"grad-history-{place}", f"{name}, {_(measure.title)}: {_last(values)}")


def _last(values: np.ndarray) -> str:
    return ", ".join(short(value) for value in values[:, -1]) if values.size else _("No epoch has ended yet.")


def _fate(measure: Measure, record: RunRecord, found: History) -> None:
    """What the first hidden layer gets of the last one's gradient, at the beginning and now."""
    positions, values = found
    if measure.field != "gradient" or not positions:
        return
    parts = []
    for column in dict.fromkeys((0, len(positions) - 1)):
        first, last = float(values[0, column]), float(values[-1, column])
        share = short(first / last) if last and math.isfinite(first / last) else "–"
        parts.append(
            md(
                N_("at epoch {epoch} layer 1 gets {share} of the gradient of layer {last}: it {fate}"),
                epoch=short(positions[column]),
                share=share,
                last=len(values),
                fate=_(FATES[verdict(first, last)]),
            )
        )
    st.markdown(f"**{escape(record.name)}** — {' · '.join(parts)}.")
