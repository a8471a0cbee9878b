"""A model while it is being edited: layers that keep their identity, and their settings one by one."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from explorer.controls import NONE, Choice, Control, Nested, controls
from explorer.datasets import Task
from explorer.specs import Layer, ModelSpec, Recurrent
from explorer.training.adaptation import adapted


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

    def place(self, slot_id: int) -> int:
        """Where the slot of that id stands."""
        return next(index for index, slot in enumerate(self.slots) if slot.id == slot_id)

    def adapted(self, task: Task) -> Draft:
        """With the input, vocabulary and output that the data asks for."""
        spec = adapted(self.spec, task)
        slots = tuple(Slot(slot.id, layer) for slot, layer in zip(self.slots, spec.layers, strict=True))
        return dataclasses.replace(self, input_shape=spec.input_shape, slots=slots)

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
        """With the layer in the last place where its kind of input is to be had.

        A recurrent layer before it returns its sequence then; it gets a new id, so that its controls show that.
        """
        place = self._place_for(layer)
        before, after = list(self.slots[:place]), self.slots[place:]
        if before and layer.ranks == (2,) and isinstance(before[-1].layer, Recurrent):
            before[-1] = Slot(self.next_id + 1, dataclasses.replace(before[-1].layer, return_sequences=True))
        slots = (*before, Slot(self.next_id, layer), *after)
        return dataclasses.replace(self, slots=slots, next_id=self.next_id + 2)

    def _place_for(self, layer: Layer) -> int:
        alike = [n + 1 for n, slot in enumerate(self.slots[:-1]) if layer.ranks and slot.layer.ranks == layer.ranks]
        if alike:
            return 0 if layer.tokens_in else alike[-1]
        if layer.ranks == (3,) or layer.tokens_in:
            return 0
        if layer.ranks == (2,):
            return int(self.slots[0].layer.tokens_in)
        return len(self.slots) - 1


@dataclass(frozen=True)
class Setting:
    """One setting of a layer; one of a layer inside it has a dot in its path."""

    path: str
    control: Control
    value: Any


def settings_of(layer: Any, before: str = "") -> Iterator[Setting]:
    """All settings of a layer; of a layer or part inside it first the class, then its own settings."""
    for name, control in controls(layer):
        value = getattr(layer, name)
        if isinstance(control, Nested):
            kinds = (NONE,) * control.optional + tuple(kind.__name__ for kind in control.kinds)
            chosen = NONE if value is None else type(value).__name__
            yield Setting(before + name, Choice(control.label, control.help, kinds), chosen)
            if value is not None:
                yield from settings_of(value, f"{before}{name}.")
        else:
            yield Setting(before + name, control, value)


def with_setting(layer: Any, path: str, value: Any) -> Any:
    """The layer with one setting changed; a layer inside it that becomes another class keeps what both have."""
    name, _dot, rest = path.partition(".")
    if rest:
        value = with_setting(getattr(layer, name), rest, value)
    elif isinstance(control := dict(controls(layer)).get(name), Nested):
        kind = next((kind for kind in control.kinds if kind.__name__ == value), None)
        value = None if kind is None else _turned_into(kind, getattr(layer, name))
    return dataclasses.replace(layer, **{name: value})


def _turned_into(kind: Callable[..., Any], inner: Any) -> Any:
    """An object of another class with the settings that both have."""
    known = {field.name for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    before = () if inner is None else dataclasses.fields(inner)
    return kind(**{item.name: getattr(inner, item.name) for item in before if item.name in known})
