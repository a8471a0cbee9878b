"""Confusion matrices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme


@dataclass(frozen=True)
class ConfusionLabels:
    """Words of the axes and of the hover text."""

    true: str
    predicted: str
    images: str
    share: str


def confusion_figure(
    confusion: np.ndarray,
    classes: Sequence[str],
    title: str,
    labels: ConfusionLabels,
    *,
    dark: bool = False,
    height: int = 430,
) -> go.Figure:
    """Counts (true class, predicted class) with their numbers; a count ten times larger is one step brighter.

    So a handful of mistakes is seen beside hundreds of hits. Cells with 0 stay empty.
    """
    figure = theme.figure(title, height, dark)
    names = [theme.plain(name) for name in classes]
    known = np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    figure.add_trace(
        go.Heatmap(
            z=np.where(confusion > 0, np.log10(np.maximum(confusion, 1)), np.nan).astype(np.float32),
            x=names,
            y=names,
            zmin=0,
            zmax=_brightest(confusion),
            colorscale=theme.ACTIVATION,
            showscale=False,
            xgap=1,
            ygap=1,
            customdata=np.stack([confusion, confusion / known], axis=-1),
            hovertemplate=(
                f"{labels.true}: %{{y}}<br>{labels.predicted}: %{{x}}<br>"
                f"%{{customdata[0]}} {labels.images}, {labels.share} %{{customdata[1]:.1%}}<extra></extra>"
            ),
            hoverongaps=False,
        )
    )
    figure.add_trace(_numbers(confusion, names))
    figure.update_xaxes(title={"text": labels.predicted}, tickangle=-35, showgrid=False, tickfont={"size": 11})
    figure.update_yaxes(
        title={"text": labels.true}, autorange="reversed", showgrid=False, dtick=1, tickfont={"size": 11}
    )
    return figure


def _brightest(confusion: np.ndarray) -> float:
    return float(np.log10(max(confusion.max(), 10)))


def _numbers(confusion: np.ndarray, names: Sequence[str]) -> go.Scatter:
    """The counts as text: black on the brighter half of the colours, white on the darker one."""
    rows, columns = (places.tolist() for places in np.nonzero(confusion))
    counts = confusion[rows, columns]
    bright = np.log10(counts) > _brightest(confusion) / 2
    return go.Scatter(
        x=[names[column] for column in columns],
        y=[names[row] for row in rows],
        mode="text",
        text=counts.astype(str),
        textfont={"size": 11, "color": np.where(bright, "#000000", "#ffffff")},
        hoverinfo="skip",
        showlegend=False,
    )
