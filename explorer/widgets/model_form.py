"""Building a model: a row per layer, each opening its controls; add, move, remove."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Container
from typing import Any

import streamlit as st

from explorer.controls import Control, Pair, Whole
from explorer.datasets import Task
from explorer.messages import N_, ExplorerError, message
from explorer.specs import LAYERS, Conv1D, Conv2D, Dense, Layer, ModelSpec, Shape
from explorer.specs.model import MAXIMUM_LAYERS
from explorer.training.adaptation import FOLLOWS_DATA, adapted
from explorer.widgets import link, settings
from explorer.widgets.language import _, escape, md
from explorer.widgets.model_draft import Draft, Slot, settings_of, with_setting

STATE, LINK = "lab_model", "layers"


def reset(spec: ModelSpec, prefix: str = "") -> None:
    """Start again from `spec`, with fresh ids so that no old control keeps its value."""
    previous: Draft | None = st.session_state.get(prefix + STATE)
    st.session_state[prefix + STATE] = Draft.of(spec, previous.next_id if previous else 0)


def model_form(default: ModelSpec, task: Task, prefix: str, families: Container[str]) -> ModelSpec:
    """Draw the layers of the draft and return its specification, as the task's data needs it.

    `prefix` stands before its keys and its name in the link; layers of the `families` can be added.
    """
    default = adapted(default, task)
    current = _draft(default, prefix).adapted(task)
    st.session_state[prefix + STATE] = current
    rows, _fault = current.spec.checked()
    with st.container(gap="xxsmall"):
        for index, slot in enumerate(current.slots):
            _layer_row(prefix, current, index, slot, rows[index].input_shape if index < len(rows) else None)
        _add_row(prefix, current, families)
    link.keep(prefix + LINK, current.spec.to_json(), default.to_json())
    return current.spec


def _draft(default: ModelSpec, prefix: str) -> Draft:
    """The session's draft, which begins as `default`; a link that asks for another model takes its place."""
    linked = _linked_spec(default, prefix + LINK)
    if linked is not None or prefix + STATE not in st.session_state:
        reset(linked or default, prefix)
    kept: Draft = st.session_state[prefix + STATE]
    return kept


def _layer_row(prefix: str, current: Draft, index: int, slot: Slot, input_shape: Shape | None) -> None:
    last = len(current.slots) - 1
    with st.popover(f"**{index + 1}** {escape(label(slot.layer))}", width="stretch", key=f"{prefix}layer-{slot.id}"):
        if index == last:
            st.caption(_("The output layer: its units and activation are those that the data asks for. It stays."))
            return
        st.caption(_(slot.layer.idea))
        _layer_controls(prefix, slot, input_shape)
        with st.container(horizontal=True):
            _edit_button(prefix, "moved", slot, _("Up"), ":material/arrow_upward:", index == 0, -1)
            _edit_button(prefix, "moved", slot, _("Down"), ":material/arrow_downward:", index == last - 1, 1)
            _edit_button(prefix, "removed", slot, _("Remove"), ":material/delete:", False)


def _edit_button(prefix: str, action: str, slot: Slot, text: str, icon: str, disabled: bool, *args: int) -> None:
    st.button(
        text,
        key=f"{prefix}{action}-{slot.id}-{text}",
        icon=icon,
        disabled=disabled,
        on_click=_edit,
        args=(prefix, action, slot.id, *args),
    )


def _layer_controls(prefix: str, slot: Slot, input_shape: Shape | None) -> None:
    columns = st.columns(2)
    shown = [setting for setting in settings_of(slot.layer) if setting.path not in FOLLOWS_DATA]
    for place, setting in enumerate(shown):
        with columns[place % 2]:
            settings.draw(
                _bounded(setting.control, setting.path, setting.value, slot.layer, input_shape),
                setting.value,
                key=_setting_key(prefix, slot.id, setting.path),
                on_change=_apply,
                args=(prefix, slot.id, setting.path),
            )
    if slot.layer.tokens_in:
        st.caption(_("The size of the vocabulary is that of the data."))


