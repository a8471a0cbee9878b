"""The code of one picture: a layer's maps of one image, or the gates of a cell over one sequence.

Beside it lie the model that the picture was computed with, as ``model.keras``, and the image.
"""

from __future__ import annotations

import math

import numpy as np

from explorer.messages import N_, message
from explorer.specs import GRU, LSTM, Bidirectional, ModelSpec, Recurrent, Shape
from explorer.training.codegen.sections import Section

MODEL_FILE, IMAGE_FILE = "model.keras", "image.npy"

_BEGINNING = f"""\
import keras
import numpy as np

model = keras.models.load_model("{MODEL_FILE}")"""


def maps_code(layer: str, shape: Shape) -> tuple[Section, ...]:
    """The output of a layer for one image, as numbers and as a picture; `shape` is that of the output."""
    return (
        Section(message(N_("The model with the very weights of the picture.")), _BEGINNING),
        Section(
            message(N_("The image, and a model that ends at the chosen layer: its output is what the picture shows.")),
            f"""\
image = np.load("{IMAGE_FILE}")  # (height, width, channels), from 0 to 1
inside = keras.Model(model.inputs[0], model.get_layer("{layer}").output)
output = keras.ops.convert_to_numpy(inside(image[np.newaxis]))[0]
print(output.shape)""",
        ),
        *((_mosaic(shape),) if len(shape) == 3 else ()),
        Section(
            message(N_("What the model says of the image: the share of each class.")),
            """\
prediction = keras.ops.convert_to_numpy(model(image[np.newaxis]))[0]
print(prediction.round(4))""",
        ),
    )


def _mosaic(shape: Shape) -> Section:
    columns = math.ceil(math.sqrt(shape[2]))
    return Section(
        message(N_("Each map's smallest, largest and mean value, and all maps side by side on one scale.")),
        f"""\
for number in range(output.shape[-1]):
    one = output[..., number]
    print(f"map {{number + 1}}: {{one.min():.4f}} to {{one.max():.4f}}, mean {{one.mean():.4f}}")
maps = np.moveaxis(output, -1, 0)
empty = np.full((-len(maps) % {columns}, *maps.shape[1:]), output.min(), "float32")
rows = np.concatenate([maps, empty]).reshape(-1, {columns}, *maps.shape[1:])
mosaic = np.concatenate([np.concatenate(list(row), axis=1) for row in rows], axis=0)
picture = keras.utils.array_to_img(mosaic[..., np.newaxis])
picture.save("maps.png")
picture""",
    )


_FUNCTIONS = {
    "sigmoid": "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))",
    "relu": "def relu(x):\n    return np.maximum(x, 0)",
    "linear": "def linear(x):\n    return x",
    "tanh": "tanh = np.tanh",
}

_LSTM = """\
        i, f, g, o = np.split(x_t @ kernel + h @ recurrent_kernel + bias, 4)
        i, f, g, o = {gate}(i), {gate}(f), {activation}(g), {gate}(o)
        c_new = f * c + i * g
        h_new = o * {activation}(c_new)"""
_GRU_AFTER = """\
        x_z, x_r, x_g = np.split(x_t @ kernel + bias[0], 3)
        h_z, h_r, h_g = np.split(h @ recurrent_kernel + bias[1], 3)
        z, r = {gate}(x_z + h_z), {gate}(x_r + h_r)
        g = {activation}(x_g + r * h_g)
        h_new = z * h + (1 - z) * g"""
_GRU_BEFORE = """\
        x_z, x_r, x_g = np.split(x_t @ kernel + bias, 3)
        u_z, u_r, u_g = np.split(recurrent_kernel, 3, axis=1)
        z, r = {gate}(x_z + h @ u_z), {gate}(x_r + h @ u_r)
        g = {activation}(x_g + (r * h) @ u_g)
        h_new = z * h + (1 - z) * g"""
_SIMPLE = """\
        h_new = {activation}(x_t @ kernel + h @ recurrent_kernel + bias)"""


