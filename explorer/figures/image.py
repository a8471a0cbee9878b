"""One input image, pixel by pixel."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from explorer.figures import theme


def image_figure(
    image: np.ndarray, title: str, row: str, column: str, value: str, *, dark: bool = False, height: int = 280
) -> go.Figure:
    """A grey image (height, width) of values 0 to 1; 0 is the paper's colour."""
    figure = theme.figure(title, height, dark)
    figure.add_trace(
        go.Heatmap(
            z=image.astype(np.float32),
            x0=1,
            y0=1,
            zmin=0,
            zmax=1,
            colorscale=theme.tones(dark).paper,
            showscale=False,
            hovertemplate=f"{row} %{{y}}, {column} %{{x}}<br>{value} %{{z:.3f}}<extra></extra>",
        )
    )
    figure.update_xaxes(visible=False, constrain="domain")
    figure.update_yaxes(visible=False, autorange="reversed", scaleanchor="x", constrain="domain")
    return figure