def _bounded(control: Control, name: str, value: Any, layer: Layer, input_shape: Shape | None) -> Control:
    """The control without the sizes that cannot work on this layer's input."""
    largest = layer.largest(name, input_shape) if input_shape else None
    if largest is None or not isinstance(control, Whole):
        return control
    used = (value or (1,)) if isinstance(control, Pair) else (value,)
    return dataclasses.replace(control, maximum=max(min(control.maximum, largest), *used))


def _add_row(prefix: str, current: Draft, families: Container[str]) -> None:
    if len(current.slots) >= MAXIMUM_LAYERS:
        return
    with st.popover(_("Add a layer"), icon=":material/add:", width="stretch", key=f"{prefix}add-layer"):
        for name, kind in LAYERS.items():
            if kind.family in families:
                key = f"{prefix}add-{name}"
                st.button(name, key=key, on_click=_add, args=(prefix, name), help=_(kind.idea), width="stretch")


def label(layer: Layer) -> str:
    """A layer in one line: ``Conv2D 32 · 3×3 · same · relu``, defaults that say nothing left out."""
    parts = [_SHORT[name](value) for name, value in layer.__dict__.items() if name in _SHORT]
    return " · ".join([type(layer).__name__, *filter(None, parts)])


def _size(size: Any) -> str:
    return f"{size[0]}×{size[1]}" if isinstance(size, tuple) else str(size)


_SHORT: dict[str, Callable[[Any], str]] = {
    "layer": label,
    "filters": str,
    "units": str,
    "num_tokens": str,
    "input_dim": str,
    "output_dim": lambda size: f"→ {size}",
    "kernel_size": _size,
    "pool_size": _size,
    "strides": lambda step: "" if step in (None, 1, (1, 1)) else f"/{step[0] if isinstance(step, tuple) else step}",
    "padding": lambda padding: padding if padding == "same" else "",
    "dilation_rate": lambda rate: "" if rate == (1, 1) else f"d{rate[0]}",
    "rate": lambda rate: f"{rate:g}",
    "dropout": lambda rate: f"drop {rate:g}" if rate else "",
    "activation": lambda name: "" if name in ("linear", "tanh") else name,
    "return_sequences": lambda on: "sequences" if on else "",
    "mask_zero": lambda on: "mask" if on else "",
}


def _setting_key(prefix: str, slot_id: int, path: str) -> str:
    return f"{prefix}setting-{slot_id}-{path}"


def _apply(prefix: str, slot_id: int, path: str) -> None:
    current, index = _find(prefix, slot_id)
    layer = current.slots[index].layer
    shown = st.session_state[_setting_key(prefix, slot_id, path)]
    control = next(setting.control for setting in settings_of(layer) if setting.path == path)
    changed = with_setting(layer, path, settings.value_of(control, shown))
    st.session_state[prefix + STATE] = current.replaced(index, changed)


def _edit(prefix: str, action: str, slot_id: int, *args: int) -> None:
    current, index = _find(prefix, slot_id)
    st.session_state[prefix + STATE] = getattr(current, action)(index, *args)


def _add(prefix: str, name: str) -> None:
    layer = LAYERS[name]()
    if isinstance(layer, (Conv1D, Conv2D, Dense)):
        layer = dataclasses.replace(layer, activation="relu")
    st.session_state[prefix + STATE] = st.session_state[prefix + STATE].added(layer)


def _find(prefix: str, slot_id: int) -> tuple[Draft, int]:
    current: Draft = st.session_state[prefix + STATE]
    return current, current.place(slot_id)


def _linked_spec(default: ModelSpec, key: str) -> ModelSpec | None:
    """The model that the link asks for, if it is a readable one."""
    text = link.asked(key)
    if not text:
        return None
    try:
        spec = ModelSpec.from_json(text)
        if spec.input_shape != default.input_shape or not spec.layers:
            raise ExplorerError(message(N_("This is not a model description that this app wrote.")))
    except ExplorerError as error:
        st.warning(md(message(N_("The model in the link cannot be used: {reason}"), reason=error.problem)))
        return None
    return spec
