"""A few cells with their numbers written in them: a kernel, a patch of an image, the products."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme

SQUARE = 4
"""With more columns than these, cells are as wide as there is room for, so that their numbers fit."""


@dataclass(frozen=True)
class CellLabels:
    """Words of the hover text."""

    row: str
    column: str
    value: str


def cells_figure(
    values: np.ndarray,
    title: str,
    labels: CellLabels,
    *,
    white: float | None = None,
    dark: bool = False,
    height: int = 260,
) -> go.Figure:
    """Values (rows, columns) as a heat map with each number in its cell.

    The colours diverge about 0; with `white` they are greys from black at 0 to `white`.
    """
    figure = theme.figure(title, height, dark)
    reach = float(np.abs(values).max()) or 1.0
    low, scale = (-reach, theme.tones(dark).signed) if white is None else (0.0, theme.PAPER_DARK)
    figure.add_trace(
        go.Heatmap(
            z=values.astype(np.float32),
            x0=1,
            y0=1,
            zmin=low,
            zmax=white or reach,
            colorscale=scale,
            showscale=False,
            xgap=1,
            ygap=1,
            text=[[short(float(value)) for value in row] for row in values],
            texttemplate="%{text}",
            textfont={"size": 13 if values.shape[1] <= SQUARE else 10},
            hovertemplate=f"{labels.row} %{{y}}, {labels.column} %{{x}}<br>{labels.value} %{{z:.6g}}<extra></extra>",
        )
    )
    figure.update_xaxes(visible=False, constrain="domain")
    figure.update_yaxes(visible=False, autorange="reversed", constrain="domain", constraintoward="top")
    if values.shape[1] <= SQUARE:
        figure.update_yaxes(scaleanchor="x")
    return figure


def short(value: float) -> str:
    """A number in at most about six characters, with a true minus sign."""
    text = f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return text.replace("-", "−") if float(text) else "0"


def written(values: np.ndarray) -> str:
    """The numbers of all cells, row by row, for those who cannot see the picture."""
    return "; ".join(", ".join(short(float(value)) for value in row) for row in values)
