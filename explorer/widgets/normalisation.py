"""What the page *Normalisation* looks at: a table of examples and features, a cell of it, γ, β and ε."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from explorer.messages import N_
from explorer.widgets import link, number_table
from explorer.widgets.language import _, t

TABLE, ROWS, CELLS, WEIGHTS = "norm_table", "norm_rows", "norm_x", "norm_weights"
EXAMPLE, FEATURE, EPSILON, STEP = "norm_example", "norm_feature", "norm_epsilon", "norm_step"
EXAMPLES = FEATURES = 4
STEPS = {"inputs": "x", "normalized": "x̂", "outputs": "y"}
"""What cells can show, by the name of it in `Normalized`."""
EPSILONS = (1e-7, 1e-5, 1e-3, 0.1, 1.0)


@dataclass(frozen=True)
class Table:
    """A table to begin with: its title and its numbers (4, 4), a row for each example."""

    title: str
    values: tuple[tuple[float, ...], ...]


TABLES = {
    "plain": Table(N_("Whole numbers"), ((1, 4, -2, 6), (3, 8, 0, 6), (5, 12, 2, 9), (2, 6, -1, 3))),
    "scales": Table(
        N_("Features on different scales"),
        ((0.01, 18, -3, 1.5), (0.03, 12, -5, 1.4), (0.02, 15, 1, 1.6), (0.05, 20, 4, 1.2)),
    ),
    "loud": Table(N_("One loud example"), ((1, 2, 3, 2), (20, 18, 19, 20), (2, 1, 2, 3), (1, 3, 1, 2))),
    "equal": Table(N_("A feature that is always the same"), ((1, 5, -2, 3), (4, 5, 1, 7), (7, 5, 1, 2), (2, 5, 0, 4))),
}


@dataclass(frozen=True)
class Setup:
    """A table (examples, features) with γ and β (features,), ε, the cell looked at (from 0), and what cells show."""

    inputs: np.ndarray
    gamma: np.ndarray
    beta: np.ndarray
    epsilon: float
    example: int
    feature: int
    step: str = "inputs"


def controls() -> Setup:
    """Draw the controls of a batch of up to four examples."""
    left, right = st.columns([5, 3])
    with left:
        name = _table_choice()
    with right:
        rows = link.number("m", 1, EXAMPLES, 3, ROWS, help=_("Examples in the batch: the batch size."))
    setup = _controls(name, rows)
    step = link.segmented(_("Cells show"), STEPS, STEP, help=_("The values, the normalised values, or the outputs."))
    return replace(setup, step=step)


def all_examples() -> Setup:
    """Draw the controls of all four examples."""
    return _controls(_table_choice(), EXAMPLES)


def _table_choice() -> str:
    return link.selectbox(
        _("Table"), list(TABLES), TABLE, format_func=lambda one: _(TABLES[one].title), on_change=_start_over
    )


def _controls(name: str, rows: int) -> Setup:
    default = np.array(TABLES[name].values, np.float32)[:rows]
    columns = [f"x{feature + 1}" for feature in range(FEATURES)]
    inputs = number_table.edited(CELLS, default, [str(row + 1) for row in range(rows)], columns)
    left, right = st.columns(2)
    with left:
        example = link.number(_("Example (row)"), 1, rows, 1, EXAMPLE) - 1
    with right:
        feature = feature_choice()
    epsilon = epsilon_choice()
    gamma, beta = _weights(columns)
    return Setup(inputs, gamma, beta, epsilon, example, feature)


def _start_over() -> None:
    number_table.forget(CELLS)


def feature_choice() -> int:
    """The feature looked at, from 0."""
    return link.number(_("Feature (column)"), 1, FEATURES, 2, FEATURE) - 1


def epsilon_choice() -> float:
    """The number that keeps the denominator from being 0."""
    link.restore(EPSILON, link.one_of(EPSILONS))
    chosen = st.select_slider(
        _("ε (epsilon)"),
        EPSILONS,
        1e-5,
        format_func=lambda value: np.format_float_positional(value, trim="-"),
        key=EPSILON,
        persist_state="session",
        help=_("Added to the variance, so that nothing is divided by 0. The notes take 0.00001, Keras 0.001."),
    )
    link.keep(EPSILON, float(chosen), 1e-5)
    return float(chosen)


def _weights(columns: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """γ and β of each feature, which few readers change: one click away."""
    default = np.array([[1.0] * FEATURES, [0.0] * FEATURES], np.float32)
    with st.popover(t(N_("Edit γ and β")), icon=":material/edit:"):
        st.caption(_("Learned in training like other weights; they begin as 1 and 0."))
        gamma, beta = number_table.edited(WEIGHTS, default, ["γ", "β"], columns)
    return gamma, beta
