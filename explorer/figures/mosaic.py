"""A mosaic of maps or kernels as one heat map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme
from explorer.figures.theme import Colours
from explorer.inspection.mosaic import Mosaic

MAXIMUM_EXACT_CELLS = 28_000
"""Beyond this a picture is sent in 255 shades, and hovering tells the place in the map but no value."""


@dataclass(frozen=True)
class MosaicLabels:
    """Words of the hover text, such as "map", "row", "column", "value"."""

    map: str
    row: str
    column: str
    value: str
    channel: str = ""


def mosaic_figure(
    mosaic: Mosaic,
    title: str,
    labels: MosaicLabels,
    *,
    reach: float | None = None,
    high: float | None = None,
    own_scale: bool = False,
    dark: bool = False,
    height: int = 380,
) -> go.Figure:
    """One heat map for all maps.

    Without `reach` the colours run from the smallest to the largest value, or over each
    map's own values with `own_scale`. With it they run from -reach to reach about 0; with
    `high` from 0 to that.
    """
    figure = theme.figure(title, height, dark)
    exact = mosaic.values.size <= MAXIMUM_EXACT_CELLS
    scale = theme.ACTIVATION if reach is None else theme.tones(dark).signed
    if own_scale:
        shades = to_shades(mosaic.scaled_by_map(), 0, 1)
        drawn = {"z": shades, "zmin": 0, "zmax": 255, "colorscale": coloured_shades(scale)}
        values = {**drawn, "showscale": False, **({"customdata": mosaic.values} if exact else {})}
    else:
        low, high = (0.0, high) if high is not None else _limits(mosaic, reach)
        values = _exact(mosaic, low, high, scale) if exact else _coarse(mosaic, low, high, scale)
    figure.add_trace(go.Heatmap(**values, **_hover(mosaic, labels, exact, own_scale)))
    figure.update_layout(plot_bgcolor=theme.tones(dark).gap)
    figure.update_xaxes(visible=False, constrain="domain", type="category")
    figure.update_yaxes(
        visible=False, autorange="reversed", scaleanchor="x", constrain="domain", constraintoward="top", type="category"
    )
    return figure


def _limits(mosaic: Mosaic, reach: float | None) -> tuple[float, float]:
    if reach is not None:
        return -(reach or 1.0), reach or 1.0
    low, high = float(np.nanmin(mosaic.values)), float(np.nanmax(mosaic.values))
    return low, high if high > low else low + 1


def _exact(mosaic: Mosaic, low: float, high: float, colours: Colours) -> dict[str, object]:
    return {"z": mosaic.values, "zmin": low, "zmax": high, "colorscale": colours, "colorbar": _BAR}


def _coarse(mosaic: Mosaic, low: float, high: float, colours: Colours) -> dict[str, object]:
    ticks = np.linspace(low, high, 5)
    bar = {**_BAR, "tickvals": np.linspace(1, 255, 5).tolist(), "ticktext": [f"{tick:.3g}" for tick in ticks]}
    shades = to_shades(mosaic.values, low, high)
    return {"z": shades, "zmin": 0, "zmax": 255, "colorscale": coloured_shades(colours), "colorbar": bar}


_BAR = {"thickness": 10, "outlinewidth": 0, "len": 0.9, "tickfont": {"size": 11}}


def to_shades(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """Bytes 1 to 255 for low to high; 0 stands for the gaps, as bytes know no NaN."""
    return np.nan_to_num((values - low) / (high - low) * 254 + 1, nan=0).astype(np.uint8)


def coloured_shades(colours: Colours) -> Colours:
    """A colour scale for shades: clear at 0, the given colours from 1 to 255."""
    first = 1 / 255
    steps = [[first + (1 - first) * float(place), colour] for place, colour in colours]
    return [[0.0, "rgba(0,0,0,0)"], [first / 2, "rgba(0,0,0,0)"], [first / 2, colours[0][1]], *steps]


def _hover(mosaic: Mosaic, labels: MosaicLabels, exact: bool, own_scale: bool) -> dict[str, object]:
    """Places come from the axes' categories, so that no text travels for each cell."""
    value = f"<br>{labels.value} %{{{'customdata' if own_scale else 'z'}:.4g}}" if exact else ""
    height, width = mosaic.tile_shape
    if mosaic.by_channel:
        rows = _categories(mosaic.values.shape[0], height, f"{labels.channel} {{tile}}, {labels.row} {{cell}}")
        columns = _categories(mosaic.values.shape[1], width, f"{labels.map} {{tile}}, {labels.column} {{cell}}")
        return {
            "x": columns,
            "y": rows,
            "hovertemplate": f"%{{x}}<br>%{{y}}{value}<extra></extra>",
            "hoverongaps": False,
        }
    place = f"{labels.row} %{{y}}, {labels.column} %{{x}}{value}<extra></extra>"
    rows = _categories(mosaic.values.shape[0], height, "{cell}{mark}")
    columns = _categories(mosaic.values.shape[1], width, "{cell}{mark}")
    axes = {"x": columns, "y": rows, "hoverongaps": False}
    if mosaic.count == 1 or not exact:
        return {**axes, "hovertemplate": place}
    return {**axes, "text": mosaic.map_numbers(), "hovertemplate": f"{labels.map} %{{text}}<br>{place}"}


def _categories(cells: int, size: int, pattern: str) -> list[str]:
    """Names of rows or columns: the cell within its tile from 1, told apart by invisible marks."""
    return [
        pattern.format(tile=index // (size + 1) + 1, cell=index % (size + 1) + 1, mark=_mark(index // (size + 1)))
        for index in range(cells)
    ]


def _mark(number: int) -> str:
    """A number that nobody sees: its binary digits as two kinds of zero-width character."""
    return f"{number:b}".translate({ord("0"): "\u200b", ord("1"): "\u200c"})
