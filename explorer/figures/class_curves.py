"""The curves of a class as small multiples on one scale, as the payload of a component."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

FAR = 3.0
"""Losses above so many medians leave the picture: one run that blows up would press all others flat."""
LOWEST = 5
"""Per cent of all accuracies that may lie below the picture, for the same reason."""


Line = Sequence[float]
"""A run's values, one per epoch from the first on."""


@dataclass(frozen=True)
class Cell:
    """A member: the newest run's line, those before it, and words.

    `key` is what a click sends; `live` says that the newest run trains.
    """

    key: str
    name: str
    newest: Line
    older: Sequence[Line]
    state: str
    result: str
    time: str
    size: str
    differs: str
    live: bool = False


@dataclass(frozen=True)
class Scale:
    """The one scale of all cells: epochs 1 to `epochs`, values `low` to `high`; so many lines go beyond."""

    epochs: int
    low: float
    high: float
    beyond: int = 0


@dataclass(frozen=True)
class BoardLabels:
    """Words of the picture; `{epoch}` and `{value}` stand in `point`."""

    alt: str
    point: str
    choose: str


def scale(lines: Sequence[Line], percent: bool) -> Scale:
    """What holds all lines, without those far beyond the others; shares end at 0 and 1 at the latest."""
    values = np.array([value for line in lines for value in line if math.isfinite(value)])
    epochs = max((len(line) for line in lines), default=0)
    if not values.size:
        return Scale(max(epochs, 2), 0.0, 1.0)
    if percent:
        high = max(math.ceil(values.max() * 10), 1) / 10
        low = min(math.floor(np.percentile(values, LOWEST) * 10), round(high * 10) - 1) / 10
    else:
        low, high = 0.0, _round_up(min(float(values.max()), FAR * float(np.median(values))))
    beyond = sum(any(not low <= value <= high for value in line) for line in lines)
    return Scale(max(epochs, 2), low, high, beyond)


def _round_up(value: float) -> float:
    """The next number of two digits."""
    if value <= 0:
        return 1.0
    step = 10.0 ** (math.floor(math.log10(value)) - 1)
    return float(f"{math.ceil(value / step - 1e-9) * step:.2g}")


def pack(cells: Sequence[Cell], scale: Scale, labels: BoardLabels, chosen: str, percent: bool) -> bytes:
    """The cells as JSON, values in three or four digits; what is no number has a gap."""
    told = {
        "cells": [
            {**asdict(cell), "newest": _short(cell.newest), "older": list(map(_short, cell.older))} for cell in cells
        ],
        "scale": {**asdict(scale), "ticks": [_tick(value, percent) for value in (scale.low, scale.high)]},
        "labels": asdict(labels),
        "chosen": chosen,
        "percent": percent,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _short(line: Line) -> list[float | None]:
    return [float(f"{value:.4g}") if math.isfinite(value) else None for value in line]


def _tick(value: float, percent: bool) -> str:
    return f"{value:.0%}" if percent else f"{value:g}"
