"""The views of the page *Cells*; only the one in sight is computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.figures.cell_diagram import DIAGRAM, UNROLLED
from explorer.figures.cell_gates import COLOURS, GateLabels, Line, Row, gates_figure, lines_figure
from explorer.inspection.cell_equations import CANDIDATE
from explorer.inspection.cells import Study, count
from explorer.layers.recurrent import CELLS
from explorer.messages import N_
from explorer.widgets import cells, cells_component, cells_kinds, cells_memory, cells_shapes, figure, link, shell
from explorer.widgets.cells import Setup
from explorer.widgets.language import _, md, t

VIEW = "cells_view"


@dataclass(frozen=True)
class View:
    """A view: its name in the catalogue, its controls for the left column, and what it draws of what they return."""

    title: str
    controls: Callable[[], object]
    pictures: Callable[..., None]


def one_step(setup: Setup) -> None:
    """The diagram, moment by moment, with the equations."""
    cells_component.show(setup.study, DIAGRAM, setup.token, "cell")
    _parameters(setup)


def unrolled(setup: Setup) -> None:
    """The cell once per time step."""
    cells_component.show(setup.study, UNROLLED, setup.token, "unrolled")
    layer, features = setup.layer, setup.study.features
    text = N_(
        "The same weights at every step: {features} inputs × {units} units = **{into}** input weights and "
        "{units} × {units} = **{back}** recurrent weights per gate, times {gates}. "
        "Longer sequences need no more of them."
    )
    st.markdown(
        md(
            text,
            features=features,
            units=layer.units,
            into=features * layer.units,
            back=layer.units**2,
            gates=layer.gates,
        )
    )
    _parameters(setup)


def _parameters(setup: Setup) -> None:
    """The rule for the number of parameters, with the numbers put in."""
    found = count(setup.layer, setup.study.features)
    text = N_("Parameters of {kind} with d features and u units: {rule} = {numbers} = **{total}**")
    st.markdown(
        md(text, kind=setup.study.kind, rule=found.rule, numbers=found.numbers, total=f"{found.total:,}"),
        help=_(
            "In brackets: one weight per input, one per unit of the last state, and the bias. "
            "GRU with reset_after has two biases."
        ),
    )


def compare(setup: Setup) -> None:
    """Gates and states of all three cells on the same inputs."""
    studies = setup.others()
    unit = link.slider(_("Unit"), 1, setup.layer.units, 1, "cells_unit") - 1 if setup.layer.units > 1 else 0
    groups = [(study.kind, _rows(study, unit)) for study in studies]
    labels = GateLabels(
        t(N_("Unit {unit} of all three cells on the same inputs, on one scale"), unit=unit + 1),
        _("time step"),
        _("value"),
        _("gates 0…1"),
        _("states"),
    )
    figure.show(gates_figure(groups, labels, dark=shell.dark()), "gates", labels.title)
    lines = [Line(f"{study.kind} h", study.quantities["h"][:, unit], COLOURS[study.kind]) for study in studies]
    title = t(N_("Hidden state h of unit {unit} in all three cells"), unit=unit + 1)
    figure.show(lines_figure(lines, title, _("time step"), "h", dark=shell.dark(), height=260), "states", title)
    text = _("Each cell has weights of its own, made in the same way. A change in the tables is in {kind} alone.")
    st.caption(text.format(kind=setup.study.kind))
    _numbers(studies, unit)


def _rows(study: Study, unit: int) -> list[Row]:
    gates = CELLS[type(study.layer)].gates
    return [
        Row(_named(study, letter), values[:, unit], gate=letter in gates and letter != "g")
        for letter, values in study.quantities.items()
    ]


def _named(study: Study, letter: str) -> str:
    symbol = CANDIDATE if (study.kind, letter) == ("GRU", "g") else letter
    return f"{symbol} {_(cells_component.NAMES[letter])}"


def _numbers(studies: tuple[Study, ...], unit: int) -> None:
    with st.expander(_("Show numbers"), icon=":material/table:", key="cells_numbers", on_change="rerun") as shown:
        if not shown.open:
            return
        columns = {
            f"{study.kind} {letter}": np.round(values[:, unit].astype(float), 4).tolist()
            for study in studies
            for letter, values in study.quantities.items()
        }
        st.dataframe({_("time step"): list(range(1, studies[0].steps + 1)), **columns}, hide_index=True)


VIEWS: dict[str, View] = {
    "step": View(N_("One step"), cells.controls, one_step),
    "unrolled": View(N_("Unrolled"), cells.controls, unrolled),
    "compare": View(N_("Side by side"), cells.controls, compare),
    "memory": View(N_("Memory"), cells_memory.controls, cells_memory.pictures),
    "kinds": View(N_("Sequence kinds"), cells_kinds.controls, cells_kinds.pictures),
    "shapes": View(N_("Shapes"), cells_shapes.controls, cells_shapes.pictures),
}


def choice() -> View:
    """The buttons of the views; the view chosen."""
    return VIEWS[
        link.segmented(
            _("View"), {name: _(view.title) for name, view in VIEWS.items()}, VIEW, label_visibility="collapsed"
        )
    ]
