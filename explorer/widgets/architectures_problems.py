"""Which loss and which activation belong to which kind of problem, and what the loss looks like."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.figures.loss_curve import loss_curve_figure
from explorer.inspection.losses import CURVES
from explorer.messages import N_
from explorer.specs import Dense
from explorer.widgets import figure, shell, table
from explorer.widgets.architectures import Setup
from explorer.widgets.language import _, md, t


@dataclass(frozen=True)
class Pairing:
    """A kind of problem with the loss and the activation of the last layer that belong to it."""

    problem: str
    loss: str
    activation: str
    labels: str


PAIRINGS = (
    Pairing(N_("Regression"), "mean_squared_error", "linear", N_("a number")),
    Pairing(N_("Several classes"), "categorical_crossentropy", "softmax", N_("one-hot, such as [0, 1, 0]")),
    Pairing(N_("Several classes"), "sparse_categorical_crossentropy", "softmax", N_("the class as a whole number")),
    Pairing(N_("Two classes"), "binary_crossentropy", "sigmoid", N_("0 or 1")),
)
"""The notes' table, in its order."""
REACH = 5.0


def pictures(setup: Setup) -> None:
    """The table with the current model's row marked, and that row's loss as a curve."""
    task = setup.request.task
    last = setup.request.spec.layers[-1]
    activation = last.activation if isinstance(last, Dense) else ""
    st.markdown(
        md(
            N_("**{model}** ends in {units} with {activation} and learns with the loss {loss}:"),
            model=setup.shape.title,
            units=f"Dense({task.units})",
            activation=activation,
            loss=task.loss,
        )
    )
    head = ("", _("Problem"), _("Loss"), _("Activation of the last layer"), _("Labels"))
    table.show(head, [_row(pairing, pairing.loss == task.loss) for pairing in PAIRINGS])
    _curve(task.loss)


def _row(pairing: Pairing, current: bool) -> tuple[str, ...]:
    cells = (_(pairing.problem), f"`{pairing.loss}`", f"`{pairing.activation}`", _(pairing.labels))
    return ("➜", *(f"**{cell}**" for cell in cells)) if current else ("", *cells)


def _curve(loss: str) -> None:
    sums = np.linspace(-REACH, REACH, 201)
    if loss == "sparse_categorical_crossentropy":
        curves = {_("true class"): CURVES[loss](sums, 1.0)}
        axis = _("z of the true class, ahead of all others")
        note = _("Softmax and the logarithm: the loss falls to 0 as the true class gets ahead.")
    elif loss == "binary_crossentropy":
        curves = {t(N_("label {label}"), label=label): CURVES[loss](sums, float(label)) for label in (0, 1)}
        axis = _("z, the weighted sum before the sigmoid")
        note = _("A sure and wrong answer costs the more, the surer it is; a right one costs next to nothing.")
    else:
        curves = {t(N_("label {label}"), label=label): CURVES[loss](sums, float(label)) for label in (-1, 2)}
        axis = _("ŷ, the weighted sum itself")
        note = _("Twice as far from the truth costs four times as much.")
    title = t(N_("Loss of one example: {loss}"), loss=loss)
    figure.show(loss_curve_figure(sums, curves, title, axis, _("loss"), dark=shell.dark()), "arch-loss", title)
    st.caption(note)
