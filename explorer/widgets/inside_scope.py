"""The microscope on the page *Inside a CNN*: any value of any layer, and the way back to the image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.figures.scope import View
from explorer.inspection.scope import Scope, scope
from explorer.messages import N_
from explorer.widgets import inside_edits, link, microscope
from explorer.widgets.inside_choice import Choice
from explorer.widgets.language import _, md

PLACE, TRAIL = "map", "scope_trail"


@dataclass(frozen=True)
class Step:
    """A value in a layer's output: its map or unit (from 0), row and column."""

    layer: str
    place: int
    row: int
    column: int


@dataclass(frozen=True)
class Trail:
    """The steps back from one map of one layer of one model; the last is in sight."""

    start: tuple[str, str, int]
    steps: tuple[Step, ...]


def values(choice: Choice) -> None:
    """The microscope on the layer's map, or on the step that the reader has walked back to."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        trail = _trail(choice, _place_choice(choice))
        _path(trail, choice)
    step = trail.steps[-1]
    found = scope(choice.trace[step.layer], choice.network.weights[step.layer], step.place)
    first = step.layer == choice.trace.layers[0].name
    view = View(
        token="-".join(str(part) for part in (choice.run.record.id, step.layer, step.place, len(trail.steps))),
        hint=_("Point at a cell. Click an input cell to follow it back, a kernel cell to change it."),
        focus=(step.row, step.column),
        channel=_strongest(found, step),
        editable=() if found.kernel is None else ("kernel",),
        walk=not first,
        greys=("light" if choice.as_photo else "ink") if first else "",
    )
    microscope.show(
        found,
        "inside_scope",
        view,
        on_edit=lambda edit: _edit(choice, step, found, edit),
        on_walk=lambda cell: _walk(trail, choice, found, cell),
    )
    if first:
        st.caption(_("This layer's input is the image itself: here the way back ends."))


def _place_choice(choice: Choice) -> int:
    count = choice.output.shape[-1]
    if choice.output.ndim == 1:
        return link.number(_("Unit"), 1, count, int(choice.output.argmax()) + 1, PLACE, width=130) - 1
    return link.number(_("Map"), 1, count, 1, PLACE, width=130) - 1


def _trail(choice: Choice, place: int) -> Trail:
    """The trail of this session, begun anew when another model, layer or map is chosen."""
    start = (choice.run.record.id, choice.layer, place)
    kept: Trail | None = st.session_state.get(TRAIL)
    if kept is None or kept.start != start:
        row, column = _largest(choice.output, place)
        kept = Trail(start, (Step(choice.layer, place, row, column),))
        st.session_state[TRAIL] = kept
    return kept


def _largest(output: np.ndarray, place: int) -> tuple[int, int]:
    """Row and column of a map's largest value."""
    if output.ndim == 1:
        return 0, 0
    row, column = np.unravel_index(output[..., place].argmax(), output.shape[:2])
    return int(row), int(column)


def _strongest(found: Scope, step: Step) -> int:
    """The input channel with the largest value in the middle of the step's window."""
    row = step.row * found.strides[0] - found.before[0] + (found.size[0] - 1) // 2 * found.dilation[0]
    column = step.column * found.strides[1] - found.before[1] + (found.size[1] - 1) // 2 * found.dilation[1]
    height, width = found.inputs.shape[:2]
    return int(found.inputs[min(max(row, 0), height - 1), min(max(column, 0), width - 1)].argmax())


def _edit(choice: Choice, step: Step, found: Scope, edit: microscope.Edit) -> None:
    """Take up the weights that the reader has changed in the microscope."""
    if found.kernel is None or edit.target != "kernel" or edit.values.size != found.kernel.size:
        return
    wanted = edit.values.reshape(found.kernel.shape)
    changed = ~np.isnan(found.kernel) & ~np.isclose(wanted, found.kernel, rtol=1e-5)
    for row, column, channel in np.argwhere(changed):
        value = float(wanted[row, column, channel])
        inside_edits.kernel_edit(choice, step.layer, int(row), int(column), int(channel), step.place, value)


def _walk(trail: Trail, choice: Choice, found: Scope, cell: microscope.Cell) -> None:
    """One step back: to the value of the layer before that this input cell is."""
    names = choice.network.spec.names()
    index = names.index(trail.steps[-1].layer)
    if index == 0:
        return
    try:
        source = found.source(cell.row, cell.column, cell.channel)
    except ValueError:
        return
    step = Step(names[index - 1], source.place, source.row, source.column)
    st.session_state[TRAIL] = Trail(trail.start, (*trail.steps, step))


def _path(trail: Trail, choice: Choice) -> None:
    """Where the reader is, with a way to each earlier step."""
    for index, step in enumerate(trail.steps):
        last = index == len(trail.steps) - 1
        st.button(
            _named(step, choice),
            key=f"trail-{index}",
            type="primary" if last else "secondary",
            icon=":material/arrow_back:" if index else None,
            on_click=_return,
            args=(trail, index),
        )


def _named(step: Step, choice: Choice) -> str:
    if choice.trace[step.layer].output.ndim == 2:
        return md(N_("{layer}, unit {unit}"), layer=step.layer, unit=step.place + 1)
    return md(
        N_("{layer}, map {map}, row {row}, column {column}"),
        layer=step.layer,
        map=step.place + 1,
        row=step.row + 1,
        column=step.column + 1,
    )


def _return(trail: Trail, index: int) -> None:
    st.session_state[TRAIL] = Trail(trail.start, trail.steps[: index + 1])
