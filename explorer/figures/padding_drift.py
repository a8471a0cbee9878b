"""How prediction and state move as padding grows: a line for each side, solid without a mask, dashed with one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme
from explorer.inspection.padding_drift import SIDES, Drift


@dataclass(frozen=True)
class DriftLabels:
    """Words of the figure; `sides` names "pre" and "post", `masked` and `unmasked` are put after them."""

    title: str
    padding: str
    value: str
    sides: Mapping[str, str]
    masked: str
    unmasked: str


def predictions_figure(
    drifts: Sequence[Drift], labels: DriftLabels, *, dark: bool = False, height: int = 260
) -> go.Figure:
    """Probabilities from 0 to 1 over the number of padding tokens, with a line at 0.5."""
    figure = theme.figure(labels.title, height, dark)
    for drift in drifts:
        _line(figure, drift, drift.predictions, labels, dark)
    figure.add_hline(0.5, line={"color": theme.tones(dark).gap, "width": 1})
    figure.update_yaxes(range=[-0.02, 1.02])
    return _finished(figure, labels)


def distances_figure(
    drifts: Sequence[Drift], labels: DriftLabels, *, dark: bool = False, height: int = 220
) -> go.Figure:
    """How far the state is from that without padding."""
    figure = theme.figure(labels.title, height, dark)
    for drift in drifts:
        _line(figure, drift, drift.distances, labels, dark)
    figure.update_yaxes(rangemode="tozero")
    figure.update_layout(showlegend=False)
    return _finished(figure, labels)


def _line(figure: go.Figure, drift: Drift, values: np.ndarray, labels: DriftLabels, dark: bool) -> None:
    name = f"{labels.sides[drift.side]}, {labels.masked if drift.masked else labels.unmasked}"
    figure.add_trace(
        go.Scatter(
            x=drift.counts,
            y=values,
            name=name,
            mode="lines+markers",
            line={
                "color": theme.tones(dark).palette[SIDES.index(drift.side)],
                "dash": "dot" if drift.masked else "solid",
            },
            marker={"size": 4},
            hovertemplate=f"{labels.padding} %{{x}}<br>{labels.value} %{{y:.4f}}<extra>{name}</extra>",
        )
    )


def _finished(figure: go.Figure, labels: DriftLabels) -> go.Figure:
    figure.update_xaxes(title={"text": labels.padding, "standoff": 4})
    figure.update_yaxes(title={"text": labels.value})
    figure.update_layout(legend={"orientation": "h", "x": 0, "xanchor": "left", "y": -0.28, "yanchor": "top"})
    return figure
