"""Every single setting of a training request that can be changed by itself, with the control that it declares."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from explorer.controls import Control, controls
from explorer.messages import N_, Message, message
from explorer.specs import ModelSpec
from explorer.training.adaptation import FOLLOWS_DATA
from explorer.training.record import Request
from explorer.widgets.model_draft import settings_of, with_setting


@dataclass(frozen=True)
class Change:
    """One setting: `name` as Keras has it, its label and control, and its value so far; of a layer or the recipe."""

    name: str
    label: Message
    control: Control
    value: Any
    layer: int | None = None

    def of(self, request: Request, value: Any) -> Request:
        """The request with this setting changed and everything else as it was.

        Raises:
            ExplorerError: if the value cannot work.
        """
        if self.layer is None:
            recipe = dataclasses.replace(request.recipe, **{self.name: value})
            return dataclasses.replace(request, recipe=recipe)
        layers = list(request.spec.layers)
        layers[self.layer] = with_setting(layers[self.layer], self.name, value)
        return dataclasses.replace(request, spec=ModelSpec(request.spec.input_shape, tuple(layers)))


def changes(request: Request) -> dict[str, Change]:
    """All settings by a name of their own: the recipe's, then each layer's but the output layer's."""
    found = {change.name: change for change in _of_recipe(request)}
    return found | {f"{change.layer}.{change.name}": change for change in _of_layers(request.spec)}


def _of_recipe(request: Request) -> Iterator[Change]:
    for name, control in controls(request.recipe):
        yield Change(name, message(control.label), control, getattr(request.recipe, name))


def _of_layers(spec: ModelSpec) -> Iterator[Change]:
    for index, layer in enumerate(spec.layers[:-1]):
        place = message(N_("Layer {number} {kind}"), number=index + 1, kind=type(layer).__name__)
        for setting in settings_of(layer):
            if setting.path not in FOLLOWS_DATA:
                label = message(N_("{group}, {setting}"), group=place, setting=setting.path)
                yield Change(setting.path, label, setting.control, setting.value, index)
