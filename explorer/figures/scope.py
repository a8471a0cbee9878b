"""A scope as the message that the microscope in the browser draws."""

from __future__ import annotations

import dataclasses
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme
from explorer.inspection.scope import SUM, Scope

LARGEST_EDIT = 1000.0
"""How far from 0 an edited value may lie."""


@dataclass(frozen=True)
class ScopeLabels:
    """Words of the microscope; those with places in braces are filled in the browser."""

    input: str
    kernel: str
    products: str
    window: str
    output: str
    bias: str
    channel: str
    place: str
    position: str
    outputAt: str
    inputAt: str
    paddingAt: str
    unused: str
    total: str
    more: str
    copied: str
    walk: str
    draw: str
    pen: str
    play: str
    pause: str
    previous: str
    next: str
    scrub: str
    speed: str
    perSecond: str


@dataclass(frozen=True)
class View:
    """How a scope is shown.

    `token` names what is shown: while it stays the same, the browser keeps the chosen
    cell. `focus` (row, column) and `channel` are chosen first. `editable` lists what the
    reader may change ("input", "kernel"); `walk` offers the way back to the layer before;
    `greys` draws the input as an image: "ink" with 1 as dark as the text, "light" with 1 as
    white; `full` marks input cells that no window reaches.
    """

    token: str
    hint: str
    focus: tuple[int, int] = (0, 0)
    channel: int = 0
    editable: Sequence[str] = ()
    walk: bool = False
    greys: str = ""
    full: bool = True
    pen: float = 1.0


def pack(scope: Scope, view: View, labels: ScopeLabels, *, dark: bool = False) -> bytes:
    """A header in JSON, its length before it (uint32), and the numbers after it (float32).

    The numbers are inputs (height, width, channels), the kernel (rows, columns, channels) of
    a sum, logits and outputs (rows, columns), one after the other.
    """
    head = {
        "operation": scope.operation,
        "shape": scope.inputs.shape,
        "size": scope.size,
        "strides": scope.strides,
        "dilation": scope.dilation,
        "before": scope.before,
        "after": scope.after,
        "out": scope.output.shape,
        "bias": scope.bias,
        "activation": scope.activation,
        "exponentials": None if scope.exponentials is None else scope.exponentials.ravel().tolist(),
        "constants": dict(scope.constants),
        "flat": scope.inputs.shape[0] == 1,
        "colours": _colours(scope, view.greys, dark),
        "accent": theme.ORANGE,
        "winner": theme.PINK,
        "padColour": theme.tones(dark).grid,
        "padText": theme.tones(dark).quiet,
        "largest": LARGEST_EDIT,
        "labels": dataclasses.asdict(labels),
        **dataclasses.asdict(view),
    }
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    arrays = [scope.inputs, *([scope.kernel] if scope.kernel is not None else []), scope.logits, scope.output]
    numbers = b"".join(np.ascontiguousarray(array, "<f4").tobytes() for array in arrays)
    return struct.pack("<I", len(text)) + text + numbers


def numbers(scope: Scope, labels: ScopeLabels) -> go.Figure:
    """The scope's inputs and kernel by channel, and its outputs, as a figure that is not drawn but written out."""
    channels = scope.inputs.shape[2]
    parts = [(labels.input, scope.inputs)] + ([] if scope.kernel is None else [(labels.kernel, scope.kernel)])
    maps = [
        go.Heatmap(
            z=values[..., channel],
            name=f"{name} · {labels.channel.format(channel=channel + 1, channels=channels)}" if channels > 1 else name,
        )
        for name, values in parts
        for channel in range(channels)
    ]
    title = f"{labels.input} → {labels.output}"
    return go.Figure([*maps, go.Heatmap(z=scope.output, name=labels.output)], {"title": {"text": title}})


def _colours(scope: Scope, greys: str, dark: bool) -> dict[str, Any]:
    tones = theme.tones(dark)
    inputs = _scale(scope.inputs, dark)
    if greys:
        stops = tones.paper if greys == "ink" else theme.PAPER_DARK
        inputs = {"stops": stops, "low": 0.0, "high": max(1.0, _reach(scope.inputs))}
    colours = {"input": inputs, "output": _scale(scope.output, dark)}
    if scope.operation == SUM and scope.kernel is not None:
        reach = _reach(scope.kernel)
        colours["kernel"] = {"stops": tones.signed, "low": -reach, "high": reach}
        product = reach * _reach(scope.inputs)
        colours["products"] = {"stops": tones.signed, "low": -product, "high": product}
    return colours


def _scale(values: np.ndarray, dark: bool) -> dict[str, Any]:
    """Sequential from 0 for values without a sign, diverging about 0 for the others."""
    reach = _reach(values)
    signed = bool(np.nanmin(values) < 0)
    return {
        "stops": theme.tones(dark).signed if signed else theme.ACTIVATION,
        "low": -reach if signed else 0.0,
        "high": reach,
    }


def _reach(values: np.ndarray) -> float:
    return float(np.nanmax(np.abs(values))) or 1.0
