"""A loss over the last layer's weighted sum: how steep it is far from the truth."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme


def loss_curve_figure(
    sums: np.ndarray,
    curves: Mapping[str, np.ndarray],
    title: str,
    axis: str,
    unit: str,
    *,
    dark: bool = False,
    height: int = 260,
) -> go.Figure:
    """One line for each named curve, (n,) over the same sums (n,)."""
    figure = theme.figure(title, height, dark)
    for name, values in curves.items():
        figure.add_trace(
            go.Scatter(
                x=sums.astype(np.float32),
                y=values.astype(np.float32),
                name=theme.plain(name),
                mode="lines",
                hovertemplate="%{x:.2f}: %{y:.4f}<extra></extra>",
            )
        )
    figure.update_xaxes(title={"text": axis})
    figure.update_yaxes(title={"text": unit}, rangemode="tozero")
    figure.update_layout(showlegend=len(curves) > 1, legend={"x": 0.5, "xanchor": "center"})
    return figure
