"""One map of one layer, with everything that each of its values was computed from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from explorer.inspection.mosaic import strip
from explorer.layers import forward
from explorer.layers.windows import same_padding
from explorer.network import LayerTrace
from explorer.specs import (
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    Layer,
    LayerNormalization,
    MaxPooling2D,
    ModelSpec,
    Rescaling,
)

Size = tuple[int, int]
Cell = tuple[int, int]

SUM, MAXIMUM, MEAN, COPY, NORMALIZE = "sum", "maximum", "mean", "copy", "normalize"


@dataclass(frozen=True)
class Source:
    """A value in a layer's output: the number of its map or unit, and its row and column there."""

    place: int
    row: int
    column: int


@dataclass(frozen=True)
class Scope:
    """One output map, and the inputs, kernel and arithmetic behind every cell of it.

    The cell (y, x) of `output` comes from the window of `size` cells, `dilation` apart,
    that begins in row ``y * strides[0] - before[0]`` and column ``x * strides[1] - before[1]``
    of `inputs` (height, width, channels). Cells outside are padding: 0 in a sum, left out
    of a maximum or mean. Cells that are NaN only fill up a picture.

    `operation` is what is done with the window: SUM (with `kernel` (rows, columns,
    channels), then `bias`), MAXIMUM, MEAN, COPY or NORMALIZE (with `constants`).
    `logits` and `output` (rows, columns) are the values before and after the `activation`.
    For softmax, `exponentials` (rows, columns) holds the sums of e^logit over the layer's maps.
    `first_channel` is the number that the first of the `inputs`' channels has in the layer
    before; `is_folded` says that the inputs are a vector, laid out row by row.
    """

    operation: str
    inputs: np.ndarray
    logits: np.ndarray
    output: np.ndarray
    size: Size = (1, 1)
    strides: Size = (1, 1)
    dilation: Size = (1, 1)
    before: Cell = (0, 0)
    after: Cell = (0, 0)
    kernel: np.ndarray | None = None
    bias: float | None = None
    activation: str = "linear"
    exponentials: np.ndarray | None = None
    constants: Mapping[str, float] = field(default_factory=dict)
    first_channel: int = 0
    is_folded: bool = False

    def __post_init__(self) -> None:
        if self.logits.shape != self.output.shape or self.inputs.ndim != 3:
            raise ValueError((self.inputs.shape, self.logits.shape, self.output.shape))

    def source(self, row: int, column: int, channel: int) -> Source:
        """Where an input cell comes from in the output of the layer before.

        Raises:
            ValueError: if there is no such input cell.
        """
        height, width, channels = self.inputs.shape
        inside = 0 <= row < height and 0 <= column < width and 0 <= channel < channels
        if not inside or np.isnan(self.inputs[row, column, channel]):
            raise ValueError((row, column, channel))
        if self.is_folded:
            return Source(row * width + column, 0, 0)
        return Source(self.first_channel + channel, row, column)

    def uses(self) -> np.ndarray:
        """How many windows each input cell takes part in: (height, width)."""
        height, width = self.inputs.shape[:2]
        counts = np.zeros((height, width), int)
        for row in _taken(self.output.shape[0], self.size[0], self.strides[0], self.dilation[0], self.before[0]):
            inside = (row >= 0) & (row < height)
            for column in _taken(self.output.shape[1], self.size[1], self.strides[1], self.dilation[1], self.before[1]):
                kept = (column >= 0) & (column < width)
                counts[np.ix_(row[inside], column[kept])] += 1
        return counts


def _taken(outputs: int, size: int, stride: int, dilation: int, before: int) -> np.ndarray:
    """For each output along an axis, the places of its window's cells: (outputs, size)."""
    starts = np.arange(outputs) * stride - before
    return starts[:, None] + np.arange(size) * dilation


Build = Callable[[Any, Mapping[str, np.ndarray], LayerTrace, int], Scope]

BUILDERS: dict[type[Layer], Build] = {}


def builds(*kinds: type[Layer]) -> Callable[[Build], Build]:
    def register(build: Build) -> Build:
        BUILDERS.update(dict.fromkeys(kinds, build))
        return build

    return register


def scope(trace: LayerTrace, weights: Mapping[str, np.ndarray], place: int) -> Scope:
    """The scope of a layer's map number `place`, or of its unit number `place`, for the first image of a trace."""
    return BUILDERS[type(trace.layer)](trace.layer, weights, trace, place)


def of_layer(layer: Layer, weights: Mapping[str, np.ndarray], inputs: np.ndarray, place: int) -> Scope:
    """The scope of a layer applied to one input (height, width, channels).

    Raises:
        SpecError: if the layer cannot work on that input.
    """
    ModelSpec(inputs.shape, (layer,)).summary()
    batch = np.ascontiguousarray(inputs[None], np.float32)
    return scope(LayerTrace("", layer, batch, forward(layer, weights, batch)), weights, place)


@builds(Conv2D)
def _convolution(layer: Conv2D, weights: Mapping[str, np.ndarray], trace: LayerTrace, place: int) -> Scope:
    found = replace(
        _mapped(SUM, trace, trace.inputs[0], place),
        size=layer.kernel_size,
        strides=layer.strides,
        dilation=layer.dilation_rate,
        kernel=weights["kernel"][..., place],
    )
    return _framed(_activated(found, layer, weights, trace, place), layer.padding)


