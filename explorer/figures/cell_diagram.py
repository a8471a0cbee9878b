"""A cell's way over a sequence as the message that the browser draws: diagram, unrolled cell and equations."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.figures import theme
from explorer.inspection import cell_equations
from explorer.inspection.cell_equations import CANDIDATE, STAGES, Equation, Factor
from explorer.inspection.cells import FIXED, Study
from explorer.layers.cell_weights import columns
from explorer.layers.recurrent import CELLS
from explorer.specs import GRU

DIAGRAM, UNROLLED = "diagram", "unrolled"


@dataclass(frozen=True)
class DiagramLabels:
    """Words of the diagram; those with places in braces are filled in the browser."""

    play: str
    pause: str
    previous: str
    next: str
    scrub: str
    speed: str
    perSecond: str
    step: str
    unit: str
    hint: str
    one: str
    matrices: str
    form: str
    order: str
    partAt: str
    kernel: str
    recurrent: str
    same: str
    alt: str


def pack(
    study: Study,
    view: str,
    labels: DiagramLabels,
    names: Mapping[str, str],
    notes: Mapping[str, str],
    *,
    token: str,
    dark: bool = False,
) -> bytes:
    """JSON for the component; `names` and `notes` tell of each letter what it is, and what to remark on its equation.

    While the `token` stays the same, the browser keeps the step, part and unit that were chosen.
    """
    layer = study.layer
    message = {
        "view": view,
        "token": token,
        "kind": study.kind,
        "resetAfter": isinstance(layer, GRU) and layer.reset_after,
        "steps": study.steps,
        "units": layer.units,
        "features": study.features,
        "gates": CELLS[type(layer)].gates,
        "states": CELLS[type(layer)].states,
        "tables": {name: _rounded(table) for name, table in study.tables().items()},
        "fixed": FIXED,
        "stages": [[stage.letter, stage.part] for stage in STAGES[type(layer)]],
        "formulas": cell_equations.formulas(layer),
        "matrices": _matrices(study),
        "equations": {letter: [_equation(unit) for unit in units] for letter, units in _equations(study).items()},
        "sums": _sums(study),
        "symbols": {letter: CANDIDATE if _is_candidate(study, letter) else letter for letter in theme.GATES},
        "names": dict(names),
        "notes": dict(notes),
        "colours": theme.GATES,
        "scales": _scales(study, dark),
        "labels": dataclasses.asdict(labels),
        "alt": labels.alt,
    }
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def _is_candidate(study: Study, letter: str) -> bool:
    return letter == "g" and isinstance(study.layer, GRU)


def _rounded(values: np.ndarray) -> Any:
    """Nested lists with as many digits as single precision has."""
    if values.ndim:
        return [_rounded(row) for row in values]
    return float(f"{float(values):.7g}")


def _equations(study: Study) -> dict[str, tuple[Equation, ...]]:
    return cell_equations.equations(study)


def _equation(equation: Equation) -> dict[str, Any]:
    return {
        "function": equation.function,
        "parts": [
            {
                "kind": part.kind,
                "gate": None if part.gate is None else _factor(part.gate),
                "terms": [[_factor(factor) for factor in term] for term in part.terms],
            }
            for part in equation.parts
        ],
    }


def _factor(factor: Factor) -> list[Any]:
    return [factor.table, list(factor.place), factor.symbol]


def _sums(study: Study) -> dict[str, dict[str, Any]]:
    """For each letter the sums of its parts by their kinds, and "logit" for all of them: (time steps, units)."""
    found: dict[str, dict[str, Any]] = {}
    totals: dict[str, np.ndarray] = {}
    for letter, kind, sums in cell_equations.all_parts(study):
        found.setdefault(letter, {})[kind] = _rounded(sums)
        totals[letter] = totals.get(letter, 0) + sums
    for letter, total in totals.items():
        found[letter]["logit"] = _rounded(total)
    return found


def _matrices(study: Study) -> dict[str, list[Any]]:
    """Each equation as signs and operands; an operand is a table, or some columns (and a row) of a fixed one."""
    layer = study.layer
    found: dict[str, list[Any]] = {}
    for letter in _equations(study):
        where = columns(layer, letter)
        span = [where.start, where.stop]
        name = cell_equations.subscript(layer, letter)
        function = {"sigmoid": "σ"}.get(cell_equations.function_of(layer, letter), "tanh")
        weights = [_operand("W_x", f"W_{{x{name}}}", span), _operand("W_h", f"W_{{h{name}}}", span)]
        biases = [
            _operand("b", f"b{'′' * row}_{{{name}}}" if name else "b", span, row)
            for row in range(np.atleast_2d(study.weights["bias"]).shape[0])
        ]
        x, h = _operand("x", "x_{t}"), _operand("h-", "h_{t−1}")
        if _is_candidate(study, letter):
            inner = (
                [_operand("r", "r"), "⊙", "(", h, weights[1], "+", biases[1], ")"]
                if layer.reset_after  # type: ignore[attr-defined]
                else ["(", _operand("r", "r"), "⊙", h, ")", weights[1]]
            )
            found[letter] = ["tanh", "(", x, weights[0], "+", biases[0], "+", *inner, ")"]
        else:
            added = [sign for bias in biases for sign in ("+", bias)]
            found[letter] = [function, "(", x, weights[0], "+", h, weights[1], *added, ")"]
    return found | {letter: items for letter, items in _updates(study).items() if letter in found}


def _updates(study: Study) -> dict[str, list[Any]]:
    """The equations of states, unit by unit."""
    if study.kind == "LSTM":
        return {
            "c": [_operand("f", "f"), "⊙", _operand("c-", "c_{t−1}"), "+", _operand("i", "i"), "⊙", _operand("g", "g")],
            "h": [_operand("o", "o"), "⊙", _operand("tanh(c)", "tanh(c)")],
        }
    if study.kind == "GRU":
        old = [_operand("z", "z"), "⊙", _operand("h-", "h_{t−1}")]
        return {"h": [*old, "+", _operand("1-z", "1 − z"), "⊙", _operand("g", CANDIDATE)]}
    return {}


def _operand(table: str, symbol: str, span: list[int] | None = None, row: int | None = None) -> dict[str, Any]:
    return {"table": table, "symbol": symbol, "span": span, "row": row}


def _scales(study: Study, dark: bool) -> dict[str, Any]:
    """Gates from 0 to 1; states, inputs and weights each diverging about 0."""
    signed = theme.tones(dark).signed
    tables = study.tables()

    def about_zero(*names: str) -> dict[str, Any]:
        reach = max(float(np.abs(tables[name]).max()) for name in names) or 1.0
        return {"stops": signed, "low": -reach, "high": reach}

    states = CELLS[type(study.layer)].states
    return {
        "gate": {"stops": theme.ACTIVATION, "low": 0.0, "high": 1.0},
        "state": {"stops": signed, "low": -1.0, "high": 1.0},
        "long": about_zero(*states) if "c" in states else None,
        "x": about_zero("x"),
        "weight": about_zero("W_x", "W_h", "b"),
    }
