"""The formulas of the initialisers with one layer's numbers, beside the weights that they draw."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import streamlit as st

from explorer.figures.gradient_parts import DrawnLabels, drawn_figure
from explorer.inspection.deep_stack import DEEPEST, WIDEST
from explorer.inspection.initial_weights import Drawn, drawn
from explorer.layers.initializers import CUT, CUT_DEVIATION, bound, deviation
from explorer.messages import N_
from explorer.specs import GlorotNormal, GlorotUniform, HeNormal, HeUniform, Initializer, Orthogonal
from explorer.widgets import figure, gradients_choice, link, shell, table
from explorer.widgets.gradients_choice import short
from explorer.widgets.language import _, md, t

PIXELS, CLASSES = 784, 10


@dataclass(frozen=True)
class Chosen:
    """An initialiser, the shape (n_in, n_out) of the kernel that it fills, which layer that is, and the seed."""

    initializer: Initializer
    shape: tuple[int, int]
    layer: int
    seed: int


def controls() -> Chosen:
    """The initialiser and one layer of the stack; the last one gives the classes."""
    initializer = gradients_choice.initializer("grad_initializer", "grad_sigma")
    depth = link.slider(_("Hidden layers"), 2, DEEPEST, 10, "grad_depth")
    units = link.slider(_("Units"), 10, WIDEST, 100, "grad_units", step=10, help=_("Of each hidden layer."))
    layer = link.slider(_("Layer"), 1, depth + 1, 1, "grad_layer", help=_("The last one gives the ten classes."))
    shape = (PIXELS if layer == 1 else units, CLASSES if layer > depth else units)
    return Chosen(initializer, shape, layer, gradients_choice.seed())


@lru_cache(maxsize=32)
def _drawn(initializer: Initializer, shape: tuple[int, int], seed: int) -> Drawn:
    return drawn(initializer, shape, seed)


def pictures(chosen: Chosen) -> None:
    """The chosen formula, the weights that it draws, and all formulas for this layer."""
    found = _drawn(chosen.initializer, chosen.shape, chosen.seed)
    fan_in, fan_out = chosen.shape
    name = type(chosen.initializer).__name__
    st.markdown(
        md(
            N_(
                "Layer {layer}: each unit adds up **n_in = {fan_in}** inputs and goes into **n_out = {fan_out}** units."
            ),
            layer=chosen.layer,
            fan_in=fan_in,
            fan_out=fan_out,
        ).replace("n\\_", "n_")
    )
    st.latex(_latex(chosen.initializer, fan_in, fan_out))
    title = t(N_("{count} weights drawn by {name}, and the curve of its formula"), count=f"{found.count:,}", name=name)
    labels = DrawnLabels(title, _("weight"), _("density"), _("drawn"), _("formula"))
    drawn_ = drawn_figure(found.edges, found.density, found.formula, labels, dark=shell.dark(), height=260)
    figure.show(drawn_, "grad-drawn", title)
    st.markdown(
        md(
            N_("Drawn: mean {mean}, standard deviation **{deviation}** (formula {expected}), from {low} to {high}."),
            mean=short(round(found.mean, 6)),
            deviation=short(found.deviation),
            expected=short(found.expected),
            low=short(found.low),
            high=short(found.high),
        )
    )
    _all_formulas(chosen)


def _latex(initializer: Initializer, fan_in: int, fan_out: int) -> str:
    """The formula with this layer's numbers."""
    value = short(deviation(initializer, (fan_in, fan_out))).replace("−", "-")
    both, one = r"n_{in} + n_{out}", r"n_{in}"
    numbers = f"{fan_in} + {fan_out}"
    if isinstance(initializer, (GlorotUniform, HeUniform)):
        names, filled = (both, numbers) if isinstance(initializer, GlorotUniform) else (one, str(fan_in))
        limit = short(bound(initializer, (fan_in, fan_out))).replace("−", "-")
        return rf"\pm\sqrt{{\frac{{6}}{{{names}}}}} = \pm\sqrt{{\frac{{6}}{{{filled}}}}} = \pm {limit}"
    if isinstance(initializer, (GlorotNormal, HeNormal)):
        names, filled = (both, numbers) if isinstance(initializer, GlorotNormal) else (one, str(fan_in))
        return rf"\sigma = \sqrt{{\frac{{2}}{{{names}}}}} = \sqrt{{\frac{{2}}{{{filled}}}}} = {value}"
    if isinstance(initializer, Orthogonal):
        return rf"W^{{\top}} W = I \quad\text{{or}}\quad W W^{{\top}} = I \qquad \sigma = {value}"
    return rf"\sigma = {value}"


def _all_formulas(chosen: Chosen) -> None:
    rows = []
    for name, formula in FORMULAS.items():
        kind = gradients_choice.INITIALIZERS[name]
        uniform = isinstance(kind, (GlorotUniform, HeUniform))
        spread = deviation(kind, chosen.shape)
        value = f"±{short(bound(kind, chosen.shape))}" if uniform else f"σ = {short(spread)}"
        label = f"**{name}**" if isinstance(chosen.initializer, type(kind)) else name
        rows.append((label, formula, value, short(spread), short(chosen.shape[0] * spread**2)))
    table.show((_("Initialiser"), _("formula"), _("this layer"), "σ", "n_in·σ²"), rows)
    wide = 1 / CUT_DEVIATION
    st.caption(
        md(
            N_(
                "Of inputs of size 1 a sum has the variance n_in·σ²: 1 keeps it, 2 makes up for the half that ReLU "
                "takes away. Keras cuts its normal distributions at {cut} standard deviations; so that σ is left, it "
                "first makes them {wide} times wider. Glorot and Bengio 2010, equations 12 and 16 · He and others "
                "2015, equation 10 · Saxe, McClelland and Ganguli 2014 for Orthogonal."
            ),
            cut=f"{CUT:g}",
            wide=f"{wide:.3f}",
        )
    )
    if not math.isclose(chosen.shape[0], chosen.shape[1]):
        st.caption(
            _(
                "Glorot's formula is a compromise: n_in keeps the outputs' size on the way forwards, "
                "n_out the gradient's on the way back."
            )
        )


FORMULAS = {
    "GlorotUniform": "± √(6 / (n_in + n_out))",
    "GlorotNormal": "√(2 / (n_in + n_out))",
    "HeUniform": "± √(6 / n_in)",
    "HeNormal": "√(2 / n_in)",
    "Orthogonal": "1 / √max(n_in, n_out)",
}
