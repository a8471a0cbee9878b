"""Many changed versions of one grey image in a grid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme
from explorer.figures.mosaic import coloured_shades, to_shades
from explorer.inspection.mosaic import Mosaic

_CLEAR = [[0.0, "rgba(0,0,0,0)"], [1.0, "rgba(0,0,0,0)"]]


def variants_figure(
    mosaic: Mosaic, told: Sequence[str], chosen: int, title: str, *, dark: bool = False, height: int = 500
) -> go.Figure:
    """Images of values 0 to 1, all on the scale of the single image; 0 is the paper's colour.

    Pointing at a variant tells its text in `told`; the variant `chosen` (from 0) is framed.
    """
    figure = theme.figure(title, height, dark)
    colours = coloured_shades(theme.tones(dark).paper)
    shades = to_shades(mosaic.values, 0, 1)
    figure.add_trace(go.Heatmap(z=shades, zmin=0, zmax=255, colorscale=colours, showscale=False, hoverinfo="skip"))
    figure.add_trace(_texts(mosaic, told))
    axis = {"visible": False, "constrain": "domain"}
    figure.update_layout(
        plot_bgcolor=theme.tones(dark).gap,
        shapes=[_frame(mosaic, chosen)],
        xaxis={**axis, "constraintoward": "left"},
        yaxis={**axis, "constraintoward": "top", "autorange": "reversed", "scaleanchor": "x"},
    )
    return figure


def _texts(mosaic: Mosaic, told: Sequence[str]) -> go.Heatmap:
    """One clear cell over each image, so that a text travels once for each image and not for each pixel."""
    rows, columns = mosaic.tiles
    height, width = mosaic.tile_shape
    texts = np.full(rows * columns, "", object)
    texts[: len(told)] = [theme.plain(text) for text in told]
    return go.Heatmap(
        z=np.zeros((rows, columns), np.uint8),
        x0=(width - 1) / 2,
        dx=width + 1,
        y0=(height - 1) / 2,
        dy=height + 1,
        text=texts.reshape(rows, columns).tolist(),
        hovertemplate="%{text}<extra></extra>",
        colorscale=_CLEAR,
        showscale=False,
    )


def _frame(mosaic: Mosaic, chosen: int) -> dict[str, object]:
    row, column = divmod(chosen, mosaic.tiles[1])
    height, width = mosaic.tile_shape
    left, top = column * (width + 1) - 0.5, row * (height + 1) - 0.5
    line = {"color": theme.ORANGE, "width": 2}
    return {"type": "rect", "x0": left, "x1": left + width, "y0": top, "y1": top + height, "line": line}
