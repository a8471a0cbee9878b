"""Several inputs: each goes through layers of its own, and then all are one vector."""

from __future__ import annotations

import math
from dataclasses import dataclass
from string import ascii_lowercase
from typing import ClassVar

from explorer.controls import Control, check_setting
from explorer.messages import N_, Message, message
from explorer.specs.base import Layer, Shape, SpecError, register
from explorer.specs.model import LayerSummary, ModelSpec

MAXIMUM_BRANCHES = 8
LARGEST_INPUT = 4096


class _Sizes(Control):
    def accepts(self, value: object) -> bool:
        return (
            isinstance(value, tuple)
            and 2 <= len(value) <= MAXIMUM_BRANCHES
            and all(type(size) is int and 0 < size <= LARGEST_INPUT for size in value)
        )

    def expected(self) -> Message:
        return message(N_("from 2 to {maximum} sizes of inputs"), maximum=MAXIMUM_BRANCHES)


class _Stacks(Control):
    def accepts(self, value: object) -> bool:
        return isinstance(value, tuple) and all(
            isinstance(stack, tuple) and all(isinstance(layer, Layer) for layer in stack) for stack in value
        )

    def expected(self) -> Message:
        return message(N_("layers for each input"))


@register
@dataclass(frozen=True)
class Branches(Layer):
    """The beginning of a model with several inputs, as ``keras.layers.concatenate`` ends it.

    The input is one vector, the inputs of `sizes` after each other; each goes through its own
    stack of `layers`, and their outputs after each other are one vector again.
    """

    idea: ClassVar[str] = N_("Several inputs, each with layers of its own; their outputs become one vector.")
    family: ClassVar[str] = "inputs"
    ranks: ClassVar[tuple[int, ...]] = (1,)
    leads: ClassVar[bool] = True

    sizes: tuple[int, ...] = (1, 1)
    layers: tuple[tuple[Layer, ...], ...] = ((), ())

    def __post_init__(self) -> None:
        super().__post_init__()
        check_setting(self, "sizes", _Sizes("sizes"))
        check_setting(self, "layers", _Stacks("layers"))

    @property
    def parts(self) -> dict[str, ModelSpec]:
        """The model of each input, by a letter."""
        return {
            letter: ModelSpec((size,), stack)
            for letter, size, stack in zip(ascii_lowercase, self.sizes, self.layers, strict=False)
        }

    def rows(self) -> dict[str, LayerSummary]:
        """The layers of all inputs by their names in the whole model, such as ``a_dense_1``.

        Raises:
            SpecError: naming the layer that cannot work.
        """
        return {f"{letter}_{row.name}": row for letter, part in self.parts.items() for row in part.summary()}

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(self.layers) != len(self.sizes) or input_shape != (sum(self.sizes),):
            raise SpecError(
                message(
                    N_("it shares out inputs of {sizes} among {count} stacks of layers and gets {shape}."),
                    sizes=" + ".join(map(str, self.sizes)),
                    count=len(self.layers),
                    shape=input_shape,
                )
            )
        shapes = [part.output_shape for part in self.parts.values()]
        if any(len(shape) != 1 for shape in shapes):
            raise SpecError(message(N_("each input's layers must end in a vector.")))
        return (sum(math.prod(shape) for shape in shapes),)

    def weight_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        return {
            f"{place}_{name}": shape for place, row in self.rows().items() for name, shape in row.weight_shapes.items()
        }

    def flops(self, input_shape: Shape) -> int:
        return sum(part.flops for part in self.parts.values())

    def non_trainable(self) -> tuple[str, ...]:
        return tuple(f"{place}_{name}" for place, row in self.rows().items() for name in row.layer.non_trainable())
