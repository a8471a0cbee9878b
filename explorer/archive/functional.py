"""The order of the layers in a functional Keras model that is a chain, as Keras 2 and Keras 3 write it.

Each layer lists where its inputs come from: Keras 2 as ``[[[name, node, tensor, arguments]]]``,
Keras 3 as tensors with a ``keras_history`` of ``[name, node, tensor]``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from explorer.archive.container import shown
from explorer.messages import N_, ExplorerError, message

_TENSOR = "__keras_tensor__"
_MASKER = "NotEqual"
_INPUT = "InputLayer"


@dataclass(frozen=True)
class _Call:
    """One call of a layer: the layers that its inputs come from, its mask's layers, its other arguments."""

    sources: tuple[str, ...]
    masks: tuple[str, ...] = ()
    arguments: dict[str, Any] = field(default_factory=dict)


def order(layers: list[dict[str, Any]], config: dict[str, Any]) -> list[int]:
    """Places in `layers` from the input to the output.

    Raises:
        ExplorerError: naming the layer where the model branches, joins or ends twice.
        KeyError, TypeError, ValueError, IndexError: if this is no description of a model.
    """
    places = {_name(layer): place for place, layer in enumerate(layers)}
    if len(places) != len(layers):
        raise ValueError("two layers of one name")
    _check_ends(config)
    calls = {_name(layer): _only_call(layer) for layer in layers if not _makes_mask(layer)}
    following = _following(calls, places)
    name = _ends(config["input_layers"])[0]
    found = [places[name]]
    while name in following:
        name = following[name]
        found.append(places[name])
        if len(found) > len(layers):
            raise ValueError("a circle")
    if name != _ends(config["output_layers"])[0]:
        raise ValueError("the output is no layer of the chain")
    return found


def _following(calls: dict[str, _Call], places: dict[str, int]) -> dict[str, str]:
    """For each layer the one that takes its output."""
    following: dict[str, str] = {}
    for name, call in calls.items():
        if len(call.sources) > 1 or any(mask in calls for mask in call.masks):
            raise _branches(
                N_("The model joins several branches in the layer {layer}; only a chain of layers can be read."), name
            )
        for source in call.sources:
            if source not in places:
                raise ValueError(source)
            if source in following:
                raise _branches(
                    N_("The model branches after the layer {layer}; only a chain of layers can be read."), source
                )
            following[source] = name
    return following


def _only_call(layer: dict[str, Any]) -> _Call:
    """How a layer is called; it must be called once, and as at prediction."""
    nodes = layer["inbound_nodes"]
    if not isinstance(nodes, list):
        raise TypeError("no nodes")
    if len(nodes) > 1:
        raise _branches(
            N_("The model uses the layer {layer} more than once; only a chain of layers can be read."), _name(layer)
        )
    if not nodes:
        if layer["class_name"] != _INPUT:
            raise ValueError("a layer without input")
        return _Call(())
    call = _keras_3(nodes[0]) if isinstance(nodes[0], dict) else _keras_2(nodes[0])
    told = next((name for name, value in call.arguments.items() if value not in (None, False)), None)
    if told is not None:
        raise ExplorerError(
            message(
                N_("The model calls the layer {layer} with {argument}, which this app does not support."),
                layer=shown(_name(layer)),
                argument=shown(told),
            )
        )
    return call


def _keras_2(node: list[Any]) -> _Call:
    # A layer of one input may have it without the list around it.
    inputs = [node] if node and isinstance(node[0], str) else node
    arguments: dict[str, Any] = {}
    for source in inputs:
        arguments |= source[3] if len(source) > 3 else {}
    return _Call(tuple(str(source[0]) for source in inputs), (), arguments)


def _keras_3(node: dict[str, Any]) -> _Call:
    given = dict(node.get("kwargs") or {})
    # Keras 3 takes the model's own mode in its place whenever the model is called.
    given.pop("training", None)
    masks = tuple(_tensors(given.pop("mask", None)))
    hidden = [source for value in given.values() for source in _tensors(value)]
    plain = {name: value for name, value in given.items() if not list(_tensors(value))}
    return _Call((*_tensors(node["args"]), *hidden), masks, plain)


def _tensors(value: Any) -> Iterator[str]:
    """The layers that the tensors in an argument come from."""
    if isinstance(value, dict) and value.get("class_name") == _TENSOR:
        yield str(value["config"]["keras_history"][0])
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _tensors(part)


def _makes_mask(layer: dict[str, Any]) -> bool:
    """Whether a layer only compares tokens with 0: Keras 3 writes the mask of an Embedding so."""
    nodes = layer.get("inbound_nodes")
    if layer["class_name"] != _MASKER or not isinstance(nodes, list) or len(nodes) != 1:
        return False
    arguments = nodes[0].get("args") if isinstance(nodes[0], dict) else None
    return isinstance(arguments, list) and len(arguments) == 2 and arguments[1] == 0


def _check_ends(config: dict[str, Any]) -> None:
    inputs, outputs = (_ends(config[side]) for side in ("input_layers", "output_layers"))
    if len(inputs) != 1:
        raise _branches(
            N_("The model has {count} inputs, one of them {layer}; only a chain of layers can be read."),
            inputs[0],
            len(inputs),
        )
    if len(outputs) != 1:
        raise _branches(
            N_("The model has {count} outputs, one of them {layer}; only a chain of layers can be read."),
            outputs[0],
            len(outputs),
        )


def _ends(ends: Any) -> list[str]:
    """The layers that are listed as inputs or outputs: ``[[name, 0, 0], …]``, or one of them without the list."""
    if isinstance(ends, list) and ends and isinstance(ends[0], str):
        return [ends[0]]
    found = list(ends.values()) if isinstance(ends, dict) else ends
    names = [str(end[0]) for end in found]
    if not names:
        raise ValueError("no end")
    return names


def _branches(text: str, layer: str, count: int = 0) -> ExplorerError:
    return ExplorerError(message(text, layer=shown(layer), count=count))


def _name(layer: dict[str, Any]) -> str:
    return str(layer.get("name") or layer["config"]["name"])
