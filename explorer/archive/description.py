"""The description of a model in a Keras file: its config, which is JSON, as a specification."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, cast

from explorer.controls import controls
from explorer.messages import N_, ExplorerError, Message, message
from explorer.specs import LAYERS, Bidirectional, Layer, ModelSpec, Recurrent
from explorer.specs.model import MAXIMUM_LAYERS

MAXIMUM_INPUT_SIZE = 4096


def entries_of(config: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The layers of a Sequential model, without the one that only names the input."""
    if config["class_name"] != "Sequential":
        raise ExplorerError(
            message(
                N_("This is a {kind} model; only Sequential models can be read."), kind=str(config["class_name"])[:60]
            )
        )
    for entry in config["config"]["layers"]:
        if entry["class_name"] != "InputLayer":
            yield entry


def spec_of(config: dict[str, Any], entries: list[dict[str, Any]]) -> ModelSpec:
    """The specification of the model.

    Raises:
        ExplorerError: naming the layer or setting that this app does not support.
    """
    first = config["config"]["layers"][0]["config"]
    batch_shape = first.get("batch_shape") or first.get("batch_input_shape")
    if not batch_shape or not all(isinstance(size, int) and size > 0 for size in batch_shape[1:]):
        raise ExplorerError(
            message(
                N_(
                    "The model does not say the size of its input; give its Input every size, "
                    "of a sequence also the time steps, and save it again."
                )
            )
        )
    if len(batch_shape) > 4 or max(batch_shape[1:]) > MAXIMUM_INPUT_SIZE:
        raise _unsupported_setting("batch_shape", batch_shape, "InputLayer")
    if len(entries) > MAXIMUM_LAYERS:
        raise _unsupported_setting("layers", len(entries), "Sequential")
    spec = ModelSpec(tuple(batch_shape[1:]), tuple(_layer(entry) for entry in entries))
    for entry, row in zip(entries, spec.summary(), strict=True):
        _check_axis(entry, len(row.input_shape))
    return spec


def _check_axis(entry: dict[str, Any], last: int) -> None:
    """Normalisation is along the channels only; Keras 2 wrote the axis as a list, counted with the batch."""
    axis = entry["config"].get("axis", -1)
    if axis not in (-1, last, [-1], [last]):
        raise _unsupported_setting("axis", axis, entry["class_name"])


def _layer(entry: dict[str, Any]) -> Layer:
    kind, config = entry["class_name"], entry["config"]
    if kind not in LAYERS:
        raise _unsupported(message(N_("the layer {layer}"), layer=str(kind)[:60]))
    if kind == Bidirectional.__name__:
        return Bidirectional(_both_ways(config), config["merge_mode"])
    return _described(kind, config, _ONLY)


def _described(kind: str, config: dict[str, Any], only: dict[str, Any]) -> Layer:
    """The layer of a class, its settings taken from a file."""
    declared = dict(controls(LAYERS[kind]))
    for setting, expected in only.items():
        if setting not in declared and _plain(config.get(setting, expected)) != expected:
            raise _unsupported_setting(setting, config[setting], kind)
    known = {field.name for field in dataclasses.fields(LAYERS[kind])}
    return LAYERS[kind](**{name: _plain(value) for name, value in config.items() if name in known})


def _both_ways(config: dict[str, Any]) -> Recurrent:
    """The layer inside `Bidirectional`, if its backward layer is the same the other way round."""
    forth, back = config["layer"], config.get("backward_layer")
    kind = forth["class_name"]
    if not issubclass(LAYERS.get(kind, Layer), Recurrent):
        raise _unsupported(message(N_("the layer {layer}"), layer=str(kind)[:60]))
    # `Bidirectional` decides itself what masked steps put out.
    only = {name: value for name, value in _ONLY.items() if name != "zero_output_for_mask"}
    layer = _described(kind, forth["config"], only)
    if back is not None:
        same = back["class_name"] == kind and layer == _described(kind, back["config"], only | {"go_backwards": True})
        if not same:
            raise _unsupported_setting("backward_layer", back["class_name"], Bidirectional.__name__)
    return cast(Recurrent, layer)


_ONLY = {
    "data_format": "channels_last",
    "dilation_rate": 1,
    "groups": 1,
    "noise_shape": None,
    "center": True,
    "scale": True,
    "rms_scaling": False,
    "keepdims": False,
    "output_mode": "one_hot",
    "return_state": False,
    "go_backwards": False,
    "zero_output_for_mask": False,
    "time_major": False,
}
"""Settings that this app knows in one value only."""


def _unsupported(what: Message) -> ExplorerError:
    return ExplorerError(message(N_("The model uses {what}, which this app does not support."), what=what))


def _unsupported_setting(setting: str, value: Any, layer: str) -> ExplorerError:
    return _unsupported(
        message(N_("{setting} = {value} of {layer}"), setting=setting, value=str(value)[:60], layer=layer)
    )


def _plain(value: Any) -> Any:
    """Lists as tuples, a list of one as what is in it (a size along time), and an activation by its name."""
    if isinstance(value, dict):
        return value.get("config", value) if isinstance(value.get("config"), str) else value.get("class_name", "")
    if isinstance(value, list):
        return value[0] if len(value) == 1 else tuple(value)
    return value