def cells_code(spec: ModelSpec, name: str, tokens: np.ndarray, masked: bool) -> tuple[Section, ...]:
    """Every gate and state of a model's cell over a sequence of tokens (time steps,), by the textbook's equations.

    With `masked` the padding (token 0) changes no state.

    Raises:
        TypeError: if the layer of that name has no gates and states.
    """
    place = spec.names().index(name)
    layer = spec.layers[place]
    if not isinstance(layer, (Recurrent, Bidirectional)):
        raise TypeError(name)
    source = f'model.get_layer("{spec.names()[place - 1]}").output' if place else "model.inputs[0]"
    inner = layer.layer if isinstance(layer, Bidirectional) else layer
    return (
        Section(message(N_("The model with the very weights of the picture.")), _BEGINNING),
        Section(
            message(N_("The tokens that the model reads, and what reaches the cell at each of them.")),
            "\n".join(
                [
                    f'tokens = np.array({np.array2string(tokens, separator=", ", threshold=tokens.size + 1)}, "int32")',
                    f'layer = model.get_layer("{name}")',
                    f"before = keras.Model(model.inputs[0], {source})",
                    "x = keras.ops.convert_to_numpy(before(tokens[np.newaxis]))[0]",
                    *(["counts = tokens != 0  # padding changes no state"] if masked else []),
                ]
            ),
        ),
        Section(
            message(N_("Keras shows no gates; the textbook's equations and the layer's own weights give them.")),
            _walk(inner, masked),
        ),
        Section(
            message(N_("Every gate and state after each token, and what the model says in the end.")),
            "\n".join([*_walked(layer, inner, masked), *_SAID]),
        ),
    )


def _walk(cell: Recurrent, masked: bool) -> str:
    """The function `walk` for a kind of cell."""
    lstm = isinstance(cell, LSTM)
    gates, states = _letters(cell)
    gate = getattr(cell, "recurrent_activation", "")
    used = dict.fromkeys(name for name in (cell.activation, gate) if name)
    new, old = ", ".join(f"{state}_new" for state in states), ", ".join(states)
    kept = ", ".join(f'"{letter}": {letter}' for letter in (*gates, *states))
    lines = [
        "\n\n\n".join(_FUNCTIONS[name] for name in sorted(used, key=lambda name: name != "tanh")),
        "",
        "",
        f"def walk(x, kernel, recurrent_kernel, bias{', counts' if masked else ''}):",
        f'    {"h = c" if lstm else "h"} = np.zeros({cell.units}, dtype="float32")',
        "    steps = []",
        f"    for {'t, x_t in enumerate(x)' if masked else 'x_t in x'}:",
        _equations(cell).format(activation=cell.activation, gate=gate),
        *(["        if counts[t]:", f"            {old} = {new}"] if masked else [f"        {old} = {new}"]),
        f"        steps.append({{{kept}}})",
        "    return {letter: np.stack([step[letter] for step in steps]) for letter in steps[0]}",
    ]
    return "\n".join(lines)


def _letters(cell: Recurrent) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Gates and states of a kind of cell."""
    if isinstance(cell, LSTM):
        return ("i", "f", "g", "o"), ("c", "h")
    return (("z", "r", "g") if isinstance(cell, GRU) else ()), ("h",)


def _equations(cell: Recurrent) -> str:
    if isinstance(cell, GRU):
        return _GRU_AFTER if cell.reset_after else _GRU_BEFORE
    return _LSTM if isinstance(cell, LSTM) else _SIMPLE


def _walked(layer: Recurrent | Bidirectional, cell: Recurrent, masked: bool) -> list[str]:
    """The weights and the way over the sequence, both ways if the layer goes both."""
    counts = ", counts" if masked else ""
    lines = ["weights = layer.get_weights()"]
    parts = {"": "weights"}
    if isinstance(layer, Bidirectional):
        parts = {"forward": "weights[: len(weights) // 2]", "backward": "weights[len(weights) // 2 :]"}
    for side, source in parts.items():
        found = f"{side}_found" if side else "found"
        back = side == "backward"
        taken = f"*{source}" if cell.use_bias else f"*{source}, {_no_bias(cell)}"
        lines.append(
            f"{found} = walk(x{'[::-1]' if back else ''}, {taken}{counts and counts + ('[::-1]' if back else '')})"
        )
        if back:
            lines.append("backward_found = {letter: values[::-1] for letter, values in backward_found.items()}")
    if isinstance(layer, Bidirectional):
        lines += [
            'found = {f"forward_{letter}": values for letter, values in forward_found.items()}',
            'found |= {f"backward_{letter}": values for letter, values in backward_found.items()}',
        ]
    return lines


def _no_bias(cell: Recurrent) -> str:
    return "np.zeros((2, 1))" if isinstance(cell, GRU) and cell.reset_after else "0.0"


_SAID = (
    "for letter, values in found.items():",
    '    print(letter, values.shape, "mean after each token:", values.mean(axis=1).round(3))',
    "prediction = keras.ops.convert_to_numpy(model(tokens[np.newaxis]))[0]",
    "print(prediction.round(4))",
)
