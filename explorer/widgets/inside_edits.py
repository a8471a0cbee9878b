"""Changing a model's weights and seeing what follows. The run itself keeps what it has."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from explorer.inspection import edits as editing
from explorer.inspection.edits import Edit, KernelValue, ZeroBias, ZeroFilter
from explorer.inspection.mosaic import strip_shape
from explorer.messages import N_
from explorer.widgets import link, own_kernel
from explorer.widgets.inside_choice import Choice
from explorer.widgets.language import _, md

FILTER, CHANNEL = "edit_filter", "edit_channel"
LISTED = 6
MAXIMUM = 500
"""Edits in force at once, in one model at one epoch."""

_EDITS, _VERSION, _BEGAN = "weight_edits", "weight_edits_version", "weight_edits_began"

Key = tuple[str, int]
"""A run's id and an epoch: each has edits of its own, kept for the session."""


def edited(choice: Choice) -> Choice:
    """The choice with the session's edits in force, which are said; without any it is the choice itself."""
    found = tuple(edit for edit in _kept(_key(choice)) if edit.fits(choice.network))
    if not found:
        return choice
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(":material/edit: " + md(N_("Edits of the weights in force: {count}."), count=len(found)))
        st.button(_("Undo all"), key="undo-all-above", type="tertiary", on_click=_keep, args=(_key(choice), ()))
    if len(found) >= MAXIMUM:
        full = N_("{count} edits are as many as can be in force; undo some of them to make others.")
        st.warning(md(full, count=MAXIMUM), icon=":material/edit_off:")
    network = editing.apply(choice.network, found)
    trace = network.trace(choice.image[np.newaxis])
    return dataclasses.replace(choice, network=network, trace=trace, edits=found, original=choice)


def kernel_edit(
    choice: Choice, layer: str, row: int, column: int, channel: int, filter: int, value: float
) -> KernelValue | None:
    """Set one weight, all places from 0; for callbacks of components. None if there is no such place.

    A dense unit's weights are numbered row by row of the strip that the microscope lays them in.
    """
    kernel = choice.network.weights.get(layer, {}).get("kernel")
    if kernel is None:
        return None
    index: tuple[int, ...] = (row, column, channel, filter)
    if kernel.ndim == 2:
        index = (row * strip_shape(len(kernel))[1] + column, filter)
    edit = KernelValue(layer, index, float(np.clip(value, -editing.LARGEST, editing.LARGEST)))
    if not edit.fits(choice.network):
        return None
    _change(_key(choice), edit)
    return edit


def panel(choice: Choice) -> None:
    """The kernel of one filter as editable cells, buttons that zero, and the edits in force."""
    kernel = choice.network.weights[choice.layer].get("kernel")
    if kernel is None:
        st.info(md(N_("{layer} has no weights to edit; choose a convolution or a dense layer."), layer=choice.layer))
        return
    cells, actions = st.columns([3, 2])
    with cells:
        place = _kernel(choice, kernel)
    with actions:
        _buttons(choice, place)
        _list(choice)


def _kernel(choice: Choice, kernel: np.ndarray) -> int:
    """Draw the kernel's cells; returns the chosen filter, from 0."""
    count = kernel.shape[-1]
    if kernel.ndim == 2:
        return link.number(_("Unit"), 1, count, 1, FILTER, width=160) - 1
    with st.container(horizontal=True, gap="small"):
        place = link.number(_("Filter"), 1, count, 1, FILTER, width=160) - 1
        channel = link.number(_("Input channel"), 1, kernel.shape[2], 1, CHANNEL, width=160) - 1
    _cells(choice, channel, place)
    return place


def _cells(choice: Choice, channel: int, place: int) -> None:
    """A table of one channel's weights; it keeps the reader's changes to the weights that it began with."""
    key = _key(choice)
    editor = f"cells-{key[0]}-{key[1]}-{choice.layer}-{channel}-{place}-{st.session_state.get(_VERSION, 0)}"
    if editor not in st.session_state:
        st.session_state[_BEGAN] = choice.network.weights[choice.layer]["kernel"][:, :, channel, place]
    began: np.ndarray = st.session_state[_BEGAN]
    columns = [str(column) for column in range(1, began.shape[1] + 1)]
    number = st.column_config.NumberColumn(
        min_value=-editing.LARGEST, max_value=editing.LARGEST, format="%.4f", width=300 // len(columns)
    )
    st.data_editor(
        dict(zip(columns, began.T.tolist(), strict=True)),
        key=editor,
        hide_index=True,
        column_config=dict.fromkeys(columns, number),
        height=35 * (len(began) + 1) + 3,
        on_change=_take,
        args=(choice, editor, channel, place),
    )
    st.caption(_("Double-click a cell to change it: maps and probabilities follow at once."))


