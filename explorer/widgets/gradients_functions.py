"""The activation functions beside their derivatives: how much of a gradient each lets through at most."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import streamlit as st

from explorer.figures.gradient_parts import FunctionLabels, functions_figure
from explorer.inspection.activation_functions import HIDDEN, REACH, Curve, curve
from explorer.messages import N_
from explorer.widgets import figure, gradients_choice, shell, table
from explorer.widgets.gradients_choice import short
from explorer.widgets.language import _, md, t

STEPS = tuple(step / 4 for step in range(-int(4 * REACH), int(4 * REACH) + 1))
DEEP = 10


@dataclass(frozen=True)
class Chosen:
    """An activation, and the place at which it is read."""

    name: str
    x: float


@lru_cache(maxsize=1)
def _curves() -> tuple[Curve, ...]:
    return tuple(curve(name) for name in HIDDEN)


def controls() -> Chosen:
    """The function that stands out and the place x."""
    name = gradients_choice.activation()
    x = gradients_choice.stop("x", STEPS, 1.0, "grad_x")
    return Chosen(name, x)


def pictures(chosen: Chosen) -> None:
    """All functions, all derivatives, and both at x."""
    curves = {found.name: found for found in _curves()}
    left, right = st.columns(2)
    with left:
        title = _("The functions f(x)")
        values = {name: found.value for name, found in curves.items()}
        drawn = functions_figure(
            curves[chosen.name].x, values, chosen.name, chosen.x, FunctionLabels(title, "x", "f(x)"), dark=shell.dark()
        )
        figure.show(drawn, "grad-functions", f"{title}: {', '.join(curves)}")
    with right:
        title = _("Their derivatives f′(x): what a gradient is multiplied by")
        steep = {name: found.slope for name, found in curves.items()}
        drawn = functions_figure(
            curves[chosen.name].x,
            steep,
            chosen.name,
            chosen.x,
            FunctionLabels(title, "x", "f′(x)"),
            legend=False,
            dark=shell.dark(),
        )
        figure.show(drawn, "grad-derivatives", f"{title}: {', '.join(curves)}")
    _table(chosen, curves)


def _table(chosen: Chosen, curves: dict[str, Curve]) -> None:
    rows = []
    for name, found in curves.items():
        at = int(abs(found.x - chosen.x).argmin())
        cells = (
            EQUATIONS[name],
            short(float(found.value[at])),
            short(float(found.slope[at])),
            t(N_("{slope} at x = {x}"), slope=short(found.steepest), x=short(found.at)) if name in PEAKS else "1",
            short(found.steepest**DEEP),
        )
        rows.append((f"**{name}**" if name == chosen.name else name, *cells))
    head = (
        _("function"),
        "f(x)",
        f"f({chosen.x:g})",
        f"f′({chosen.x:g})",
        _("largest derivative"),
        t(N_("through {count} layers at most"), count=DEEP),
    )
    table.show(head, rows)
    best = curves[chosen.name]
    st.markdown(
        md(
            N_(
                "The derivative of {name} is at most **{slope}**; of a gradient that passes {count} of them, "
                "at most {slope}^{count} = **{power}** is left, before the weights have their say."
            ),
            name=chosen.name,
            slope=short(best.steepest),
            count=DEEP,
            power=short(best.steepest**DEEP),
        )
    )
    if chosen.name == "relu":
        st.caption(
            _(
                "A ReLU whose sum is below 0 for every example has derivative 0 everywhere: it is dead, and no step "
                "can wake it. Leaky ReLU, ELU and GELU keep a slope there."
            )
        )
    elif chosen.name in ("sigmoid", "tanh"):
        st.caption(
            _(
                "Far from 0 the curve is flat: the unit is saturated and its derivative is nearly 0. "
                "That is why hidden layers rarely use it any more."
            )
        )


PEAKS = ("sigmoid", "tanh", "gelu")
"""Functions whose derivative is largest at one place; the others have 1 everywhere above 0."""
EQUATIONS = {
    "sigmoid": "1 / (1 + e⁻ˣ)",
    "tanh": "tanh(x)",
    "relu": "max(0, x)",
    "leaky_relu": "x > 0: x; x ≤ 0: 0.2·x",
    "elu": "x > 0: x; x ≤ 0: eˣ − 1",
    "gelu": "x·Φ(x)",
}
