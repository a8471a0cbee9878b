"""The Keras code that builds the model of a specification, in both of Keras's styles."""

from __future__ import annotations

import dataclasses
from typing import Any

from explorer.specs import Layer, ModelSpec, Part

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
    "SimpleRNN": ("units",),
}
"""Settings that Keras asks for, or that say what the layer is about; all others have Keras's default here, too."""


def sequential_code(spec: ModelSpec, batch_size: int | None = None, last_dtype: str | None = None) -> str:
    """``model = keras.Sequential([...])``; needs only ``import keras``.

    A stateful model keeps one state for each row of a batch, so its `batch_size` is fixed (1 if
    none is given). `last_dtype` is that of the last layer, if it is not that of all.
    """
    rows = [_input(spec, batch_size), *_layers(spec, last_dtype)]
    return "\n".join(["model = keras.Sequential(", "    [", *(_indented(f"{row},", 8) for row in rows), "    ]", ")"])


def functional_code(spec: ModelSpec, batch_size: int | None = None, last_dtype: str | None = None) -> str:
    """``inputs = keras.Input(...)`` … ``model = keras.Model(inputs, outputs)``, otherwise as `sequential_code`."""
    calls = _layers(spec, last_dtype)
    places = ["inputs", *["x"] * (len(calls) - 1), "outputs"] if calls else ["inputs"]
    steps = [f"{after} = {call}({before})" for before, call, after in zip(places, calls, places[1:], strict=False)]
    lines = [f"inputs = {_input(spec, batch_size)}", *steps, f"model = keras.Model(inputs, {places[-1]})"]
    return "\n".join(lines)


def _input(spec: ModelSpec, batch_size: int | None) -> str:
    arguments = [f"shape={spec.input_shape!r}"]
    if spec.stateful:
        arguments.append(f"batch_size={batch_size or 1}")
    if spec.layers and spec.layers[0].tokens_in:
        arguments.append('dtype="int32"')
    return f"keras.Input({', '.join(arguments)})"


def _layers(spec: ModelSpec, last_dtype: str | None) -> list[str]:
    named = list(zip(spec.layers, spec.names(), strict=True))
    dtypes = [None] * (len(named) - 1) + [last_dtype]
    return [layer_code(layer, name, dtype) for (layer, name), dtype in zip(named, dtypes, strict=False)]


def layer_code(layer: Layer, name: str | None = None, dtype: str | None = None) -> str:
    """A layer with the settings that differ from Keras's defaults, its name and its dtype, if there are any."""
    arguments = [f"{setting}={_value(value, dtype)}" for setting, value in _settings(layer).items()]
    arguments += [f"{key}={_value(value)}" for key, value in (("name", name), ("dtype", dtype)) if value is not None]
    return _call(f"keras.layers.{type(layer).__name__}", arguments)


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


def _call(function: str, arguments: list[str]) -> str:
    line = f"{function}({', '.join(arguments)})"
    if len(line) <= WIDTH and "\n" not in line:
        return line
    return "\n".join([f"{function}(", *(_indented(f"{argument},") for argument in arguments), ")"])


def _indented(text: str, spaces: int = 4) -> str:
    return "\n".join(" " * spaces + line for line in text.split("\n"))