@builds(MaxPooling2D, AveragePooling2D)
def _pooling(layer: Any, weights: Mapping[str, np.ndarray], trace: LayerTrace, place: int) -> Scope:
    operation = MAXIMUM if isinstance(layer, MaxPooling2D) else MEAN
    found = _by_channel(operation, trace, place)
    return _framed(replace(found, size=layer.pool_size, strides=layer.strides or layer.pool_size), layer.padding)


@builds(GlobalMaxPooling2D, GlobalAveragePooling2D)
def _global_pooling(layer: Any, weights: Mapping[str, np.ndarray], trace: LayerTrace, place: int) -> Scope:
    operation = MAXIMUM if isinstance(layer, GlobalMaxPooling2D) else MEAN
    return replace(_by_channel(operation, trace, place), size=trace.inputs.shape[1:3])


@builds(Dense)
def _dense(layer: Dense, weights: Mapping[str, np.ndarray], trace: LayerTrace, place: int) -> Scope:
    """A dense unit is a kernel as large as its whole input."""
    kernel = strip(weights["kernel"][:, place])[..., np.newaxis]
    found = _mapped(SUM, trace, strip(trace.inputs[0])[..., np.newaxis], place)
    found = replace(found, size=kernel.shape[:2], kernel=kernel, is_folded=True)
    return _activated(found, layer, weights, trace, place)


@builds(Flatten)
def _flatten(layer: Flatten, weights: Mapping[str, np.ndarray], trace: LayerTrace, place: int) -> Scope:
    """One value of the row is one cell of one map."""
    maps = trace.inputs[0]
    if maps.ndim != 3:
        return _by_channel(COPY, trace, place)
    row, column, channel = (int(index) for index in np.unravel_index(place, maps.shape))
    found = _mapped(COPY, trace, maps[..., channel : channel + 1], place)
    return replace(found, before=(-row, -column), first_channel=channel)


@builds(Dropout)
def _dropout(layer: Dropout, weights: Mapping[str, np.ndarray], trace: LayerTrace, place: int) -> Scope:
    return _by_channel(COPY, trace, place)


@builds(Activation)
def _activation(layer: Activation, weights: Mapping[str, np.ndarray], trace: LayerTrace, place: int) -> Scope:
    """The value itself, and what the function makes of it."""
    return replace(
        _by_channel(COPY, trace, place), activation=layer.activation, exponentials=_exponentials(layer, trace)
    )


@builds(Rescaling)
def _rescaling(layer: Rescaling, weights: Mapping[str, np.ndarray], trace: LayerTrace, place: int) -> Scope:
    """A normalisation whose numbers are the same for every channel."""
    constants = {"gamma": layer.scale, "beta": layer.offset, "moving_mean": 0.0, "moving_variance": 1.0, "epsilon": 0.0}
    return replace(_by_channel(NORMALIZE, trace, place), constants=constants)


@builds(BatchNormalization)
def _normalization(
    layer: BatchNormalization, weights: Mapping[str, np.ndarray], trace: LayerTrace, place: int
) -> Scope:
    constants = {name: float(array[place]) for name, array in weights.items()} | {"epsilon": layer.epsilon}
    return replace(_by_channel(NORMALIZE, trace, place), constants=constants)


@builds(LayerNormalization)
def _layer_normalization(
    layer: LayerNormalization, weights: Mapping[str, np.ndarray], trace: LayerTrace, place: int
) -> Scope:
    """Of a vector: the mean and variance are those of its own values."""
    constants = {name: float(array[place]) for name, array in weights.items()} | {"epsilon": layer.epsilon}
    values = trace.inputs[0].astype(float)
    constants |= {"moving_mean": float(values.mean()), "moving_variance": float(values.var())}
    return replace(_by_channel(NORMALIZE, trace, place), constants=constants)


def _map(values: np.ndarray, place: int) -> np.ndarray:
    """One map of a batch's first example; a vector's value is a map of one cell."""
    return np.atleast_2d(values[0, ..., place])


def _mapped(operation: str, trace: LayerTrace, inputs: np.ndarray, place: int) -> Scope:
    logits = trace.output if trace.result.logits is None else trace.result.logits
    return Scope(operation, inputs, _map(logits, place), _map(trace.output, place))


def _by_channel(operation: str, trace: LayerTrace, place: int) -> Scope:
    """A scope of one channel before and after."""
    found = _mapped(operation, trace, _map(trace.inputs, place)[..., None], place)
    return replace(found, first_channel=place)


def _activated(
    found: Scope, layer: Conv2D | Dense, weights: Mapping[str, np.ndarray], trace: LayerTrace, place: int
) -> Scope:
    """The scope with its bias and activation."""
    bias = float(weights["bias"][place]) if layer.use_bias else None
    return replace(found, bias=bias, activation=layer.activation, exponentials=_exponentials(layer, trace))


def _exponentials(layer: Activation | Conv2D | Dense, trace: LayerTrace) -> np.ndarray | None:
    """What softmax divides by at each place; None with any other activation."""
    if layer.activation != "softmax" or trace.result.logits is None:
        return None
    return np.atleast_2d(np.exp(trace.result.logits[0].astype(float)).sum(axis=-1))


def _framed(found: Scope, padding: str) -> Scope:
    """The scope with the cells that padding adds."""
    if padding == "valid":
        return found
    rows, columns = (
        same_padding(size, (cells - 1) * dilation + 1, stride)
        for size, cells, dilation, stride in zip(
            found.inputs.shape[:2], found.size, found.dilation, found.strides, strict=True
        )
    )
    return replace(found, before=(rows[0], columns[0]), after=(rows[1], columns[1]))