def _take(choice: Choice, editor: str, channel: int, place: int) -> None:
    """Turn what is new in the table into edits."""
    now = choice.network.weights[choice.layer]["kernel"][:, :, channel, place]
    for row, changes in st.session_state[editor]["edited_rows"].items():
        for column, value in changes.items():
            cell = (int(row), int(column) - 1)
            number = float(own_kernel.cleaned([[value]])[0, 0])
            if number != now[cell]:
                _add(_key(choice), KernelValue(choice.layer, (*cell, channel, place), number))


def _buttons(choice: Choice, place: int) -> None:
    key, before = _key(choice), _kept(_key(choice))
    unit = choice.network.weights[choice.layer]["kernel"].ndim == 2
    st.button(
        _("Zero this unit") if unit else _("Zero this filter"),
        icon=":material/exposure_zero:",
        on_click=_change,
        args=(key, ZeroFilter(choice.layer, place)),
    )
    st.button(
        _("Zero the bias of this layer"),
        icon=":material/exposure_zero:",
        disabled="bias" not in choice.network.weights[choice.layer],
        on_click=_change,
        args=(key, ZeroBias(choice.layer)),
    )
    with st.container(horizontal=True, gap="small"):
        idle = not before
        st.button(_("Undo"), icon=":material/undo:", disabled=idle, on_click=_keep, args=(key, before[:-1]))
        st.button(_("Undo all"), key="undo-all", disabled=idle, on_click=_keep, args=(key, ()))


def _list(choice: Choice) -> None:
    """The edits in force, the newest first."""
    lines = [f"- {_DESCRIBED[type(edit)](edit)}" for edit in reversed(choice.edits[-LISTED:])]
    if len(choice.edits) > LISTED:
        lines.append("- " + md(N_("and {count} earlier ones"), count=len(choice.edits) - LISTED))
    st.markdown("\n".join(lines) or _("No edits yet."))


def _value(edit: KernelValue) -> str:
    value = f"{edit.number:.4g}"
    if len(edit.index) == 2:
        place, unit = edit.index
        return md(
            N_("{layer}, unit {unit}, input {place}: {value}"),
            layer=edit.layer,
            unit=unit + 1,
            place=place + 1,
            value=value,
        )
    row, column, channel, place = (index + 1 for index in edit.index)
    return md(
        N_("{layer}, filter {filter}, channel {channel}, row {row}, column {column}: {value}"),
        layer=edit.layer,
        filter=place,
        channel=channel,
        row=row,
        column=column,
        value=value,
    )


def _filter(edit: ZeroFilter) -> str:
    return md(N_("{layer}, filter or unit {place}: all weights 0"), layer=edit.layer, place=edit.filter + 1)


def _bias(edit: ZeroBias) -> str:
    return md(N_("{layer}: every bias 0"), layer=edit.layer)


_DESCRIBED: dict[type[Edit], Callable[[Any], str]] = {KernelValue: _value, ZeroFilter: _filter, ZeroBias: _bias}


def _key(choice: Choice) -> Key:
    return choice.run.record.id, choice.epoch


def _kept(key: Key) -> tuple[Edit, ...]:
    kept: dict[Key, tuple[Edit, ...]] = st.session_state.setdefault(_EDITS, {})
    return kept.get(key, ())


def _add(key: Key, edit: Edit) -> None:
    """One edit more, as long as there is room; it takes the place of an earlier one of the same weights."""
    others = tuple(old for old in _kept(key) if (old.layer, old.places()) != (edit.layer, edit.places()))
    st.session_state[_EDITS][key] = (*others, edit)[:MAXIMUM]


def _change(key: Key, edit: Edit) -> None:
    _add(key, edit)
    _begin_anew()


def _keep(key: Key, edits: tuple[Edit, ...]) -> None:
    """Take these edits instead of all before."""
    st.session_state.setdefault(_EDITS, {})[key] = edits
    _begin_anew()


def _begin_anew() -> None:
    """A table of cells that is open begins again, with the weights as they are now."""
    st.session_state[_VERSION] = st.session_state.get(_VERSION, 0) + 1
