"""Words as points in the plane of their two numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme


def word_points_figure(
    words: Sequence[str],
    points: np.ndarray,
    marked: Collection[str],
    title: str,
    *,
    dark: bool = False,
    height: int = 300,
) -> go.Figure:
    """One named point for each word, (words, 2); the `marked` ones are in colour."""
    figure = theme.figure(title, height, dark)
    tone = theme.tones(dark)
    figure.add_trace(
        go.Scatter(
            x=points[:, 0].astype(np.float32),
            y=points[:, 1].astype(np.float32),
            mode="markers+text",
            text=[theme.plain(word) for word in words],
            textposition="top center",
            marker={"size": 10, "color": [tone.palette[0] if word in marked else tone.gap for word in words]},
            hovertemplate="%{text}: (%{x:.3f}, %{y:.3f})<extra></extra>",
        )
    )
    figure.update_xaxes(title={"text": "0"})
    figure.update_yaxes(title={"text": "1"})
    figure.update_layout(showlegend=False)
    return figure
