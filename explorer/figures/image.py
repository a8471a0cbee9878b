"""One input image, pixel by pixel."""

from __future__ import annotations

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme
from explorer.figures.theme import Colours

BLACK_TO_WHITE: Colours = [[0.0, "#000000"], [1.0, "#ffffff"]]


def image_figure(
    image: np.ndarray,
    title: str,
    row: str,
    column: str,
    value: str,
    *,
    as_photo: bool = False,
    dark: bool = False,
    height: int = 280,
) -> go.Figure:
    """An image (height, width), or (height, width, 1 or 3) in grey or RGB, of values 0 to 1.

    In a grey one 0 is the paper's colour, or black `as_photo`.
    """
    figure = theme.figure(title, height, dark)
    place = f"{row} %{{y}}, {column} %{{x}}<br>{value}"
    if image.ndim == 3 and image.shape[-1] == 3:
        parts = ", ".join(f"%{{z[{channel}]}}/255" for channel in range(3))
        figure.add_trace(
            go.Image(
                z=np.rint(image * 255).astype(np.uint8),
                x0=1,
                y0=1,
                colormodel="rgb",
                hovertemplate=f"{place} {parts}<extra></extra>",
            )
        )
    else:
        figure.add_trace(
            go.Heatmap(
                z=image.reshape(image.shape[:2]).astype(np.float32),
                x0=1,
                y0=1,
                zmin=0,
                zmax=1,
                colorscale=BLACK_TO_WHITE if as_photo else theme.tones(dark).paper,
                showscale=False,
                hovertemplate=f"{place} %{{z:.3f}}<extra></extra>",
            )
        )
    figure.update_xaxes(visible=False, constrain="domain")
    figure.update_yaxes(visible=False, autorange="reversed", scaleanchor="x", constrain="domain")
    return figure
