"""The equations of a cell written out: which numbers are multiplied and added, in which order things are computed.

Symbols have subscripts in braces, as in ``W_{xf}``. W_x is Keras's kernel and W_h its recurrent_kernel.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from explorer.inspection.cells import FIXED, Study
from explorer.layers.cell_weights import columns
from explorer.layers.recurrent import CELLS
from explorer.specs import GRU, LSTM, Recurrent, SimpleRNN

INPUT, RECURRENT, BIAS, KEEP, ADD, SHOW = "input", "recurrent", "biases", "keep", "add", "show"

CANDIDATE = "ĥ"
"""How a GRU's candidate, letter g, is written."""


@dataclass(frozen=True)
class Factor:
    """One number: a place in a table of `Study.tables` (there after the time step, unless the table is `FIXED`)."""

    table: str
    place: tuple[int, ...]
    symbol: str

    def value(self, tables: Mapping[str, np.ndarray], step: int) -> float:
        table = tables[self.table] if self.table in FIXED else tables[self.table][step]
        return float(table[self.place])


@dataclass(frozen=True)
class Part:
    """Terms that belong together, each a product of factors; `gate`, if there is one, multiplies their sum."""

    kind: str
    terms: tuple[tuple[Factor, ...], ...]
    gate: Factor | None = None

    def sum(self, tables: Mapping[str, np.ndarray], step: int) -> float:
        """The terms' sum times the gate, in double precision."""
        total = sum(math.prod(factor.value(tables, step) for factor in term) for term in self.terms)
        return total * (1 if self.gate is None else self.gate.value(tables, step))


@dataclass(frozen=True)
class Equation:
    """One unit of a gate or state: `function` of the sum of all parts ("linear": the sum itself)."""

    letter: str
    unit: int
    function: str
    parts: tuple[Part, ...]

    def logit(self, tables: Mapping[str, np.ndarray], step: int) -> float:
        """What the function is applied to."""
        return sum(part.sum(tables, step) for part in self.parts)


def equations(study: Study) -> dict[str, tuple[Equation, ...]]:
    """For each letter, in the order of computation, the equation of every unit."""
    layer = study.layer
    return {
        letter: tuple(Equation(letter, unit, function_of(layer, letter), _parts(study, letter, unit)) for unit in units)
        for letter in dict.fromkeys(stage.letter for stage in STAGES[type(layer)])
        for units in [range(layer.units)]
    }


def function_of(layer: Recurrent, letter: str) -> str:
    """The activation that makes a gate or state out of its sum."""
    if isinstance(layer, SimpleRNN) or letter == "g":
        return layer.activation
    return str(getattr(layer, "recurrent_activation", "")) if letter in CELLS[type(layer)].gates else "linear"


def _parts(study: Study, letter: str, unit: int) -> tuple[Part, ...]:
    at = (unit,)
    if (type(study.layer), letter) == (LSTM, "c"):
        return (
            Part(KEEP, ((Factor("f", at, "f"), Factor("c-", at, "c_{t−1}")),)),
            Part(ADD, ((Factor("i", at, "i"), Factor("g", at, "g")),)),
        )
    if (type(study.layer), letter) == (LSTM, "h"):
        return (Part(SHOW, ((Factor("o", at, "o"), Factor("tanh(c)", at, "tanh(c)")),)),)
    if (type(study.layer), letter) == (GRU, "h"):
        return (
            Part(KEEP, ((Factor("z", at, "z"), Factor("h-", at, "h_{t−1}")),)),
            Part(ADD, ((Factor("1-z", at, "1 − z"), Factor("g", at, CANDIDATE)),)),
        )
    return _sums(study, letter, unit)


