"""What the views of the page *Gradients* share: the deep stack, its controls, and words for a gradient's fate."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st

from explorer.inspection import deep_stack
from explorer.inspection.activation_functions import HIDDEN
from explorer.inspection.deep_stack import (
    ABSENT,
    BROKEN,
    DEEPEST,
    EXPLODED,
    EXPLODING,
    FINE,
    NORMALIZATIONS,
    VANISHED,
    VANISHING,
    WIDEST,
    Beginning,
    Stack,
)
from explorer.messages import N_
from explorer.specs import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    Initializer,
    Orthogonal,
    RandomNormal,
    Zeros,
)
from explorer.widgets import data, link
from explorer.widgets.language import _, md, t

DATA = "fashion-mnist"
IMAGES = 128
LARGEST_SEED = 999
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SPREADS = (0.001, 0.01, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0)
INITIALIZERS: dict[str, Initializer] = {
    kind.__name__: kind()
    for kind in (GlorotUniform, GlorotNormal, HeUniform, HeNormal, Orthogonal, RandomNormal, Zeros)
}
FATES = {
    FINE: N_("arrives"),
    VANISHING: N_("vanishes"),
    EXPLODING: N_("explodes"),
    ABSENT: N_("is exactly 0"),
    BROKEN: N_("is no number"),
}
"""What a gradient does, as one word in tables."""


def stack() -> Stack:
    """Draw the controls of the stack; every view that needs one has the same."""
    chosen_activation = activation()
    chosen_initializer = initializer("grad_initializer", "grad_sigma")
    left, right = st.columns(2)
    with left:
        depth = link.slider(_("Hidden layers"), 2, DEEPEST, 10, "grad_depth")
    with right:
        units = link.slider(_("Units"), 10, WIDEST, 100, "grad_units", step=10, help=_("Of each hidden layer."))
    names = {"none": _("none"), "batch": _("batch"), "layer": _("layer")}
    normalization = link.segmented(
        _("Normalisation"),
        {name: names[name] for name in NORMALIZATIONS},
        "grad_normalization",
        help=_("Between each layer's sums and its activation."),
    )
    return Stack(chosen_activation, chosen_initializer, depth, units, normalization)


def activation() -> str:
    """One of the activations of hidden layers."""
    return link.selectbox(_("Activation"), HIDDEN, "grad_activation")


def initializer(key: str, sigma_key: str, default: str = "GlorotUniform", spread: float = 0.05) -> Initializer:
    """An initialiser by Keras's name; a normal one with its standard deviation."""
    names = [default, *(name for name in INITIALIZERS if name != default)]
    name = link.selectbox(_("Initialiser"), names, key)
    if name != RandomNormal.__name__:
        return INITIALIZERS[name]
    return RandomNormal(stddev=stop(_("Standard deviation σ"), SPREADS, spread, sigma_key))


def stop(label: str, stops: tuple[float, ...], default: float, key: str, **appearance: Any) -> float:
    """A slider over listed numbers, in the link."""
    link.restore(key, link.one_of(stops))
    link.limit(key, stops)
    chosen = st.select_slider(label, stops, default, key=key, persist_state="session", **appearance)
    link.keep(key, chosen, default)
    return float(chosen)


def seed() -> int:
    """The seed that weights are drawn from."""
    return link.number(_("Seed"), 0, LARGEST_SEED, 0, "grad_seed", help=_("Another seed, other first weights."))


def beginning(chosen: Stack, seed: int) -> Beginning:
    """The stack before its first step, on the first test images; computed once for each choice."""
    return _beginning(chosen, seed, data.DATASETS[DATA].available((data.TEST,)).variant)


@lru_cache(maxsize=32)
def _beginning(chosen: Stack, seed: int, variant: str) -> Beginning:
    split = data.test_split(DATA)
    images = split.inputs[:IMAGES] / np.float32(255)
    spec = chosen.spec(images.shape[1:], 10)
    weights = deep_stack.first_weights(spec, seed)
    return deep_stack.begin(spec, weights, images, split.labels[:IMAGES].astype(int))


LAYER_FATES = {
    FINE: N_(
        "**The gradient arrives.** From layer {last} back to layer 1 it is multiplied by {factor} per layer: "
        "layer 1 gets {total} times the gradient of layer {last}."
    ),
    VANISHING: N_(
        "**The gradient vanishes.** It shrinks by a factor of {factor} per layer: "
        "layer 1 gets only {total} of the gradient of layer {last}, and hardly learns."
    ),
    EXPLODING: N_(
        "**The gradient explodes.** It grows by a factor of {factor} per layer: "
        "layer 1 gets {total} times the gradient of layer {last}, and its steps are too large."
    ),
    ABSENT: N_("**No gradient arrives.** It is exactly 0 at layer 1, so its weights never change."),
    BROKEN: N_("**Too large for float32.** The numbers have become infinite; a training would end at once."),
}


def say(fate: str, factor: float, total: float, last: int) -> None:
    """What becomes of the gradient between the last hidden layer and the first, in words and colour."""
    text = md(LAYER_FATES[fate], factor=short(factor), total=short(total), last=last)
    box(fate, text)


def box(fate: str, text: str) -> None:
    """A text in the colour of a fate."""
    if fate == FINE:
        st.success(text, icon=":material/check_circle:")
    elif fate in (VANISHING, ABSENT):
        st.warning(text, icon=":material/trending_down:")
    else:
        st.error(text, icon=":material/trending_up:")


def thresholds() -> tuple[str, str]:
    """What is written at the two thresholds of a picture of norms."""
    return (
        t(N_("vanished: below {share}"), share=f"1/{1 / VANISHED:g}"),
        t(N_("exploded: above {times}×"), times=f"{EXPLODED:g}"),
    )


def short(value: float) -> str:
    """A number with three digits, as a person writes it: 2.26·10⁻⁶, not 2.26e-06."""
    digits, _e, exponent = f"{value:.3g}".partition("e")
    power = f"·10{str(int(exponent)).translate(_RAISED)}" if exponent else ""
    return digits.replace("-", "−") + power
