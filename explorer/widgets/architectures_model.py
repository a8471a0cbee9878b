"""A model as picture, as a count of its parameters, and as code in both of Keras's styles."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import streamlit as st

from explorer.figures.architecture import COLOURS, OTHER_COLOUR
from explorer.figures.network_diagram import Column, Connection, DiagramLabels, network_figure
from explorer.inspection.parameter_counts import Derivation, derivations
from explorer.messages import N_
from explorer.network import Network
from explorer.specs import Branches, ModelSpec, Shape
from explorer.specs.recurrent import Recurrent
from explorer.training.codegen import functional_code, sequential_code
from explorer.widgets import figure, shell, table
from explorer.widgets.architectures import Setup
from explorer.widgets.language import _, md, t


def pictures(setup: Setup) -> None:
    """The diagram, the derivation of the parameters, both codes."""
    diagram(setup.request.spec, None, t(setup.shape.title))
    _parameters(setup.request.spec)
    _codes(setup.request.spec)


def diagram(spec: ModelSpec, network: Network | None, title: str) -> None:
    """The network in circles and lines; with a trained `network` its weights are the lines."""
    columns, connections = drawn(spec, network)
    labels = DiagramLabels(title, _("weight"))
    height = 460 if any(column.lane for column in columns) else 300
    words = ", ".join(f"{column.name} {column.shape}" for column in columns)
    figure.show(network_figure(columns, connections, labels, dark=shell.dark(), height=height), "arch-diagram", words)
    if network is not None:
        st.caption(_("Orange weights are positive, blue ones negative; the thicker a line, the larger its weight."))


def drawn(spec: ModelSpec, network: Network | None) -> tuple[list[Column], list[Connection]]:
    """Columns and the connections between them, from the inputs to the output."""
    first = spec.layers[0] if spec.layers else None
    if isinstance(first, Branches):
        return _branching(spec, first, network)
    columns = [_input(0, 0, spec.input_shape, _("Input"))]
    connections = []
    for place, row in enumerate(derivations(spec), 1):
        columns.append(_column(place, 0, row, isinstance(spec.layers[place - 1], Recurrent)))
        connections.append(Connection(place - 1, place, _kernel(network, row.name, "kernel")))
    return columns, connections


def _branching(spec: ModelSpec, first: Branches, network: Network | None) -> tuple[list[Column], list[Connection]]:
    """Each input in a lane of its own; the lanes end side by side before the concatenation."""
    rows = {row.name: row for row in derivations(spec)}
    begin, ends = spec.names()[0], max(len(part.layers) for part in first.parts.values()) + 1
    columns: list[Column] = []
    connections: list[Connection] = []
    joined: list[int] = []
    handed = 0
    for lane, (letter, part) in enumerate(first.parts.items(), 1):
        place = ends - len(part.layers) - 1
        columns.append(_input(place, lane, part.input_shape, f"{_('Input')} {letter.upper()}"))
        for step, inner in enumerate(part.names(), 1):
            name = f"{letter}_{inner}"
            columns.append(_column(place + step, lane, rows[name], False))
            connections.append(
                Connection(len(columns) - 2, len(columns) - 1, _kernel(network, begin, f"{name}_kernel"))
            )
        joined.append(len(columns) - 1)
    columns.append(_column(ends, 0, rows[begin], False))
    together = len(columns) - 1
    for end in joined:
        connections.append(Connection(end, together, place=handed))
        handed += columns[end].units
    for place, name in enumerate(spec.names()[1:], ends + 1):
        columns.append(_column(place, 0, rows[name], False))
        connections.append(Connection(len(columns) - 2, len(columns) - 1, _kernel(network, name, "kernel")))
    return columns, connections


def _input(place: int, lane: int, shape: Shape, name: str) -> Column:
    return Column(place, lane, shape[-1], name, _shape(shape), "", COLOURS["Input"])


def _column(place: int, lane: int, row: Derivation, loops: bool) -> Column:
    below = t(N_("{count} parameters"), count=f"{row.parameters:,}") if row.parameters else ""
    colour = COLOURS.get(row.kind, OTHER_COLOUR)
    return Column(place, lane, row.output_shape[-1], row.kind, _shape(row.output_shape), below, colour, loops)


def _kernel(network: Network | None, layer: str, weight: str) -> np.ndarray | None:
    """A layer's weights from its inputs; those of a cell are four matrices in one and stay grey."""
    weights = {} if network is None else network.weights[layer]
    return None if "recurrent_kernel" in weights else weights.get(weight)


def _shape(shape: Shape) -> str:
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def _parameters(spec: ModelSpec) -> None:
    found = derivations(spec)
    st.markdown(_("**Where the parameters come from**: each weight's shape, multiplied out."))
    head = (_("Layer"), _("Output shape"), _("Weights"), _("Parameters"))
    table.show(head, _rows(found))
    terms = " + ".join(f"{row.parameters:,}" for row in found if row.parameters)
    total = f"{spec.parameters:,}"
    if terms == total:
        st.markdown(md(N_("Together **{total}** parameters."), total=total))
    else:
        st.markdown(md(N_("Together {terms} = **{total}** parameters."), terms=terms, total=total))


def _rows(found: tuple[Derivation, ...]) -> Iterator[tuple[str, ...]]:
    for row in found:
        weights = ", ".join(f"{name} {_shape(shape)}" for name, shape in row.weights.items())
        yield f"`{row.name}`", _shape(row.output_shape), weights or "–", row.sum


def _codes(spec: ModelSpec) -> None:
    """Sequential at the left, functional at the right; with several inputs only the latter can say it."""
    left, right = st.columns(2)
    with left:
        st.markdown(_("**Sequential**: a list of layers"))
        if isinstance(spec.layers[0], Branches):
            st.info(
                _("A Sequential model is one chain of layers, so it cannot have two inputs. The functional API can."),
                icon=":material/call_split:",
            )
        else:
            st.code(f"import keras\n\n{sequential_code(spec)}\nmodel.summary()", language="python", wrap_lines=True)
    with right:
        st.markdown(_("**Functional**: each layer is called like a function"))
        st.code(f"import keras\n\n{functional_code(spec)}\nmodel.summary()", language="python", wrap_lines=True)
