"""Shares of each class, of one measure or of several side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme


def shares_figure(
    values: Mapping[str, np.ndarray],
    classes: Sequence[str],
    title: str,
    *,
    digits: int = 0,
    dark: bool = False,
    height: int = 430,
) -> go.Figure:
    """Bars from 0 to 100 %, one per named measure and class; classes from top to bottom. NaN has no bar."""
    figure = theme.figure(title, height, dark)
    names = [theme.plain(name) for name in classes]
    for name, shares in values.items():
        figure.add_trace(
            go.Bar(
                x=shares,
                y=names,
                name=theme.plain(name),
                orientation="h",
                text=["" if np.isnan(share) else f"{share:.{digits}%}" for share in shares],
                textposition="outside",
                textfont={"size": 10},
                constraintext="none",
                cliponaxis=False,
                hovertemplate="%{y}: %{x:.2%}<extra>%{fullData.name}</extra>",
            )
        )
    figure.update_xaxes(range=[0, 1.14], tickformat=".0%", tickvals=[0, 0.5, 1])
    figure.update_yaxes(autorange="reversed", showgrid=False, dtick=1, tickfont={"size": 11})
    figure.update_layout(
        barmode="group",
        bargap=0.25,
        margin={"t": 58},
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1.01, "yanchor": "bottom", "traceorder": "normal"},
    )
    return figure
