"""What the page *Cells* looks at: one cell with its weights, and the inputs that it reads."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import streamlit as st

from explorer.inspection.cells import KINDS, SIGNALS, Study, study
from explorer.layers.cell_weights import WEIGHTS
from explorer.specs import GRU, Recurrent
from explorer.widgets import cells_edit, link
from explorer.widgets.language import _

MAXIMUM_FEATURES, MAXIMUM_UNITS, MAXIMUM_STEPS = 4, 4, 8
LARGEST_SEED = 999


@dataclass(frozen=True)
class Setup:
    """A cell (`layer`, `weights`), what it reads (time steps, features), and how its weights were made."""

    layer: Recurrent
    weights: dict[str, np.ndarray]
    inputs: np.ndarray
    made: str
    seed: int

    @cached_property
    def study(self) -> Study:
        return study(self.layer, self.weights, self.inputs)

    @property
    def token(self) -> str:
        """Stands for the shapes: while it is the same, the chosen step and part stay."""
        return f"{self.layer}-{self.inputs.shape}"

    def others(self) -> tuple[Study, ...]:
        """All three kinds of cell on these inputs: this one as it is, the others with weights made in the same way."""
        return tuple(self._as(kind) for kind in KINDS.values())

    def _as(self, kind: type[Recurrent]) -> Study:
        if isinstance(self.layer, kind):
            return self.study
        layer = kind(units=self.layer.units)
        return study(layer, WEIGHTS[self.made].weights(layer, self.inputs.shape[1], self.seed), self.inputs)


def controls() -> Setup:
    """Draw the controls and return what they describe."""
    layer = _layer()
    left, right = st.columns(2)
    with left:
        features = link.slider(_("Features d"), 1, MAXIMUM_FEATURES, 2, "cells_features", help=_("Numbers per step."))
    with right:
        units = link.slider(_("Units u"), 1, MAXIMUM_UNITS, 3, "cells_units", help=_("Numbers in the state."))
    steps = link.slider(_("Time steps"), 1, MAXIMUM_STEPS, 5, "cells_steps")
    signal = link.selectbox(_("Inputs"), list(SIGNALS), "cells_inputs", format_func=lambda name: _(SIGNALS[name].title))
    made = link.selectbox(_("Weights"), list(WEIGHTS), "cells_weights", format_func=lambda name: _(WEIGHTS[name].title))
    seed = link.number(_("Seed"), 0, LARGEST_SEED, 0, "cells_seed", help=_("Other random inputs and weights."))
    layer = replace(layer, units=units)
    inputs = SIGNALS[signal].values(steps, features, seed)
    weights = WEIGHTS[made].weights(layer, features, seed)
    return Setup(layer, *_edited(layer, weights, inputs), made, seed)


def _layer() -> Recurrent:
    kind = link.segmented(_("Cell"), {name: name for name in KINDS}, "cells_kind")
    layer = KINDS[kind]()
    if isinstance(layer, GRU):
        forms = {"after": "reset_after=True", "before": "reset_after=False"}
        form = link.segmented(
            "reset_after",
            forms,
            "cells_reset",
            label_visibility="collapsed",
            help=_("Whether the reset gate is applied after the matrix product, as Keras does, or before it."),
        )
        return replace(layer, reset_after=form == "after")
    return layer


def _edited(
    layer: Recurrent, weights: dict[str, np.ndarray], inputs: np.ndarray
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Weights and inputs as the reader has changed them in the tables."""
    with st.container(horizontal=True):
        inputs = cells_edit.inputs(inputs, _token("x", inputs))
        weights = cells_edit.weights(layer, weights, _token(str(layer), *weights.values()))
    cells_edit.undo()
    return weights, inputs


def _token(name: str, *arrays: np.ndarray) -> str:
    content = name.encode() + b"".join(np.ascontiguousarray(array).tobytes() for array in arrays)
    return f"{zlib.crc32(content):08x}"
