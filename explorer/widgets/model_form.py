"""Building a model: a row per layer, each opening its controls; add, move, remove."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from explorer.controls import Control, Pair, controls
from explorer.messages import N_, ExplorerError, message
from explorer.specs import LAYERS, Conv2D, Dense, Layer, ModelSpec, Shape
from explorer.specs.model import MAXIMUM_LAYERS
from explorer.widgets import settings
from explorer.widgets.language import _, escape, md

STATE = "lab_model"
LINK = "layers"


@dataclass(frozen=True)
class Slot:
    """A layer with an id that stays the same while layers around it come and go."""

    id: int
    layer: Layer


@dataclass(frozen=True)
class Draft:
    """A model being edited; the last slot is the output layer and stays."""

    input_shape: tuple[int, ...]
    slots: tuple[Slot, ...]
    next_id: int

    @staticmethod
    def of(spec: ModelSpec, first_id: int = 0) -> Draft:
        slots = tuple(Slot(first_id + n, layer) for n, layer in enumerate(spec.layers))
        return Draft(spec.input_shape, slots, first_id + len(slots))

    @property
    def spec(self) -> ModelSpec:
        return ModelSpec(self.input_shape, tuple(slot.layer for slot in self.slots))

    def replaced(self, index: int, layer: Layer) -> Draft:
        slots = list(self.slots)
        slots[index] = Slot(slots[index].id, layer)
        return dataclasses.replace(self, slots=tuple(slots))

    def removed(self, index: int) -> Draft:
        return dataclasses.replace(self, slots=self.slots[:index] + self.slots[index + 1 :])

    def moved(self, index: int, by: int) -> Draft:
        slots = list(self.slots)
        slots.insert(index + by, slots.pop(index))
        return dataclasses.replace(self, slots=tuple(slots))

    def added(self, layer: Layer) -> Draft:
        """With the layer in the last place where its kind of input is to be had."""
        place = max(
            (index + 1 for index, slot in enumerate(self.slots[:-1]) if layer.rank and slot.layer.rank == layer.rank),
            default=0 if layer.rank == 3 else len(self.slots) - 1,
        )
        slots = (*self.slots[:place], Slot(self.next_id, layer), *self.slots[place:])
        return dataclasses.replace(self, slots=slots, next_id=self.next_id + 1)


def draft(default: ModelSpec) -> Draft:
    """The session's draft; at first the link's model, else `default`."""
    if STATE not in st.session_state:
        st.session_state[STATE] = Draft.of(_linked_spec(default))
    kept: Draft = st.session_state[STATE]
    return kept


def reset(spec: ModelSpec) -> None:
    """Start again from `spec`, with fresh ids so that no old control keeps its value."""
    previous: Draft | None = st.session_state.get(STATE)
    st.session_state[STATE] = Draft.of(spec, previous.next_id if previous else 0)


def model_form(default: ModelSpec) -> ModelSpec:
    """Draw the layers of the draft and return its specification."""
    current = draft(default)
    rows, _fault = current.spec.checked()
    with st.container(gap="xxsmall"):
        for index, slot in enumerate(current.slots):
            _layer_row(current, index, slot, rows[index].input_shape if index < len(rows) else None)
        _add_row(current)
    _keep_in_link(current.spec, default)
    return current.spec


def _layer_row(current: Draft, index: int, slot: Slot, input_shape: Shape | None) -> None:
    last = len(current.slots) - 1
    with st.popover(f"**{index + 1}** {escape(label(slot.layer))}", width="stretch", key=f"layer-{slot.id}"):
        if index == last:
            st.caption(_("The output layer: one unit per class, with softmax. It stays as it is."))
            return
        st.caption(_(slot.layer.idea))
        _layer_controls(slot, input_shape)
        with st.container(horizontal=True):
            _edit_button("moved", slot, _("Up"), ":material/arrow_upward:", index == 0, -1)
            _edit_button("moved", slot, _("Down"), ":material/arrow_downward:", index == last - 1, 1)
            _edit_button("removed", slot, _("Remove"), ":material/delete:", False)


def _edit_button(action: str, slot: Slot, text: str, icon: str, disabled: bool, *args: int) -> None:
    st.button(
        text,
        key=f"{action}-{slot.id}-{text}",
        icon=icon,
        disabled=disabled,
        on_click=_edit,
        args=(action, slot.id, *args),
    )


def _layer_controls(slot: Slot, input_shape: Shape | None) -> None:
    columns = st.columns(2)
    for place, (name, control) in enumerate(controls(slot.layer)):
        value = getattr(slot.layer, name)
        with columns[place % 2]:
            settings.draw(
                _bounded(control, name, value, slot.layer, input_shape),
                value,
                key=_setting_key(slot.id, name),
                on_change=_apply,
                args=(slot.id, name),
            )


def _bounded(control: Control, name: str, value: Any, layer: Layer, input_shape: Shape | None) -> Control:
    """The control without the sizes that cannot work on this layer's input."""
    largest = layer.largest(name, input_shape) if input_shape else None
    if largest is None or not isinstance(control, Pair):
        return control
    return dataclasses.replace(control, maximum=max(min(control.maximum, largest), *(value or (1,))))


