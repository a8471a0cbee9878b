"""The layers of a Keras model in the order in which an input goes through them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from explorer.archive import functional
from explorer.archive.container import shown
from explorer.messages import N_, ExplorerError, message
from explorer.specs import Shape

MAXIMUM_INPUT_SIZE = 4096
INPUT = "InputLayer"
FUNCTIONAL = ("Functional", "Model")
MODELS = ("Sequential", *FUNCTIONAL)


@dataclass(frozen=True)
class Entry:
    """One layer as the file describes it: its class, the name that its author gave it, its settings."""

    kind: str
    name: str
    config: dict[str, Any]


@dataclass(frozen=True)
class Chain:
    """The shape of one input and the layers in order, without the one that only names the input."""

    input_shape: Shape
    entries: tuple[Entry, ...]


def chain_of(config: Any) -> Chain:
    """The layers of a Sequential model, or of a functional one whose layers form a chain.

    Raises:
        ExplorerError: if the model is of another kind, branches, or does not say the size of its input.
        KeyError, TypeError, ValueError: if this is no description of a model.
    """
    if not isinstance(config, dict) or not isinstance(config.get("class_name"), str):
        raise TypeError("no model")
    kind, inner = config["class_name"], config["config"]
    if kind not in MODELS:
        raise ExplorerError(
            message(
                N_("This is a {kind} model; only Sequential models and functional ones without branches can be read."),
                kind=shown(kind),
            )
        )
    # Before 2.3 Keras wrote the layers of a Sequential model as a bare list.
    described = inner if isinstance(inner, list) else inner["layers"]
    entries = [_entry(layer) for layer in described]
    if kind in FUNCTIONAL:
        order = functional.order(described, inner)
        entries = [entries[place] for place in order]
    built = inner.get("build_input_shape") if isinstance(inner, dict) else None
    return Chain(_input_shape(entries, built), tuple(entry for entry in entries if entry.kind != INPUT))


def _entry(layer: Any) -> Entry:
    kind, config = layer["class_name"], layer["config"]
    if not isinstance(kind, str) or not isinstance(config, dict):
        raise TypeError("no layer")
    return Entry(kind, str(config.get("name") or layer.get("name") or ""), config)


def _input_shape(entries: list[Entry], built: Any) -> Shape:
    """The shape of one example, from the first layer or from what the model was built for.

    Raises:
        ExplorerError: if it is missing, open, or larger than any input here.
    """
    first = entries[0].config if entries else {}
    shape = first.get("batch_shape") or first.get("batch_input_shape") or built
    if not isinstance(shape, list) or len(shape) < 2 or not all(map(_whole, shape[1:])):
        raise ExplorerError(
            message(
                N_(
                    "The model does not say the size of its input; give its Input every size, "
                    "of a sequence also the time steps, and save it again."
                )
            )
        )
    if len(shape) > 4 or max(shape[1:]) > MAXIMUM_INPUT_SIZE:
        sizes = " × ".join(str(size) for size in shape[1:])
        raise ExplorerError(
            message(
                N_("The model takes inputs of {shape}; at most three sizes up to {maximum} can be shown here."),
                shape=shown(sizes),
                maximum=MAXIMUM_INPUT_SIZE,
            )
        )
    return tuple(shape[1:])


def _whole(size: Any) -> bool:
    return isinstance(size, int) and not isinstance(size, bool) and size > 0
