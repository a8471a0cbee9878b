"""What a model says of every test example, beside the truth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme


def numbers_figure(
    truth: np.ndarray, answers: np.ndarray, title: str, axes: tuple[str, str], *, dark: bool = False, height: int = 300
) -> go.Figure:
    """Answers over true numbers, both (n,), with the line on which all would be right."""
    figure = theme.figure(title, height, dark)
    ends = np.array([min(truth.min(), answers.min()), max(truth.max(), answers.max())], np.float32)
    figure.add_trace(
        go.Scatter(
            x=ends, y=ends, mode="lines", line={"color": theme.tones(dark).quiet, "dash": "dot"}, hoverinfo="skip"
        )
    )
    figure.add_trace(
        go.Scatter(
            x=truth.astype(np.float32),
            y=answers.astype(np.float32),
            mode="markers",
            marker={"size": 5, "opacity": 0.6, "color": theme.tones(dark).palette[0]},
            hovertemplate=f"{axes[0]} %{{x:.3f}}<br>{axes[1]} %{{y:.3f}}<extra></extra>",
        )
    )
    figure.update_xaxes(title={"text": axes[0]})
    figure.update_yaxes(title={"text": axes[1]})
    figure.update_layout(showlegend=False)
    return figure


def shares_figure(
    labels: np.ndarray,
    probabilities: np.ndarray,
    classes: Sequence[str],
    title: str,
    axes: tuple[str, str],
    *,
    dark: bool = False,
    height: int = 300,
) -> go.Figure:
    """How the probabilities (n,) of the true class or of class 1 lie, a histogram for each true class."""
    figure = theme.figure(title, height, dark)
    edges = np.linspace(0, 1, 21)
    for number, name in enumerate(classes):
        counts, _edges = np.histogram(probabilities[labels == number], edges)
        figure.add_trace(
            go.Bar(
                x=(edges[:-1] + edges[1:]) / 2,
                y=counts,
                name=theme.plain(name),
                hovertemplate="%{x:.2f}: %{y}<extra></extra>",
            )
        )
    figure.update_xaxes(title={"text": axes[0]}, range=[0, 1])
    figure.update_yaxes(title={"text": axes[1]})
    figure.update_layout(barmode="stack", bargap=0.05, legend={"x": 0.5, "xanchor": "center"})
    return figure
