"""Tokens as vectors: one-hot rows and embedding rows, a row for each time step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme

WIDE = 64
"""With more columns than these a one-hot row's 1 would be too narrow to see as a cell, so it is drawn as a mark."""
NAMED = 40
"""With more rows than these the words beside them would overlap."""
LONGEST_NAME = 14


@dataclass(frozen=True)
class VectorLabels:
    """Words of the figure: its title, "time step", what the columns are ("id", "dimension"), "value"."""

    title: str
    step: str
    column: str
    value: str


def one_hot_figure(
    row: np.ndarray, words: Sequence[str], size: int, labels: VectorLabels, *, dark: bool = False, height: int = 320
) -> go.Figure:
    """The ids (time steps,) of one text as rows of `size` numbers, all 0 but one."""
    figure = theme.figure(labels.title, height, dark)
    steps = np.arange(1, len(row) + 1)
    hover = f"{labels.step} %{{y}}: %{{customdata}}<br>{labels.column} %{{x}}<br>{labels.value} "
    names = [theme.plain(word) for word in words]
    if size <= WIDE:
        ones = (row[:, None] == np.arange(size)).astype(np.uint8)
        rows = np.broadcast_to(np.array(names)[:, None], ones.shape)
        colours = [[0.0, theme.tones(dark).grid], [1.0, theme.tones(dark).palette[0]]]
        figure.add_trace(
            go.Heatmap(
                z=ones,
                y=steps,
                customdata=rows,
                colorscale=colours,
                showscale=False,
                xgap=1,
                ygap=1,
                hovertemplate=f"{hover}%{{z}}<extra></extra>",
            )
        )
    else:
        mark = {"symbol": "square", "size": 6, "color": theme.tones(dark).palette[0]}
        figure.add_trace(
            go.Scatter(
                x=row, y=steps, customdata=names, mode="markers", marker=mark, hovertemplate=f"{hover}1<extra></extra>"
            )
        )
        figure.update_xaxes(range=[-0.01 * size, 1.01 * size])
    _axes(figure, steps, names, labels)
    return figure


def embedding_figure(
    values: np.ndarray,
    words: Sequence[str],
    labels: VectorLabels,
    *,
    reach: float,
    dark: bool = False,
    height: int = 320,
) -> go.Figure:
    """Embedding rows (time steps, dimensions) on a scale from -reach to reach."""
    figure = theme.figure(labels.title, height, dark)
    steps = np.arange(1, len(values) + 1)
    names = [theme.plain(word) for word in words]
    figure.add_trace(
        go.Heatmap(
            z=values.astype(np.float32),
            x=np.arange(1, values.shape[1] + 1),
            y=steps,
            customdata=np.broadcast_to(np.array(names)[:, None], values.shape),
            zmin=-reach,
            zmax=reach,
            colorscale=theme.tones(dark).signed,
            xgap=1,
            ygap=1,
            colorbar={"thickness": 8},
            hovertemplate=f"{labels.step} %{{y}}: %{{customdata}}<br>{labels.column} %{{x}}<br>"
            f"{labels.value} %{{z:.6g}}<extra></extra>",
        )
    )
    _axes(figure, steps, names, labels)
    return figure


def _axes(figure: go.Figure, steps: np.ndarray, names: list[str], labels: VectorLabels) -> None:
    figure.update_xaxes(title={"text": labels.column, "standoff": 4}, showgrid=False)
    figure.update_yaxes(title={"text": labels.step}, showgrid=False, range=[len(steps) + 0.5, 0.5])
    if len(steps) <= NAMED:
        short = [name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…" for name in names]
        figure.update_yaxes(tickvals=steps, ticktext=short, tickfont={"size": 10})
