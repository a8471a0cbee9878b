"""Shapes of sequences on their way through stacked recurrent layers."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from explorer.inspection.cells import KINDS
from explorer.messages import N_
from explorer.specs import Layer, ModelSpec
from explorer.widgets import link, table
from explorer.widgets.language import _, md

LAYERS = 3


@dataclass(frozen=True)
class Stack:
    """A batch of sequences and the layers above it."""

    samples: int
    spec: ModelSpec


def controls() -> Stack:
    """Draw the controls: the batch's shape, how many layers, their units and which return sequences."""
    samples = link.number(_("Samples"), 1, 1000, 10, "shape_samples")
    left, right = st.columns(2)
    with left:
        steps = link.number(_("Time steps"), 1, 500, 20, "shape_steps")
    with right:
        features = link.number(_("Features"), 1, 1000, 100, "shape_features")
    kind = link.segmented(_("Cell"), {name: name for name in KINDS}, "shape_kind")
    count = link.slider(_("Recurrent layers"), 1, LAYERS, 2, "shape_layers")
    layers: list[Layer] = []
    for place in range(1, count + 1):
        left, right = st.columns([1, 1.4], vertical_alignment="bottom")
        with left:
            units = link.number(_("units") + f" {place}", 1, 512, 30 if place == 1 else 8, f"shape_units_{place}")
        with right:
            returns = _returns(place, count)
        layers.append(KINDS[kind](units=units, return_sequences=returns))
    return Stack(samples, ModelSpec((steps, features), tuple(layers)))


def _returns(place: int, count: int) -> bool:
    """Whether a layer returns all states; usually all but the last one do."""
    key = f"shape_returns_{place}_{count}"
    default = place < count
    link.restore(key, link.one_of((True, False)))
    chosen = st.toggle("return_sequences", default, key=key, persist_state="session")
    link.keep(key, chosen, default)
    return bool(chosen)


def pictures(stack: Stack) -> None:
    """The shape after each layer, or why a layer cannot follow another one."""
    rows, fault = stack.spec.checked()
    steps, features = stack.spec.input_shape
    st.markdown(
        md(
            N_(
                "A batch of {samples} sequences, each of {steps} time steps, each step of {features} numbers: "
                "(samples, time steps, features) = **({samples}, {steps}, {features})**"
            ),
            samples=stack.samples,
            steps=steps,
            features=features,
        )
    )
    head = (_("layer"), _("shape that goes in"), _("shape that comes out"), _("parameters"))
    table.show(
        head,
        (
            (
                f"`{type(row.layer).__name__}({row.layer.units}"  # type: ignore[attr-defined]
                f"{', return_sequences=True' if row.layer.return_sequences else ''})`",  # type: ignore[attr-defined]
                _shape(stack.samples, row.input_shape),
                _shape(stack.samples, row.output_shape),
                f"{row.parameters:,}",
            )
            for row in rows
        ),
    )
    if fault is not None:
        st.error(md(fault.problem), icon=":material/error:")
    else:
        st.markdown(_kept(len(stack.spec.output_shape) == 2))
    st.markdown(
        _(
            "**return_sequences=True** hands on the hidden state of every time step, **False** only the last one. "
            "A recurrent layer needs a sequence, so every layer but the last one must return it."
        )
    )
    st.markdown(
        _(
            "**stateful=True** begins each batch with the states in which the last one ended, instead of zeros: for a "
            "long series that is cut into pieces. The batches must then come in order, and have one size."
        )
    )


def _shape(samples: int, shape: tuple[int, ...]) -> str:
    return f"({', '.join(map(str, (samples, *shape)))})"


def _kept(sequence: bool) -> str:
    if sequence:
        return _("The last layer returns a state for every time step: many to many.")
    return _("The last layer returns the state after the last time step alone: many to one.")