def _add_row(current: Draft) -> None:
    if len(current.slots) >= MAXIMUM_LAYERS:
        return
    with st.popover(_("Add a layer"), icon=":material/add:", width="stretch", key="add-layer"):
        for name in LAYERS:
            st.button(name, key=f"add-{name}", on_click=_add, args=(name,), help=_(LAYERS[name].idea), width="stretch")


def label(layer: Layer) -> str:
    """A layer in one line: ``Conv2D 32 · 3×3 · same · relu``, defaults that say nothing left out."""
    kind = type(layer).__name__
    parts = [_SHORT[name](value) for name, value in layer.__dict__.items() if name in _SHORT]
    return " · ".join([kind, *filter(None, parts)])


_SHORT: dict[str, Callable[[Any], str]] = {
    "filters": str,
    "units": str,
    "kernel_size": lambda size: f"{size[0]}×{size[1]}",
    "pool_size": lambda size: f"{size[0]}×{size[1]}",
    "strides": lambda step: "" if step in (None, (1, 1)) else f"/{step[0]}",
    "padding": lambda padding: padding if padding == "same" else "",
    "dilation_rate": lambda rate: "" if rate == (1, 1) else f"d{rate[0]}",
    "rate": lambda rate: f"{rate:g}",
    "activation": lambda name: "" if name == "linear" else name,
}


def _setting_key(slot_id: int, name: str) -> str:
    return f"setting-{slot_id}-{name}"


def _apply(slot_id: int, name: str) -> None:
    current, index = _find(slot_id)
    layer = current.slots[index].layer
    value = settings.value_of(dict(controls(layer))[name], st.session_state[_setting_key(slot_id, name)])
    st.session_state[STATE] = current.replaced(index, dataclasses.replace(layer, **{name: value}))


def _edit(action: str, slot_id: int, *args: int) -> None:
    current, index = _find(slot_id)
    st.session_state[STATE] = getattr(current, action)(index, *args)


def _add(name: str) -> None:
    layer = LAYERS[name]()
    if isinstance(layer, (Conv2D, Dense)):
        layer = dataclasses.replace(layer, activation="relu")
    st.session_state[STATE] = st.session_state[STATE].added(layer)


def _find(slot_id: int) -> tuple[Draft, int]:
    current: Draft = st.session_state[STATE]
    return current, next(index for index, slot in enumerate(current.slots) if slot.id == slot_id)


def _linked_spec(default: ModelSpec) -> ModelSpec:
    """The model in the link, if there is a readable one."""
    text = st.query_params.get(LINK)
    if not text:
        return default
    try:
        spec = ModelSpec.from_json(text)
        if spec.input_shape != default.input_shape or not spec.layers:
            raise ExplorerError(message(N_("This is not a model description that this app wrote.")))
    except ExplorerError as error:
        st.warning(md(message(N_("The model in the link cannot be used: {reason}"), reason=error.problem)))
        return default
    return spec


def _keep_in_link(spec: ModelSpec, default: ModelSpec) -> None:
    if spec != default:
        st.query_params[LINK] = spec.to_json()
    elif LINK in st.query_params:
        del st.query_params[LINK]
