"""The Keras code that builds the model of a specification, in both of Keras's styles."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from explorer.specs import Branches, Layer, ModelSpec, Part

WIDTH = 100
ALWAYS = {
    "Activation": ("activation",),
    "AveragePooling2D": ("pool_size",),
    "Bidirectional": ("layer",),
    "CategoryEncoding": ("num_tokens", "output_mode"),
    "Conv1D": ("filters", "kernel_size"),
    "Conv2D": ("filters", "kernel_size"),
    "Dense": ("units",),
    "Dropout": ("rate",),
    "Embedding": ("input_dim", "output_dim"),
    "GRU": ("units",),
    "LSTM": ("units",),
    "MaxPooling1D": ("pool_size",),
    "MaxPooling2D": ("pool_size",),
    "Rescaling": ("scale",),
    "SimpleRNN": ("units",),
}
"""Settings that Keras asks for, or that say what the layer is about; all others have Keras's default here, too."""


def model_code(
    spec: ModelSpec, batch_size: int | None = None, last_dtype: str | None = None, variable: str = "model"
) -> str:
    """The simplest code that builds the model: `sequential_code`, or with several inputs `functional_code`.

    A stateful model keeps one state for each row of a batch, so its `batch_size` is fixed (1 if
    none is given). `last_dtype` is that of the last layer, if it is not that of all; `variable` is the model's name.
    """
    if _branches(spec) is not None:
        return functional_code(spec, batch_size, last_dtype, variable)
    rows = [_input(spec, batch_size), *_layers(spec, last_dtype)]
    return "\n".join(
        [f"{variable} = keras.Sequential(", "    [", *(indented(f"{row},", 8) for row in rows), "    ]", ")"]
    )


def sequential_code(spec: ModelSpec) -> str:
    """``model = keras.Sequential([...])``; needs only ``import keras``.

    A model with several inputs cannot be Sequential: of that it is the same as `functional_code`.
    """
    return model_code(spec)


def functional_code(
    spec: ModelSpec, batch_size: int | None = None, last_dtype: str | None = None, variable: str = "model"
) -> str:
    """``inputs = keras.Input(...)`` … ``model = keras.Model(inputs, outputs)``, otherwise as `model_code`."""
    branches, calls = _branches(spec), _layers(spec, last_dtype)
    if branches is None:
        before, sources, lines = "inputs", "inputs", [f"inputs = {_input(spec, batch_size)}"]
    else:
        before, sources, lines = _concatenated(branches, spec.names()[0])
    for number, call in enumerate(calls, 1):
        after = "outputs" if number == len(calls) else "x"
        lines.append(f"{after} = {call}({before})")
        before = after
    return "\n".join([*lines, f"{variable} = keras.Model({sources}, {before})"])


def _branches(spec: ModelSpec) -> Branches | None:
    first = spec.layers[0] if spec.layers else None
    return first if isinstance(first, Branches) else None


def _concatenated(branches: Branches, name: str) -> tuple[str, str, list[str]]:
    """The variable in which all branches end, their inputs, and the lines so far."""
    parts = branches.parts
    lines = [
        f'{letter} = keras.Input(shape=({part.input_shape[0]},), name="{letter}")' for letter, part in parts.items()
    ]
    ends = []
    for letter, part in parts.items():
        before = letter
        for inner, layer in zip(part.names(), part.layers, strict=True):
            lines.append(f"x_{letter} = {layer_code(layer, f'{letter}_{inner}')}({before})")
            before = f"x_{letter}"
        ends.append(before)
    lines.append(f'x = keras.layers.Concatenate(name="{name}")([{", ".join(ends)}])')
    return "x", f"[{', '.join(parts)}]", lines


def _input(spec: ModelSpec, batch_size: int | None) -> str:
    arguments = [f"shape={spec.input_shape!r}"]
    if spec.stateful:
        arguments.append(f"batch_size={batch_size or 1}")
    if spec.layers and spec.layers[0].tokens_in:
        arguments.append('dtype="int32"')
    return f"keras.Input({', '.join(arguments)})"


def _layers(spec: ModelSpec, last_dtype: str | None) -> list[str]:
    """The calls that make the layers, without the one that shares out several inputs."""
    named = list(zip(spec.layers, spec.names(), strict=True))
    return [
        layer_code(layer, name, last_dtype if number == len(named) else None)
        for number, (layer, name) in enumerate(named, 1)
        if not isinstance(layer, Branches)
    ]


def layer_code(layer: Layer, name: str | None = None, dtype: str | None = None) -> str:
    """A layer with the settings that differ from Keras's defaults, its name and its dtype, if there are any."""
    arguments = [f"{setting}={_value(value, dtype)}" for setting, value in _settings(layer).items()]
    arguments += [f"{key}={_value(value)}" for key, value in (("name", name), ("dtype", dtype)) if value is not None]
    return call(f"keras.layers.{type(layer).__name__}", arguments)


def _settings(layer: Layer) -> dict[str, Any]:
    """The settings to write, by name."""
    default = type(layer)()
    always = ALWAYS.get(type(layer).__name__, ())
    values = {field.name: getattr(layer, field.name) for field in dataclasses.fields(layer)}
    chosen = {name for name, value in values.items() if name in always or value != getattr(default, name)}
    # Keras draws each initialiser's seed where it is made: the kernel's comes first, written or not.
    if "recurrent_initializer" in chosen:
        chosen.add("kernel_initializer")
    return {name: value for name, value in values.items() if name in chosen}


def _value(value: Any, dtype: str | None = None) -> str:
    if isinstance(value, Layer):
        return layer_code(value, dtype=dtype)
    if isinstance(value, Part):
        return part_code(value)
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple) and len(set(value)) == 1:
        return repr(value[0])
    return repr(value)


def part_code(part: Part) -> str:
    """An initialiser or regulariser with all its settings."""
    kind = type(part).__name__
    module = "regularizers" if kind in ("L1", "L2", "L1L2") else "initializers"
    settings = ", ".join(f"{name}={value!r}" for name, value in dataclasses.asdict(part).items())
    return f"keras.{module}.{kind}({settings})"


def call(function: str, arguments: Sequence[str]) -> str:
    """A call, on one line if it is short enough, else with each argument on its own."""
    line = f"{function}({', '.join(arguments)})"
    if len(line) <= WIDTH and "\n" not in line:
        return line
    return "\n".join([f"{function}(", *(indented(f"{argument},") for argument in arguments), ")"])


def indented(text: str, spaces: int = 4) -> str:
    """All lines of a text moved to the right."""
    return "\n".join(" " * spaces + line for line in text.split("\n"))
