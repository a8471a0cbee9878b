"""The gradient's way back through the time steps of the three cells, before their first training step."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import streamlit as st

from explorer.datasets import DATASETS, FULL, TEST, Split
from explorer.datasets.puzzles import Products
from explorer.figures.cell_gates import COLOURS
from explorer.figures.gradients import Norms, NormsLabels, norms_figure
from explorer.inspection import through_time
from explorer.inspection.deep_stack import EXPLODED, FINE, VANISHED
from explorer.inspection.through_time import CELLS, LONGEST, SHORTEST, Reader, TimeGradients
from explorer.messages import N_
from explorer.specs import Initializer, Orthogonal
from explorer.widgets import figure, gradients_choice, link, shell, table
from explorer.widgets.gradients_choice import FATES, short
from explorer.widgets.language import _, md, t

PUZZLE = "multiply"
SAMPLES = 32
KERAS = -1.0
OPEN = 4.0
BIASES = (KERAS, 0.0, 1.0, 2.0, 3.0, 4.0, 6.0)


@dataclass(frozen=True)
class Chosen:
    """How long the sequences are, and how the cells begin; a `gate_bias` of None is Keras's."""

    steps: int
    initializer: Initializer
    activation: str
    gate_bias: float | None
    seed: int

    def reader(self, cell: str) -> Reader:
        activation = self.activation if cell == "SimpleRNN" else "tanh"
        return Reader(cell, self.steps, self.initializer, activation, self.gate_bias)


def controls() -> Chosen:
    """The length and the beginning of all three cells."""
    steps = link.slider(_("Time steps"), SHORTEST, LONGEST, 100, "grad_steps", step=5)
    initializer = gradients_choice.initializer("grad_recurrent", "grad_recurrent_sigma", Orthogonal.__name__, 0.2)
    activation = link.segmented(
        _("SimpleRNN: activation"), {name: name for name in ("tanh", "relu", "linear")}, "grad_cell_activation"
    )
    bias = gradients_choice.stop(
        _("Bias of the gate that keeps (LSTM f, GRU z)"),
        BIASES,
        OPEN,
        "grad_gate_bias",
        format_func=lambda value: "Keras" if value == KERAS else f"{value:g}",
        help=_("Keras begins with 1 for f and 0 for z; larger ones hold the gates open."),
    )
    return Chosen(steps, initializer, activation, None if bias == KERAS else bias, gradients_choice.seed())


def samples(steps: int) -> Split:
    """The first test samples of the multiplication puzzle, of that length."""
    split = DATASETS[PUZZLE].load(FULL, TEST, Products(length=steps))
    return Split(split.inputs[:SAMPLES], split.labels[:SAMPLES])


@lru_cache(maxsize=32)
def gradients(reader: Reader, seed: int) -> TimeGradients:
    """The gradients of a cell before its first step; computed once for each choice."""
    split = samples(reader.steps)
    return through_time.through_time(
        reader.spec(), through_time.first_weights(reader, seed), split.inputs, split.labels
    )


def pictures(chosen: Chosen) -> None:
    """All three cells over the same samples, in one picture and a table."""
    found = {cell: gradients(chosen.reader(cell), chosen.seed) for cell in CELLS}
    title = _("What is left of the last step's gradient at each time step")
    lines = [Norms(f"{cell} ∂J/∂{each.letter}", _shares(each), colour=COLOURS[cell]) for cell, each in found.items()]
    labels = NormsLabels(title, _("time step"), _("share of the last step's"), *gradients_choice.thresholds())
    drawn = norms_figure(lines, labels, (VANISHED, EXPLODED), dark=shell.dark(), height=330)
    figure.show(drawn, "grad-time", title)
    _table(found)
    for cell, each in found.items():
        if cell == "SimpleRNN":
            _simple(chosen, each)
    _equations()
    st.page_link(
        shell.CELLS,
        label=_("The same from the other side: how long a pulse stays in a cell's memory"),
        icon=":material/memory:",
        query_params={"cells_view": "memory"},
    )


def _shares(found: TimeGradients) -> np.ndarray:
    norms = found.norms[found.letter]
    return np.divide(norms, norms[-1], out=np.full_like(norms, np.nan), where=norms[-1] > 0)


def _table(found: dict[str, TimeGradients]) -> None:
    rows = [
        (
            f"**{cell}** ∂J/∂{each.letter}",
            short(each.factor),
            short(each.total),
            _(FATES[each.verdict]) if each.verdict == FINE else f"**{_(FATES[each.verdict])}**",
            short(float(np.sqrt(sum((values.astype(float) ** 2).sum() for values in each.weights.values())))),
        )
        for cell, each in found.items()
    ]
    head = (
        _("cell"),
        _("factor per step"),
        _("first step / last step"),
        _("the gradient"),
        _("norm of all weights' gradients"),
    )
    table.show(head, rows)
    st.caption(
        md(
            N_(
                "{units} units read {count} samples of the multiplication puzzle; J is the squared error of one number "
                "out of the last state. The weights are the first ones; a trained LSTM or GRU has learned when to hold "
                "its gates open, which the slider of the gate's bias does by hand."
            ),
            units=through_time.UNITS,
            count=SAMPLES,
        )
    )


def _simple(chosen: Chosen, found: TimeGradients) -> None:
    """The SimpleRNN's fate, with the eigenvalue that explains it."""
    text = N_(
        "**SimpleRNN:** its gradient {fate}. It is multiplied by {factor} per step, {total} over {steps} steps; "
        "the largest eigenvalue of its recurrent weights is {radius}."
    )
    gradients_choice.box(
        found.verdict,
        md(
            text,
            fate=t(FATES[found.verdict]),
            factor=short(found.factor),
            total=short(found.total),
            steps=chosen.steps,
            radius=short(found.radius or 0.0),
        ),
    )


def _equations() -> None:
    with st.expander(
        _("The equations"), icon=":material/functions:", key="grad-time-equations", on_change="rerun"
    ) as opened:
        if not opened.open:
            return
        st.latex(
            r"\frac{\partial J}{\partial h_t} = \left( \prod_{k=t+1}^{T} U\, "
            r"\mathrm{diag}\!\left(f'(s_k)\right) \right) \frac{\partial J}{\partial h_T}"
            r"\qquad \frac{\partial c_T}{\partial c_t} \approx \prod_{k=t+1}^{T} f_k"
        )
        st.markdown(
            _(
                "The SimpleRNN multiplies by the same recurrent weights U at every step: with the largest singular "
                "value of U below 1 the product must vanish, with an eigenvalue above 1 it may explode. The LSTM's "
                "cell state is multiplied by its forget gate instead. Hochreiter 1991 · Pascanu, Mikolov and Bengio "
                "2013, equation 5 and section 2.1."
            )
        )
