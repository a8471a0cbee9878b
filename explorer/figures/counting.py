"""A row of numbers and how models count on from it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme


def counting_figure(
    shown: np.ndarray,
    onward: Mapping[str, np.ndarray],
    title: str,
    names: tuple[str, str, str],
    *,
    straight: np.ndarray | None = None,
    dark: bool = False,
    height: int = 260,
) -> go.Figure:
    """The numbers shown and how each model goes on; `names` are those of a place, of the numbers, of a straight line.

    `straight` is what counting on in even steps would give, if the numbers shown do so.
    """
    figure = theme.figure(title, height, dark)
    tones = theme.tones(dark)
    place, given, ideal = names
    count = len(shown)
    last = float(shown[-1])
    if straight is not None:
        figure.add_trace(
            go.Scatter(
                x=np.arange(count, count + len(straight) + 1),
                y=np.array([last, *straight]),
                name=ideal,
                mode="lines",
                line={"color": theme.GREEN, "dash": "dot", "width": 2},
                hovertemplate=f"{place} %{{x}}: %{{y:.4f}}<extra>{ideal}</extra>",
            )
        )
    figure.add_trace(
        go.Scatter(
            x=np.arange(1, count + 1),
            y=shown,
            name=given,
            mode="lines+markers",
            line={"color": tones.text, "width": 2},
            marker={"size": 10, "symbol": "square"},
            hovertemplate=f"{place} %{{x}}: %{{y:.4f}}<extra>{given}</extra>",
        )
    )
    for index, (name, values) in enumerate(onward.items()):
        figure.add_trace(
            go.Scatter(
                x=np.arange(count, count + len(values) + 1),
                y=np.array([last, *values]),
                name=theme.plain(name),
                mode="lines+markers",
                line={"color": tones.palette[index % len(tones.palette)], "width": 2},
                marker={"size": [0, 11, *[6] * (len(values) - 1)]},
                hovertemplate=f"{place} %{{x}}: %{{y:.4f}}<extra>{theme.plain(name)}</extra>",
            )
        )
    figure.update_xaxes(title={"text": place, "standoff": 4}, dtick=1)
    figure.update_layout(legend={"orientation": "h", "y": 1.0, "yanchor": "bottom"}, margin={"t": 52})
    return figure