def _sums(study: Study, letter: str, unit: int) -> tuple[Part, ...]:
    """x·W_x + h₋·W_h + b of one unit of a gate, candidate or simple state."""
    layer = study.layer
    column, name = columns(layer, letter).start + unit, subscript(layer, letter)
    entering = tuple(_product("x", "W_x", row, column, f"x_{{{row + 1}}}", name) for row in range(study.features))
    biases = [
        Factor("b", (row, column), f"b{'′' * row}_{{{name}}}" if name else "b")
        for row in range(np.atleast_2d(study.weights["bias"]).shape[0])
    ]
    candidate = isinstance(layer, GRU) and letter == "g"
    after = isinstance(layer, GRU) and layer.reset_after
    source = "r*h-" if candidate and not after else "h-"
    written = "(r·h_{{t−1}})_{{{}}}" if source == "r*h-" else "h_{{t−1,{}}}"
    returning = tuple(_product(source, "W_h", row, column, written.format(row + 1), name) for row in range(layer.units))
    if candidate and after:
        gate = Factor("r", (unit,), "r")
        return (
            Part(INPUT, entering),
            Part(BIAS, ((biases[0],),)),
            Part(RECURRENT, (*returning, (biases[1],)), gate),
        )
    return (Part(INPUT, entering), Part(RECURRENT, returning), Part(BIAS, tuple((bias,) for bias in biases)))


def _product(source: str, table: str, row: int, column: int, symbol: str, name: str) -> tuple[Factor, Factor]:
    letter = "x" if table == "W_x" else "h"
    return (
        Factor(source, (row,), symbol),
        Factor(table, (row, column), f"W_{{{letter}{name}}}"),
    )


def subscript(layer: Recurrent, letter: str) -> str:
    """The letter under a weight; the only weights of a SimpleRNN have none, and a GRU's candidate is h."""
    if isinstance(layer, SimpleRNN):
        return ""
    return "h" if isinstance(layer, GRU) and letter == "g" else letter


@dataclass(frozen=True)
class Stage:
    """One moment of a step: the equation that is computed, and the part of it that comes first or next."""

    letter: str
    part: str = ""


def _in_order(*names: str) -> tuple[Stage, ...]:
    return tuple(Stage(*name.split()) for name in names)


STAGES: dict[type[Recurrent], tuple[Stage, ...]] = {
    SimpleRNN: _in_order("h input", "h recurrent", "h"),
    LSTM: _in_order("f", "i", "g", "c keep", "c add", "o", "h"),
    GRU: _in_order("r", "g recurrent", "g", "z", "h keep", "h add"),
}
"""The order in which a cell computes: nothing is used before it is there."""

_LSTM_GATE = "{letter}_{{t}} = {function}(x_{{t}} W_{{x{letter}}} + h_{{t−1}} W_{{h{letter}}} + b_{{{letter}}})"
_GRU_GATE = _LSTM_GATE.replace("b_{{{letter}}})", "b_{{{letter}}}{second})")


def formulas(layer: Recurrent) -> dict[str, str]:
    """Each letter's equation for all units at once, as the textbook writes it; ⊙ multiplies unit by unit."""
    if isinstance(layer, SimpleRNN):
        return {"h": "h_{t} = tanh(x_{t} W_{x} + h_{t−1} W_{h} + b)"}
    if isinstance(layer, GRU):
        gates = {
            name: _GRU_GATE.format(letter=name, function="σ", second=f" + b′_{{{name}}}" if layer.reset_after else "")
            for name in ("r", "z")
        }
        inner = "r_{t} ⊙ (h_{t−1} W_{hh} + b′_{h})" if layer.reset_after else "(r_{t} ⊙ h_{t−1}) W_{hh}"
        return {
            **gates,
            "g": f"{CANDIDATE}_{{t}} = tanh(x_{{t}} W_{{xh}} + b_{{h}} + {inner})",
            "h": f"h_{{t}} = z_{{t}} ⊙ h_{{t−1}} + (1 − z_{{t}}) ⊙ {CANDIDATE}_{{t}}",
        }
    gates = {name: _LSTM_GATE.format(letter=name, function="σ") for name in ("f", "i", "o")}
    return {
        **gates,
        "g": _LSTM_GATE.format(letter="g", function="tanh"),
        "c": "c_{t} = f_{t} ⊙ c_{t−1} + i_{t} ⊙ g_{t}",
        "h": "h_{t} = o_{t} ⊙ tanh(c_{t})",
    }


def all_parts(study: Study) -> Iterator[tuple[str, str, np.ndarray]]:
    """For each letter and kind of part, the part's sums (time steps, units)."""
    tables = study.tables()
    for letter, units in equations(study).items():
        for place, part in enumerate(units[0].parts):
            sums = [[unit.parts[place].sum(tables, step) for unit in units] for step in range(study.steps)]
            yield letter, part.kind, np.array(sums)
