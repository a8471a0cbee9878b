"""Convolution and pooling over images."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from explorer.controls import Choice, Pair, Switch, Whole, setting
from explorer.messages import N_, message
from explorer.specs.base import ACTIVATIONS, IMAGE, PADDINGS, Layer, Shape, SpecError, activation_flops, register
from explorer.specs.parts import Initializer, Regularizer, kernel_initializer, kernel_regularizer


@register
@dataclass(frozen=True)
class Conv2D(Layer):
    """2-D convolution: `filters` kernels slide over the image, each giving one feature map."""

    idea: ClassVar[str] = N_("Slides small kernels over the image; each kernel gives one feature map.")
    family: ClassVar[str] = IMAGE
    ranks: ClassVar[tuple[int, ...]] = (3,)

    filters: int = setting(32, Whole(N_("filters"), N_("Number of kernels, one feature map each."), 1, 1024))
    kernel_size: tuple[int, int] = setting(
        (3, 3), Pair(N_("kernel_size"), N_("Height and width of the window that slides over the input."), 1, 28)
    )
    strides: tuple[int, int] = setting((1, 1), Pair(N_("strides"), N_("Step of the window; 2 halves the map."), 1, 8))
    padding: str = setting(
        "valid",
        Choice(N_("padding"), N_("`same` puts zeros around the input; `valid` does not."), PADDINGS),
    )
    dilation_rate: tuple[int, int] = setting(
        (1, 1), Pair(N_("dilation_rate"), N_("Gaps between the kernel's cells; 1 means none."), 1, 8)
    )
    activation: str = setting(
        "linear", Choice(N_("activation"), N_("Function applied to each output value."), ACTIVATIONS)
    )
    use_bias: bool = setting(True, Switch(N_("use_bias"), N_("Add one learned number per filter.")))
    kernel_initializer: Initializer = kernel_initializer()
    kernel_regularizer: Regularizer | None = kernel_regularizer()

    def output_shape(self, input_shape: Shape) -> Shape:
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise SpecError(
                message(N_("strides and dilation_rate cannot both be larger than 1; set one of them to 1."))
            )
        height, width, _ = input_shape
        spans = [(k - 1) * d + 1 for k, d in zip(self.kernel_size, self.dilation_rate, strict=True)]
        sizes = [
            window_count(size, span, stride, self.padding)
            for size, span, stride in zip((height, width), spans, self.strides, strict=True)
        ]
        return (*sizes, self.filters)

    def largest(self, setting: str, input_shape: Shape) -> int | None:
        bounded = self.padding == "valid"
        if setting == "kernel_size" and bounded:
            return min((size - 1) // d + 1 for size, d in zip(input_shape, self.dilation_rate, strict=False))
        if setting == "dilation_rate":
            if max(self.strides) > 1:
                return 1
            gaps = [(size - 1) // (k - 1) for size, k in zip(input_shape, self.kernel_size, strict=False) if k > 1]
            return max(1, min(gaps)) if bounded and gaps else None
        return 1 if setting == "strides" and max(self.dilation_rate) > 1 else None

    def weight_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        kernel = (*self.kernel_size, input_shape[-1], self.filters)
        return {"kernel": kernel} | ({"bias": (self.filters,)} if self.use_bias else {})

    def flops(self, input_shape: Shape) -> int:
        outputs = math.prod(self.output_shape(input_shape))
        multiply_adds = outputs * math.prod(self.kernel_size) * input_shape[-1]
        return 2 * multiply_adds + outputs * self.use_bias + activation_flops(self.activation, outputs)


@dataclass(frozen=True)
class _Pooling2D(Layer):
    """A window that slides over each channel by itself and has no weights."""

    family: ClassVar[str] = IMAGE
    ranks: ClassVar[tuple[int, ...]] = (3,)

    pool_size: tuple[int, int] = setting(
        (2, 2), Pair(N_("pool_size"), N_("Height and width of the pooling window."), 1, 14)
    )
    strides: tuple[int, int] | None = setting(
        None,
        Pair(N_("strides"), N_("Step of the window; empty means the pool size."), 1, 14, optional=True),
    )
    padding: str = setting(
        "valid",
        Choice(N_("padding"), N_("`same` keeps the windows that reach over the edge."), PADDINGS),
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        # Keras fills in the pool size; one model must not have two descriptions.
        if self.strides == self.pool_size:
            object.__setattr__(self, "strides", None)

    def output_shape(self, input_shape: Shape) -> Shape:
        height, width, channels = input_shape
        sizes = [
            window_count(size, pool, stride, self.padding)
            for size, pool, stride in zip((height, width), self.pool_size, self.strides or self.pool_size, strict=True)
        ]
        return (*sizes, channels)

    def largest(self, setting: str, input_shape: Shape) -> int | None:
        return min(input_shape[:2]) if setting == "pool_size" and self.padding == "valid" else None

    def flops(self, input_shape: Shape) -> int:
        return math.prod(self.output_shape(input_shape)) * math.prod(self.pool_size)


@register
@dataclass(frozen=True)
class MaxPooling2D(_Pooling2D):
    """Keeps the largest value of each window."""

    idea: ClassVar[str] = N_("Keeps the largest value of each window; the maps shrink, their number stays.")


@register
@dataclass(frozen=True)
class AveragePooling2D(_Pooling2D):
    """Keeps the mean of each window."""

    idea: ClassVar[str] = N_("Keeps the mean of each window; the maps shrink, their number stays.")


@dataclass(frozen=True)
class _GlobalPooling(Layer):
    """Keeps one number per channel."""

    family: ClassVar[str] = IMAGE
    ranks: ClassVar[tuple[int, ...]] = (3,)

    def output_shape(self, input_shape: Shape) -> Shape:
        return (input_shape[-1],)

    def flops(self, input_shape: Shape) -> int:
        return math.prod(input_shape)


@register
@dataclass(frozen=True)
class GlobalMaxPooling2D(_GlobalPooling):
    """Keeps one number per channel: the largest of the whole map."""

    idea: ClassVar[str] = N_("Keeps one number per map: its largest value.")


@register
@dataclass(frozen=True)
class GlobalAveragePooling2D(_GlobalPooling):
    """Keeps one number per channel: the mean of the whole map."""

    idea: ClassVar[str] = N_("Keeps one number per map: its mean.")


def window_count(size: int, span: int, stride: int, padding: str) -> int:
    """How many windows of `span` cells fit along an axis of `size` cells.

    `valid`: floor((size - span) / stride) + 1; `same`: ceil(size / stride), as in
    https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2.

    Raises:
        SpecError: if not even one window fits.
    """
    if padding == "same":
        return -(-size // stride)
    if span > size:
        raise SpecError(
            message(
                N_("its window of {span} does not fit into a map of {size}; use at most {size}, or padding `same`."),
                span=span,
                size=size,
            )
        )
    return (size - span) // stride + 1
