"""A cell drawn in the browser: its diagram or the unrolled cell, and the equations with their numbers.

The browser steps, scrubs and points by itself (`cells.js`); every number comes with the message.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.figures.cell_diagram import DIAGRAM, DiagramLabels, pack
from explorer.inspection.cells import Study
from explorer.messages import N_
from explorer.widgets import shell
from explorer.widgets.language import _, t

_FOLDER = Path(__file__).parent

NAMES = {
    "x": N_("Input"),
    "i": N_("Input gate"),
    "f": N_("Forget gate"),
    "g": N_("Candidate"),
    "o": N_("Output gate"),
    "c": N_("Cell state"),
    "z": N_("Update gate"),
    "r": N_("Reset gate"),
    "h": N_("Hidden state"),
}
"""What each letter of a cell is called."""

NOTES: dict[str, dict[str, str]] = {
    "SimpleRNN": {
        "h": N_(
            "tanh keeps the state between −1 and 1. "
            "What the cell remembers goes through W_h and tanh again at every step."
        ),
    },
    "LSTM": {
        "f": N_("The forget gate: 0 throws the old cell state away, 1 keeps all of it."),
        "i": N_("The input gate: how much of the candidate is written."),
        "g": N_("The candidate: what could be written, between −1 and 1. Course notes also call it c̃."),
        "c": N_("The cell state: what is kept of the old plus what is written. No matrix and no tanh on its way."),
        "o": N_("The output gate: how much of the cell state is shown."),
        "h": N_("The hidden state: what the next layer and the next step get to see."),
    },
    "GRU": {
        "r": N_("The reset gate: how much of the old state the candidate gets to see."),
        "g": N_("The candidate: what the new state could be, between −1 and 1."),
        "z": N_("The update gate. In Keras z near 1 keeps the old state."),
        "h": N_(
            "In Keras z near 1 keeps the old state, and 1 − z lets the candidate in. Some course notes and Olah's "
            "well-known figure write z and 1 − z the other way round: h = (1 − z) ⊙ h₋ + z ⊙ ĥ. The cell is the "
            "same with z counted from the other end."
        ),
    },
}


def show(study: Study, view: str, token: str, key: str) -> None:
    """Draw a study; while the token stays the same, the browser keeps the step and part that were chosen."""
    names = {letter: _(name) for letter, name in NAMES.items()}
    notes = {letter: _(note) for letter, note in NOTES[study.kind].items()}
    _component()(data=pack(study, view, _labels(study, view), names, notes, token=token, dark=shell.dark()), key=key)


def _component() -> Any:
    return st.components.v2.component(
        "explorer_cells",
        html='<div class="cells"></div>',
        css=_files("cells.css"),
        js=_files(
            "microscope_grid.js",
            "microscope_words.js",
            "microscope_player.js",
            "cells_svg.js",
            "cells_layout.js",
            "cells_equation.js",
            "cells_diagram.js",
            "cells_unrolled.js",
            "cells.js",
        ),
    )


@lru_cache(maxsize=2)
def _files(*names: str) -> str:
    return "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in names)


def _labels(study: Study, view: str) -> DiagramLabels:
    diagram = view == DIAGRAM
    text = N_("Diagram of one {kind} cell") if diagram else N_("One {kind} cell over {steps} time steps")
    return DiagramLabels(
        play=_("Play"),
        pause=_("Pause"),
        previous=_("Previous moment") if diagram else _("Previous time step"),
        next=_("Next moment") if diagram else _("Next time step"),
        scrub=_("Moment of the computation") if diagram else _("Time step"),
        speed=_("Speed"),
        perSecond=_("{count} per second"),
        step=_("time step {step} of {steps}"),
        unit=_("unit {unit}"),
        hint=_("Point at a part or an equation. Arrow keys: ← → moments, ↑ ↓ units.")
        if diagram
        else _("Click a time step. Point at W_x or W_h: the same weights everywhere."),
        one=_("One unit"),
        matrices=_("Matrices"),
        form=_("How the equation is written"),
        order=_("In the order of computation"),
        partAt=_("{name} {symbol}, unit {unit}: {value}"),
        kernel=_("W_x: from the input to the cell (kernel in Keras)"),
        recurrent=_("W_h: from the last state to the cell (recurrent_kernel in Keras)"),
        same=_("The same numbers at every time step; one row per number that enters, one column per unit and gate."),
        alt=t(text, kind=study.kind, steps=study.steps),
    )
