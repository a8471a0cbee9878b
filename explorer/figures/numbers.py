"""The numbers of any figure as one long table: a row for each point."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from explorer.figures import graph_objects as go

HEAD = ("picture", "series", "x", "y", "value")
MAXIMUM_ROWS = 500_000

Row = tuple[Any, ...]


def rows(figures: Mapping[str, go.Figure]) -> Iterator[Row]:
    """Rows under `HEAD` for all figures, named by their titles; at most `MAXIMUM_ROWS`.

    Of a picture of colours the values are its channels, a row for each; places without a number are left out.
    """
    count = 0
    for key, figure in figures.items():
        picture = _plain(figure.title) or key
        for number, trace in enumerate(figure.data, 1):
            series = _plain(trace.name) or str(number)
            for point in _points(trace):
                if count == MAXIMUM_ROWS:
                    return
                count += 1
                yield (picture, series, *point)


def _points(trace: Any) -> Iterator[Row]:
    """x, y and value of each point of a trace."""
    across, down, z = (_array(trace, name) for name in ("x", "y", "z"))
    if z is not None:
        yield from _cells(z, across, down)
        return
    for place in range(max((len(values) for values in (across, down) if values is not None), default=0)):
        yield _at(across, place, place), _at(down, place, place), ""


def _cells(z: np.ndarray, across: np.ndarray | None, down: np.ndarray | None) -> Iterator[Row]:
    for place in np.ndindex(z.shape):
        value = _number(z[place])
        if value != "":
            yield _at(across, place[1], place[1]), _at(down, place[0], place[0]), value


def _array(trace: Any, name: str) -> np.ndarray | None:
    """What a trace holds under a name."""
    found = getattr(trace, name, None)
    return None if found is None else np.asarray(found)


def _at(values: np.ndarray | None, place: int, default: Any) -> Any:
    if values is None:
        return default
    found = values[place] if place < len(values) else ""
    return _number(found) if not isinstance(found, np.ndarray) else " ".join(map(str, found))


def _number(value: Any) -> Any:
    """A plain Python value; what is missing is empty."""
    value = value.item() if isinstance(value, np.generic) else value
    return "" if value is None or value != value else value


def _plain(text: str | None) -> str:
    """A title without the line breaks of HTML."""
    return (text or "").replace("<br>", " ").strip()
