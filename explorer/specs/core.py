"""Layers that do not care what their input is a picture of."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from explorer.controls import Choice, Fraction, Switch, Whole, setting
from explorer.messages import N_
from explorer.specs.base import ACTIVATIONS, Layer, Shape, activation_flops, register
from explorer.specs.parts import Initializer, Regularizer, kernel_initializer, kernel_regularizer


@register
@dataclass(frozen=True)
class Flatten(Layer):
    """Lays all values out in one row, without changing any."""

    idea: ClassVar[str] = N_("Lays all values out in one row, so that a dense layer can take them.")

    def output_shape(self, input_shape: Shape) -> Shape:
        return (math.prod(input_shape),)


@register
@dataclass(frozen=True)
class Dense(Layer):
    """Every output is a weighted sum of every input."""

    idea: ClassVar[str] = N_("Each unit is a weighted sum of all inputs.")
    ranks: ClassVar[tuple[int, ...]] = (1, 2)

    units: int = setting(100, Whole(N_("units"), N_("Number of outputs."), 1, 4096))
    activation: str = setting(
        "linear", Choice(N_("activation"), N_("Function applied to each output value."), ACTIVATIONS)
    )
    use_bias: bool = setting(True, Switch(N_("use_bias"), N_("Add one learned number per unit.")))
    kernel_initializer: Initializer = kernel_initializer()
    kernel_regularizer: Regularizer | None = kernel_regularizer()

    def output_shape(self, input_shape: Shape) -> Shape:
        return (*input_shape[:-1], self.units)

    def weight_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        kernel = (input_shape[-1], self.units)
        return {"kernel": kernel} | ({"bias": (self.units,)} if self.use_bias else {})

    def flops(self, input_shape: Shape) -> int:
        outputs = math.prod(self.output_shape(input_shape))
        multiply_adds = input_shape[-1] * outputs
        return 2 * multiply_adds + outputs * self.use_bias + activation_flops(self.activation, outputs)


@register
@dataclass(frozen=True)
class Activation(Layer):
    """A function applied to every value, as a layer of its own."""

    idea: ClassVar[str] = N_("Applies a function to every value; a layer of its own after a normalisation.")

    activation: str = setting(
        "relu", Choice(N_("activation"), N_("Function applied to each output value."), ACTIVATIONS)
    )

    def output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def flops(self, input_shape: Shape) -> int:
        return activation_flops(self.activation, math.prod(input_shape))


@register
@dataclass(frozen=True)
class Rescaling(Layer):
    """scale · x + offset, the same for every value: from pixels of 0 to 255 to what a network learns well from."""

    idea: ClassVar[str] = N_("Multiplies every value by one number and adds another; nothing is learned.")

    scale: float = setting(1.0, Fraction(N_("scale"), N_("Every value is multiplied by it."), -1000.0, 1000.0, 0.1))
    offset: float = setting(0.0, Fraction(N_("offset"), N_("Added to every value."), -1000.0, 1000.0, 0.1))

    def output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def flops(self, input_shape: Shape) -> int:
        return 2 * math.prod(input_shape)


@register
@dataclass(frozen=True)
class Dropout(Layer):
    """Switches off a random part of its input at each training step; does nothing at prediction."""

    idea: ClassVar[str] = N_("Switches off a random share of the values at each training step; none at prediction.")

    rate: float = setting(0.5, Fraction(N_("rate"), N_("Share of the values switched off in training."), 0.0, 0.95))

    def output_shape(self, input_shape: Shape) -> Shape:
        return input_shape


@register
@dataclass(frozen=True)
class BatchNormalization(Layer):
    """Centres and scales each channel with the batch's statistics, or at prediction the running ones."""

    idea: ClassVar[str] = N_("Centres and scales each channel by the batch's mean and variance.")

    momentum: float = setting(
        0.99, Fraction(N_("momentum"), N_("How slowly the running statistics follow the batches."), 0.0, 0.999, 0.01)
    )
    epsilon: float = setting(
        0.001,
        Fraction(N_("epsilon"), N_("Added to the variance so that nothing is divided by zero."), 1e-7, 0.1, 0.001),
    )

    def output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def weight_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        channels = (input_shape[-1],)
        return dict.fromkeys(("gamma", "beta", "moving_mean", "moving_variance"), channels)

    def flops(self, input_shape: Shape) -> int:
        return 2 * math.prod(input_shape) + 6 * input_shape[-1]

    def non_trainable(self) -> tuple[str, ...]:
        return ("moving_mean", "moving_variance")
