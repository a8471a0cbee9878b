"""Class probabilities of many noisy passes around the one without noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme


def spread_figure(
    classes: Sequence[str],
    noisy: np.ndarray,
    steady: np.ndarray,
    marked: int,
    title: str,
    names: tuple[str, str],
    *,
    dark: bool = False,
    height: int = 280,
) -> go.Figure:
    """Bars for `steady` (classes,), a dot per row of `noisy` (steps, classes), the row `marked` larger.

    `names` are those of a step, with a place for its number ("step {step}"), and of the bars.
    """
    figure = theme.figure(title, height, dark)
    tones = theme.tones(dark)
    places = np.arange(len(classes))
    figure.add_trace(
        go.Bar(
            x=places,
            y=steady,
            name=names[1],
            marker={"color": tones.palette[0], "opacity": 0.55},
            hovertemplate=f"{names[1]}: %{{y:.2%}}<extra></extra>",
        )
    )
    spread = np.linspace(-0.3, 0.3, len(noisy))
    figure.add_trace(
        go.Scatter(
            x=(places + spread[:, None]).ravel(),
            y=noisy.ravel(),
            mode="markers",
            marker={"size": 3, "color": tones.text, "opacity": 0.5},
            hovertemplate="%{y:.2%}<extra></extra>",
            showlegend=False,
        )
    )
    step = names[0].format(step=marked + 1)
    figure.add_trace(
        go.Scatter(
            x=places + spread[marked],
            y=noisy[marked],
            mode="markers",
            name=step,
            marker={"size": 9, "color": tones.palette[1], "line": {"width": 1, "color": tones.text}},
            hovertemplate=f"{step}: %{{y:.2%}}<extra></extra>",
        )
    )
    figure.update_xaxes(tickvals=places, ticktext=[theme.plain(name) for name in classes], showgrid=False)
    figure.update_yaxes(range=[0, 1.05], tickformat=".0%")
    figure.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"}, margin={"t": 50})
    return figure
