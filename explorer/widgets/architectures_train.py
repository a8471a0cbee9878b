"""Training one of the tour's models while one watches: fit, evaluate, predict."""

from __future__ import annotations

import numpy as np
import streamlit as st

from explorer.datasets import TEST
from explorer.datasets.generated import PLANE, PLANE_BIAS
from explorer.figures.answers import numbers_figure, shares_figure
from explorer.messages import N_, ExplorerError
from explorer.network import Network
from explorer.training.predictions import read_predictions
from explorer.training.store import Run
from explorer.widgets import architectures_model, code_panel, figure, inside_choice, job_panel, link, runs, shell, table
from explorer.widgets.architectures import Setup
from explorer.widgets.language import _, md, t
from explorer.widgets.train_row import train_row

RULES = ("linear-regression", "logistic-regression")
"""Models whose weights should end at those of the rule."""


def pictures(setup: Setup) -> None:
    """The Train button, the curves, and what the newest run of this model has learned."""
    recipe = setup.request.recipe
    train_row(setup.request, f"{setup.shape.name} · {recipe.optimizer} {recipe.learning_rate:g}", "arch_train")
    job_panel.job_panel(
        lambda record: record.spec == setup.shape.spec and record.request.dataset == setup.shape.dataset
    )
    run = _newest(setup)
    if run is None:
        st.caption(_("When a run has ended, its weights and what it says of the test examples are drawn here."))
    else:
        _learned(setup, run)
    code_panel.training_panel(setup.request, "arch")


def _learned(setup: Setup, run: Run) -> None:
    """The trained weights, what they make of all test examples, and of one."""
    try:
        network = inside_choice.network(run, run.kept_epoch)
        truth = read_predictions(run.predictions_file)
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return
    architectures_model.diagram(run.record.spec, network, t(N_("What {name} has learned"), name=run.record.name))
    _rule(setup, network)
    _answers(run, *truth)
    _one(run, network)


def _newest(setup: Setup) -> Run | None:
    """The newest ended run of this model among those shown."""
    for progress in runs.progresses(runs.shown(), quiet=True):
        record = progress.record
        same = record.spec == setup.shape.spec and record.request.dataset == setup.shape.dataset
        if same and not record.status.active and record.test_accuracy is not None:
            return shell.engine().store.open(record.id)
    return None


def _rule(setup: Setup, network: Network) -> None:
    """The learned weights beside those of the rule that made the data."""
    if setup.shape.name not in RULES:
        return
    kernel, bias = network.weights["dense_1"]["kernel"][:, 0], network.weights["dense_1"]["bias"][0]
    head = ("", *(f"w{n + 1}" for n in range(len(PLANE))), "b")
    rule = (*PLANE, PLANE_BIAS)
    table.show(
        head,
        [
            (_("the rule"), *(f"{value:.2f}" for value in rule)),
            (_("what was learned"), *(f"{value:.2f}" for value in (*kernel, bias))),
        ],
    )


def _answers(run: Run, outputs: np.ndarray, labels: np.ndarray) -> None:
    """What the model says of all test examples."""
    task = run.record.request.task
    right = int(task.right(outputs, labels).sum())
    shares = {"right": f"{right:,}", "count": f"{len(labels):,}", "loss": f"{run.record.test_loss:.4f}"}
    if task.loss == "mean_squared_error":
        title = t(N_("evaluate: loss {loss}, {right} of {count} test examples within the tolerance"), **shares)
        drawn = numbers_figure(labels, outputs[:, 0], title, (_("true value"), _("prediction")), dark=shell.dark())
    else:
        title = t(N_("evaluate: loss {loss}, {right} of {count} test examples right"), **shares)
        several = outputs.shape[1] > 1
        places = labels.astype(int)
        shown = outputs[np.arange(len(places)), places] if several else outputs[:, 0]
        axis = _("probability of the true class") if several else _("probability of class 1")
        names = [t(name) for name in task.classes]
        drawn = shares_figure(places, shown, names, title, (axis, _("test examples")), dark=shell.dark())
    figure.show(drawn, "arch-answers", title)


def _one(run: Run, network: Network) -> None:
    """predict: one test example, with its inputs and every layer's output."""
    request = run.record.request
    split = request.source.load(request.variant, TEST, request.preparation)
    number = link.slider(_("Test example"), 1, len(split.labels), 1, "arch_example")
    trace = network.trace(split.inputs[number - 1 : number])
    answer = ", ".join(f"{value:.3f}" for value in trace.output[0])
    st.markdown(
        md(
            N_("predict: example {number} gives **{answer}**, the truth is **{truth}**."),
            number=number,
            answer=answer,
            truth=f"{float(split.labels[number - 1]):.3g}",
        )
    )
    rows = [(f"`{step.name}`", _values(step.output)) for step in trace.layers]
    table.show((_("Layer"), _("Output")), [(_("Input"), _values(split.inputs[number - 1])), *rows])


def _values(array: np.ndarray) -> str:
    flat = array.reshape(-1)
    shown = ", ".join(f"{value:.2f}" for value in flat[:8])
    return f"{shown}, … ({flat.size:,})" if flat.size > 8 else shown
