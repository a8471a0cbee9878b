"""Holding gates and states of recurrent layers at a value while the network reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.layers import base
from explorer.layers.recurrent import CELLS
from explorer.network import Network
from explorer.specs import Bidirectional, Layer, Recurrent

MAXIMUM = 20
"""Clamps in force at once."""

SQUASHED, SIGNED, CELL_STATE = (0.0, 1.0), (-1.0, 1.0), (-5.0, 5.0)
_TEXT = re.compile(
    r"(?P<layer>[a-z]\w{0,40})/(?P<quantity>(?:forward_|backward_)?[a-z])(?:/(?P<unit>\d{1,4}))?"
    r"=(?P<value>-?\d{1,3}(?:\.\d{1,4})?)(?:@(?P<first>\d{1,6})-(?P<last>\d{1,6})?)?"
)


@dataclass(frozen=True)
class Clamp:
    """A gate or state of one layer held at a value.

    `quantity` is its letter as `LayerResult.gates` has it, `unit` counts from 0 (None: all
    units), `first` and `last` are time steps from 0, both included (`last` None: to the end).
    """

    layer: str
    quantity: str
    unit: int | None
    value: float
    first: int = 0
    last: int | None = None

    def fits(self, network: Network) -> bool:
        """Whether the network has this layer, quantity and unit."""
        low, high = limits(self.quantity)
        units = quantities(network).get(self.layer, {}).get(self.quantity, 0)
        return (self.unit is None or 0 <= self.unit < units) and units > 0 and low <= self.value <= high

    def __str__(self) -> str:
        """As `parse` reads it: `lstm_1/f/3=0.5@10-20`, with units and steps counted from 1."""
        unit = "" if self.unit is None else f"/{self.unit + 1}"
        steps = f"@{self.first + 1}-{'' if self.last is None else self.last + 1}"
        anywhere = self.first == 0 and self.last is None
        return f"{self.layer}/{self.quantity}{unit}={self.value:.4g}{'' if anywhere else steps}"


def parse(text: str) -> Clamp:
    """The clamp that a text describes.

    Raises:
        ValueError: if it describes none.
    """
    found = _TEXT.fullmatch(text)
    if found is None:
        raise ValueError(text)
    unit, first, last = (None if found[name] is None else int(found[name]) - 1 for name in ("unit", "first", "last"))
    if min(unit or 0, first or 0) < 0 or (last is not None and last < (first or 0)):
        raise ValueError(text)
    return Clamp(found["layer"], found["quantity"], unit, float(found["value"]), first or 0, last)


def functions(clamps: Sequence[Clamp]) -> dict[str, base.Clamp]:
    """What `Network.trace` takes: a function for each layer; of two clamps of the same value the later one holds."""
    names = dict.fromkeys(clamp.layer for clamp in clamps)
    return {name: _function([clamp for clamp in clamps if clamp.layer == name]) for name in names}


def _function(clamps: Iterable[Clamp]) -> base.Clamp:
    by_quantity: dict[str, list[Clamp]] = {}
    for clamp in clamps:
        by_quantity.setdefault(clamp.quantity, []).append(clamp)

    def hold(quantity: str, step: int, values: np.ndarray) -> np.ndarray:
        held = [clamp for clamp in by_quantity.get(quantity, ()) if _inside(clamp, step)]
        if not held:
            return values
        values = values.copy()
        for clamp in held:
            values[:, slice(None) if clamp.unit is None else clamp.unit] = clamp.value
        return values

    return hold


def _inside(clamp: Clamp, step: int) -> bool:
    return clamp.first <= step and (clamp.last is None or step <= clamp.last)


def quantities(network: Network) -> dict[str, dict[str, int]]:
    """The gates and states of each recurrent layer by their letters, with how many units each has."""
    found = {name: _of(layer) for name, layer in zip(network.spec.names(), network.spec.layers, strict=True)}
    return {name: letters for name, letters in found.items() if letters}


def _of(layer: Layer) -> dict[str, int]:
    if isinstance(layer, Bidirectional):
        inner = _of(layer.layer)
        return {f"{side}_{name}": units for side in ("forward", "backward") for name, units in inner.items()}
    return dict.fromkeys(CELLS[type(layer)].quantities, layer.units) if isinstance(layer, Recurrent) else {}


def letter(quantity: str) -> str:
    """The letter of a quantity in the equations: "f" of "backward_f"."""
    return quantity.rpartition("_")[2]


def limits(quantity: str) -> tuple[float, float]:
    """Between which values a quantity can be held: gates 0 to 1, what comes from tanh -1 to 1, c -5 to 5."""
    return {"c": CELL_STATE, "g": SIGNED, "h": SIGNED}.get(letter(quantity), SQUASHED)
