"""A figure as the text that travels to the browser."""

from __future__ import annotations

import base64
import json
import math
from typing import Any

import numpy as np

from explorer.figures.graph_objects import Figure

_KINDS = ("i1", "u1", "i2", "u2", "i4", "u4", "f4", "f8")


def to_json(figure: Figure) -> str:
    """The figure as the JSON of Plotly, arrays of numbers packed as base64."""
    whole = {"data": figure.traces, "layout": figure.properties}
    try:
        return _dumps(whole)
    except ValueError:
        # JSON has no NaN; Plotly leaves a gap where there is nothing.
        return _dumps(_without_nan(whole))


def _dumps(value: Any) -> str:
    return json.dumps(value, default=_packed, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _packed(value: Any) -> Any:
    """What JSON does not know: arrays of numbers as plotly.js unpacks them, other arrays as lists."""
    if isinstance(value, np.generic):
        return _number(value.item())
    if not isinstance(value, np.ndarray):
        raise TypeError(f"{type(value).__name__} in a figure")
    array = _small(value)
    kind = array.dtype.str[1:]
    if kind not in _KINDS or not array.size or not array.ndim:
        return _without_nan(value.tolist())
    packed = {"dtype": kind, "bdata": base64.b64encode(np.ascontiguousarray(array).data).decode()}
    return packed if array.ndim == 1 else {**packed, "shape": ", ".join(map(str, array.shape))}


def _small(array: np.ndarray) -> np.ndarray:
    """Whole numbers of 64 bits in the smallest kind that has room for them: browsers have none of 64."""
    if array.dtype.kind not in "iu" or array.itemsize < 8 or not array.size:
        return array
    low, high = int(array.min()), int(array.max())
    for size in (1, 2, 4):
        kind = np.dtype(f"{array.dtype.kind}{size}")
        if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
            return array.astype(kind)
    return array


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nan(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(inner) for inner in value]
    return _number(value)


def _number(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
