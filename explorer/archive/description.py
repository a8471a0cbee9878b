"""The description of a model in a Keras file: its config, which is JSON, as a specification."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from explorer.archive import equal
from explorer.archive.container import shown
from explorer.archive.structure import MODELS, Chain, Entry
from explorer.controls import Nested, controls
from explorer.messages import N_, ExplorerError, Message, message
from explorer.specs import LAYERS, Bidirectional, Layer, LayerSummary, ModelSpec, Recurrent
from explorer.specs.model import MAXIMUM_LAYERS


@dataclass(frozen=True)
class Described:
    """The specification of a model, or of its beginning up to the first layer that this app does not support.

    `places` says which of the chain's entries its layers are, and `rows` is its summary. With a
    `problem` the entries from `end` on are left out. `idle` are the classes of entries that
    compute nothing at prediction and are no layers here; a first Reshape decides the input's shape.
    """

    spec: ModelSpec
    rows: tuple[LayerSummary, ...]
    places: tuple[int, ...]
    end: int
    idle: tuple[str, ...] = ()
    problem: Message | None = None


def described(chain: Chain) -> Described:
    """What a chain of layers is here.

    Raises:
        ExplorerError: if it has more layers than any model may have.
    """
    shape = equal.reshaped(chain)
    passed = {place for place, entry in enumerate(chain.entries) if entry.kind in equal.IDLE}
    passed |= {0} if shape != chain.input_shape else set()
    active = [place for place in range(len(chain.entries)) if place not in passed]
    if len(active) > MAXIMUM_LAYERS:
        raise ExplorerError(
            message(
                N_("The model has {count} layers, and at most {maximum} can be shown here."),
                count=f"{len(active):,}",
                maximum=MAXIMUM_LAYERS,
            )
        )
    layers, problem = _layers([chain.entries[place] for place in active])
    rows, fault = ModelSpec(shape, tuple(layers)).checked()
    if fault is not None:
        problem = fault.problem
    for index, (place, row) in enumerate(zip(active, rows, strict=False)):
        try:
            _check_axis(chain.entries[place], len(row.input_shape))
        except ExplorerError as error:
            rows, problem = rows[:index], error.problem
            break
    count = len(rows)
    end = len(chain.entries) if problem is None else active[count]
    idle = [chain.entries[place].kind for place in sorted(passed) if place < end]
    spec = ModelSpec(shape, tuple(layers[:count]))
    return Described(spec, rows, tuple(active[:count]), end, tuple(dict.fromkeys(idle)), problem)


def _layers(entries: list[Entry]) -> tuple[list[Layer], Message | None]:
    """The layers up to the first that this app does not support, and what is wrong with that one."""
    layers: list[Layer] = []
    for entry in entries:
        try:
            layers.append(_layer(entry))
        except ExplorerError as error:
            return layers, error.problem
    return layers, None


def _check_axis(entry: Entry, last: int) -> None:
    """Normalisation and softmax are along the channels only; Keras 2 wrote the axis as a list, with the batch."""
    axis = entry.config.get("axis", -1)
    if axis not in (-1, last, [-1], [last]):
        raise _unsupported_setting("axis", axis, entry.kind)


def _layer(entry: Entry) -> Layer:
    kind, config = entry.kind, entry.config
    if kind in equal.KINDS:
        return _as_activation(kind, config)
    if kind in MODELS:
        raise _unsupported(message(N_("the model {name} as a layer"), name=shown(entry.name)))
    if kind == "Lambda":
        raise _unsupported(message(N_("the layer Lambda, which holds code that is never run here")))
    # A layer that shares out several inputs is none of Keras's.
    if kind not in LAYERS or LAYERS[kind].leads:
        raise _unsupported(message(N_("the layer {layer}"), layer=shown(kind)))
    if kind == Bidirectional.__name__:
        return Bidirectional(_both_ways(config), config["merge_mode"])
    return _described(kind, config, _ONLY)


def _as_activation(kind: str, config: dict[str, Any]) -> Layer:
    """An activation of a class of its own."""
    found = equal.activation(kind, config)
    if found is None:
        ours = ("max_value", "threshold", "negative_slope", "alpha")
        told = ", ".join(f"{name} = {config[name]}" for name in ours if config.get(name) is not None)
        raise _unsupported(message(N_("the layer {layer}"), layer=f"{kind} ({shown(told)})"))
    return found


def _described(kind: str, config: dict[str, Any], only: dict[str, Any]) -> Layer:
    """The layer of a class, its settings taken from a file."""
    declared = dict(controls(LAYERS[kind]))
    for setting, expected in only.items():
        if setting not in declared and _plain(config.get(setting, expected)) != expected:
            raise _unsupported_setting(setting, config[setting], kind)
    default = LAYERS[kind]()
    known = {field.name for field in dataclasses.fields(default)} & config.keys()
    return LAYERS[kind](
        **{
            name: _part(config[name], control, getattr(default, name))
            if isinstance(control := declared.get(name), Nested)
            else _plain(config[name])
            for name in known
        }
    )


def _part(value: Any, control: Nested, default: Any) -> Any:
    """An initialiser or regulariser; one that this app does not know changes no prediction, so the default stands."""
    if not isinstance(value, dict):
        return default
    kind = next((kind for kind in control.kinds if kind.__name__ == value.get("class_name")), None)
    if kind is None:
        return default
    known = {field.name for field in dataclasses.fields(kind)}
    return kind(**{name: _rounded(setting) for name, setting in (value.get("config") or {}).items() if name in known})


def _rounded(value: Any) -> Any:
    """A number that Keras wrote in single precision as it was given: 0.01, not 0.009999999776482582."""
    return float(str(np.float32(value))) if isinstance(value, float) else value


def _both_ways(config: dict[str, Any]) -> Recurrent:
    """The layer inside `Bidirectional`, if its backward layer is the same the other way round."""
    forth, back = config["layer"], config.get("backward_layer")
    kind = forth["class_name"]
    if not issubclass(LAYERS.get(kind, Layer), Recurrent):
        raise _unsupported(message(N_("the layer {layer}"), layer=shown(kind)))
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
    return _unsupported(message(N_("{setting} = {value} of {layer}"), setting=setting, value=shown(value), layer=layer))


def _plain(value: Any) -> Any:
    """Lists as tuples, a list of one as what is in it (a size along time), and an activation by its name."""
    if isinstance(value, dict):
        return value.get("config", value) if isinstance(value.get("config"), str) else value.get("class_name", "")
    if isinstance(value, list):
        return value[0] if len(value) == 1 else tuple(value)
    return value
