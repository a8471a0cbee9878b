"""Where a layer's parameter count comes from: every weight's shape multiplied out."""

from __future__ import annotations

import math
from dataclasses import dataclass

from explorer.specs import LayerSummary, ModelSpec, Shape
from explorer.specs.branches import Branches


@dataclass(frozen=True)
class Derivation:
    """One layer's count: its weights by name with their shapes, and their sum."""

    name: str
    kind: str
    input_shape: Shape
    output_shape: Shape
    weights: dict[str, Shape]
    parameters: int

    @property
    def sum(self) -> str:
        """Such as ``4 × 8 + 8 = 40``."""
        terms = [" × ".join(map(str, shape)) for shape in self.weights.values()]
        return f"{' + '.join(terms)} = {self.parameters:,}" if terms else "0"


def derivations(spec: ModelSpec) -> tuple[Derivation, ...]:
    """Every layer of a model, also those that several inputs go through.

    Raises:
        SpecError: if the model cannot work.
    """
    found: list[Derivation] = []
    for row in spec.summary():
        if isinstance(row.layer, Branches):
            found.extend(_derived(name, inner) for name, inner in row.layer.rows().items())
            found.append(Derivation(row.name, "Concatenate", row.input_shape, row.output_shape, {}, 0))
        else:
            found.append(_derived(row.name, row))
    return tuple(found)


def _derived(name: str, row: LayerSummary) -> Derivation:
    parameters = sum(math.prod(shape) for shape in row.weight_shapes.values())
    kind = type(row.layer).__name__
    return Derivation(name, kind, row.input_shape, row.output_shape, row.weight_shapes, parameters)
