"""Layers that read a sequence step by step and remember."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import ClassVar

from explorer.controls import Choice, Fraction, Nested, Switch, Whole, check_setting, setting
from explorer.messages import N_
from explorer.specs.base import SEQUENCE, Layer, Shape, register
from explorer.specs.parts import (
    Initializer,
    Regularizer,
    kernel_initializer,
    kernel_regularizer,
    recurrent_initializer,
)

RECURRENT_ACTIVATIONS = ("tanh", "sigmoid", "relu", "linear")
GATE_ACTIVATIONS = ("sigmoid", "tanh", "relu", "linear")


@dataclass(frozen=True)
class Recurrent(Layer):
    """A cell that goes over the time steps with the same weights; `gates` counts its weight matrices.

    With `stateful` the state at the end of one batch is the beginning of the next one's.
    """

    family: ClassVar[str] = SEQUENCE
    ranks: ClassVar[tuple[int, ...]] = (2,)
    gates: ClassVar[int] = 1

    units: int = setting(8, Whole(N_("units"), N_("Numbers that the cell remembers."), 1, 512))
    activation: str = setting(
        "tanh", Choice(N_("activation"), N_("Function of the new state or candidate."), RECURRENT_ACTIVATIONS)
    )
    return_sequences: bool = setting(
        False, Switch(N_("return_sequences"), N_("Return the state of every time step, not only the last."))
    )
    dropout: float = setting(
        0.0, Fraction(N_("dropout"), N_("Share of the cell's inputs switched off in training."), 0.0, 0.9)
    )
    recurrent_dropout: float = setting(
        0.0, Fraction(N_("recurrent_dropout"), N_("Share of the state switched off in training."), 0.0, 0.9)
    )
    use_bias: bool = setting(True, Switch(N_("use_bias"), N_("Add one learned number per unit and gate.")))
    kernel_initializer: Initializer = kernel_initializer()
    recurrent_initializer: Initializer = recurrent_initializer()
    kernel_regularizer: Regularizer | None = kernel_regularizer()
    stateful: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        check_setting(self, "stateful", Switch("stateful"))

    def output_shape(self, input_shape: Shape) -> Shape:
        return (input_shape[0], self.units) if self.return_sequences else (self.units,)

    def weight_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        columns = self.gates * self.units
        shapes: dict[str, Shape] = {"kernel": (input_shape[-1], columns), "recurrent_kernel": (self.units, columns)}
        return shapes | ({"bias": self.bias_shape} if self.use_bias else {})

    @property
    def bias_shape(self) -> Shape:
        return (self.gates * self.units,)

    def flops(self, input_shape: Shape) -> int:
        """Two operations a weight and step; what is done value by value is not counted."""
        steps, features = input_shape
        return 2 * steps * self.gates * self.units * (features + self.units)


@register
@dataclass(frozen=True)
class SimpleRNN(Recurrent):
    """h = activation(x·kernel + h₋·recurrent_kernel + bias)."""

    idea: ClassVar[str] = N_("Mixes each input with its own last state; simple, and soon forgetful.")


@register
@dataclass(frozen=True)
class LSTM(Recurrent):
    """Long short-term memory: a cell state that gates forget, fill and show."""

    idea: ClassVar[str] = N_("Keeps a cell state; three gates decide what is forgotten, added and shown.")
    gates: ClassVar[int] = 4

    recurrent_activation: str = setting(
        "sigmoid", Choice(N_("recurrent_activation"), N_("Function of the gates."), GATE_ACTIVATIONS)
    )


@register
@dataclass(frozen=True)
class GRU(Recurrent):
    """Gated recurrent unit: an update and a reset gate, and no state besides the output."""

    idea: ClassVar[str] = N_("Two gates mix the old state with a new one; smaller than LSTM, nearly as good.")
    gates: ClassVar[int] = 3

    recurrent_activation: str = setting(
        "sigmoid", Choice(N_("recurrent_activation"), N_("Function of the gates."), GATE_ACTIVATIONS)
    )
    reset_after: bool = setting(
        True, Switch(N_("reset_after"), N_("Apply the reset gate after the matrix product, as Keras does by default."))
    )

    @property
    def bias_shape(self) -> Shape:
        columns = self.gates * self.units
        return (2, columns) if self.reset_after else (columns,)


_INNER = LSTM()
MERGE_MODES = ("concat", "sum", "ave", "mul")


@register
@dataclass(frozen=True)
class Bidirectional(Layer):
    """The same kind of layer forwards and backwards over the sequence, each with weights of its own."""

    idea: ClassVar[str] = N_("Reads the sequence forwards and backwards and joins both results.")
    family: ClassVar[str] = SEQUENCE
    ranks: ClassVar[tuple[int, ...]] = (2,)

    layer: Recurrent = setting(
        _INNER, Nested(N_("layer"), N_("The layer that reads in both directions."), (LSTM, GRU, SimpleRNN))
    )
    merge_mode: str = setting("concat", Choice(N_("merge_mode"), N_("How the two results become one."), MERGE_MODES))

    def output_shape(self, input_shape: Shape) -> Shape:
        *steps, units = self.layer.output_shape(input_shape)
        return (*steps, 2 * units if self.merge_mode == "concat" else units)

    def weight_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        inner = self.layer.weight_shapes(input_shape)
        return {f"{side}_{name}": shape for side in ("forward", "backward") for name, shape in inner.items()}

    def flops(self, input_shape: Shape) -> int:
        return 2 * self.layer.flops(input_shape)


def is_stateful(layer: Layer) -> bool:
    """Whether the layer remembers from one batch to the next."""
    return getattr(getattr(layer, "layer", layer), "stateful", False)


def stateless(layer: Layer) -> Layer:
    """The layer without memory between batches."""
    if isinstance(layer, Bidirectional):
        return dataclasses.replace(layer, layer=dataclasses.replace(layer.layer, stateful=False))
    return dataclasses.replace(layer, stateful=False) if isinstance(layer, Recurrent) else layer
