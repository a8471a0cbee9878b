"""Layers over sequences that have no memory: embedding, one-hot, convolution and pooling along time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from explorer.controls import Choice, Fraction, Switch, Whole, check_setting, setting
from explorer.messages import N_
from explorer.specs.base import ACTIVATIONS, PADDINGS, SEQUENCE, Layer, Shape, activation_flops, register
from explorer.specs.convolutional import window_count
from explorer.specs.parts import Initializer, Regularizer, kernel_initializer, kernel_regularizer


@register
@dataclass(frozen=True)
class Embedding(Layer):
    """A table with one learned row for each token."""

    idea: ClassVar[str] = N_("Replaces each token by a learned row of numbers.")
    family: ClassVar[str] = SEQUENCE
    ranks: ClassVar[tuple[int, ...]] = (1,)
    tokens_in: ClassVar[bool] = True

    input_dim: int = setting(500, Whole(N_("input_dim"), N_("Size of the vocabulary."), 1, 50_000))
    output_dim: int = setting(16, Whole(N_("output_dim"), N_("Numbers for each token."), 1, 512))
    mask_zero: bool = setting(False, Switch(N_("mask_zero"), N_("Let later layers skip the padding (token 0).")))

    def output_shape(self, input_shape: Shape) -> Shape:
        return (*input_shape, self.output_dim)

    def weight_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        return {"embeddings": (self.input_dim, self.output_dim)}


@register
@dataclass(frozen=True)
class CategoryEncoding(Layer):
    """One-hot: as many numbers as there are tokens, all 0 but one; of a single time step a row alone."""

    idea: ClassVar[str] = N_("One-hot: each token becomes a row of zeros with a single 1.")
    family: ClassVar[str] = SEQUENCE
    ranks: ClassVar[tuple[int, ...]] = (1,)
    tokens_in: ClassVar[bool] = True

    num_tokens: int = setting(500, Whole(N_("num_tokens"), N_("Size of the vocabulary."), 1, 50_000))
    output_mode: str = "one_hot"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_setting(self, "output_mode", Choice("output_mode", options=("one_hot",)))

    def output_shape(self, input_shape: Shape) -> Shape:
        return (*(input_shape if input_shape[-1] > 1 else ()), self.num_tokens)


@register
@dataclass(frozen=True)
class Conv1D(Layer):
    """1-D convolution: `filters` kernels slide along the time steps."""

    idea: ClassVar[str] = N_("Slides small kernels along the sequence; each finds a pattern of neighbours.")
    family: ClassVar[str] = SEQUENCE
    ranks: ClassVar[tuple[int, ...]] = (2,)

    filters: int = setting(32, Whole(N_("filters"), N_("Number of kernels, one feature map each."), 1, 1024))
    kernel_size: int = setting(5, Whole(N_("kernel_size"), N_("Time steps that a kernel sees at once."), 1, 100))
    strides: int = setting(1, Whole(N_("strides"), N_("Step of the window; 2 halves the map."), 1, 8))
    padding: str = setting(
        "valid", Choice(N_("padding"), N_("`same` puts zeros around the input; `valid` does not."), PADDINGS)
    )
    activation: str = setting(
        "linear", Choice(N_("activation"), N_("Function applied to each output value."), ACTIVATIONS)
    )
    use_bias: bool = setting(True, Switch(N_("use_bias"), N_("Add one learned number per filter.")))
    kernel_initializer: Initializer = kernel_initializer()
    kernel_regularizer: Regularizer | None = kernel_regularizer()

    def output_shape(self, input_shape: Shape) -> Shape:
        return (window_count(input_shape[0], self.kernel_size, self.strides, self.padding), self.filters)

    def weight_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        kernel = (self.kernel_size, input_shape[-1], self.filters)
        return {"kernel": kernel} | ({"bias": (self.filters,)} if self.use_bias else {})

    def flops(self, input_shape: Shape) -> int:
        outputs = math.prod(self.output_shape(input_shape))
        multiply_adds = outputs * self.kernel_size * input_shape[-1]
        return 2 * multiply_adds + outputs * self.use_bias + activation_flops(self.activation, outputs)

    def largest(self, setting: str, input_shape: Shape) -> int | None:
        return input_shape[0] if setting == "kernel_size" and self.padding == "valid" else None


@register
@dataclass(frozen=True)
class MaxPooling1D(Layer):
    """Keeps the largest value of each window of time steps."""

    idea: ClassVar[str] = N_("Keeps the largest value of each window of time steps; the sequence gets shorter.")
    family: ClassVar[str] = SEQUENCE
    ranks: ClassVar[tuple[int, ...]] = (2,)

    pool_size: int = setting(2, Whole(N_("pool_size"), N_("Time steps in a window."), 1, 100))
    strides: int | None = None
    padding: str = setting(
        "valid", Choice(N_("padding"), N_("`same` keeps the windows that reach over the edge."), PADDINGS)
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.strides is not None:
            check_setting(self, "strides", Whole("strides", minimum=1, maximum=100))
        # Keras fills in the pool size; one model must not have two descriptions.
        if self.strides == self.pool_size:
            object.__setattr__(self, "strides", None)

    def output_shape(self, input_shape: Shape) -> Shape:
        steps, channels = input_shape
        return (window_count(steps, self.pool_size, self.strides or self.pool_size, self.padding), channels)

    def flops(self, input_shape: Shape) -> int:
        return math.prod(self.output_shape(input_shape)) * self.pool_size

    def largest(self, setting: str, input_shape: Shape) -> int | None:
        return input_shape[0] if setting == "pool_size" and self.padding == "valid" else None


@dataclass(frozen=True)
class _GlobalPooling1D(Layer):
    """Keeps one number per channel of a sequence."""

    family: ClassVar[str] = SEQUENCE
    ranks: ClassVar[tuple[int, ...]] = (2,)

    def output_shape(self, input_shape: Shape) -> Shape:
        return (input_shape[-1],)

    def flops(self, input_shape: Shape) -> int:
        return math.prod(input_shape)


@register
@dataclass(frozen=True)
class GlobalMaxPooling1D(_GlobalPooling1D):
    """Keeps the largest value of each channel over all time steps."""

    idea: ClassVar[str] = N_("Keeps each channel's largest value over all time steps.")


@register
@dataclass(frozen=True)
class GlobalAveragePooling1D(_GlobalPooling1D):
    """Keeps the mean of each channel over all time steps, or over those that the mask leaves."""

    idea: ClassVar[str] = N_("Keeps each channel's mean over all time steps.")


@register
@dataclass(frozen=True)
class LayerNormalization(Layer):
    """Centres and scales the features of each example, at each time step by itself."""

    idea: ClassVar[str] = N_("Centres and scales each example's features by their own mean and variance.")
    ranks: ClassVar[tuple[int, ...]] = (1, 2)

    epsilon: float = setting(
        0.001,
        Fraction(N_("epsilon"), N_("Added to the variance so that nothing is divided by zero."), 1e-7, 0.1, 0.001),
    )

    def output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def weight_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        return dict.fromkeys(("gamma", "beta"), (input_shape[-1],))

    def flops(self, input_shape: Shape) -> int:
        return math.prod(input_shape[:-1]) * (9 * input_shape[-1] + 4)
