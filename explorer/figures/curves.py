"""Loss and accuracy over training: solid for training, dashed for validation, a colour per run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme

Point = tuple[float, float]
BELOW = -0.32
"""Where a legend begins below the axis and its title, in heights of the picture."""
NARROW, KEY_WIDTH, LETTER_WIDTH, ROW_HEIGHT = 340, 48, 6.3, 21
"""In pixels: a figure that has half of a page, and what the legend takes of it."""


@dataclass(frozen=True)
class Curve:
    """One run's points as (epoch, value) pairs; `batches` are the values between the epochs.

    `epochs` is how far the axis reaches, `best` the epoch whose weights were kept, `broken`
    where the loss stopped being a number.
    """

    name: str
    training: Sequence[Point]
    validation: Sequence[Point]
    batches: Sequence[Point] = ()
    epochs: int = 1
    best: int | None = None
    broken: float | None = None


@dataclass(frozen=True)
class CurveLabels:
    """Words of the figure."""

    title: str
    epoch: str
    training: str
    validation: str
    batches: str
    best: str
    broken: str
    empty: str


def curves_figure(
    curves: Sequence[Curve], labels: CurveLabels, *, percent: bool = False, dark: bool = False, height: int = 240
) -> go.Figure:
    """All curves over one axis of epochs; the legend of several runs lies below, and makes the figure higher."""
    several = len(curves) > 1
    figure = theme.figure(labels.title, height + (_legend_height(curves) if several else 0), dark)
    palette = theme.tones(dark).palette
    for index, curve in enumerate(curves):
        colour = palette[index % len(palette)]
        pen = _Pen(figure, theme.plain(curve.name), colour, alone=len(curves) == 1)
        pen.batches(curve.batches, labels.batches)
        pen.line(curve.training, labels.training, "solid")
        pen.line(curve.validation, labels.validation, "dash")
        pen.star([point for point in curve.validation if point[0] == curve.best], labels.best)
        if curve.broken is not None:
            figure.add_vline(curve.broken, line={"color": colour, "dash": "dot"})
            figure.add_annotation(x=curve.broken, xanchor="left", text=labels.broken, **theme.TOP)
    drawn = any(curve.training or curve.batches for curve in curves)
    if not drawn:
        figure.add_annotation(
            text=labels.empty,
            showarrow=False,
            x=0.5,
            y=0.5,
            xref="paper",
            yref="paper",
            font={"color": theme.tones(dark).quiet},
        )
    reach = max((curve.epochs for curve in curves), default=5)
    figure.update_xaxes(
        title={"text": labels.epoch, "standoff": 4}, range=[0, reach * 1.03], dtick=max(1, round(reach / 10))
    )
    # Said outright: after an empty picture Plotly would keep the range of no data for the next curves.
    figure.update_yaxes(tickformat=".0%" if percent else None, autorange=drawn)
    if not drawn:
        figure.update_yaxes(range=[0, 1] if percent else [0, 2.5])
    figure.update_layout(hovermode="closest")
    if several:
        lines = f"— {labels.training}  ┄ {labels.validation}"
        figure.update_layout(
            title={"text": f"{theme.plain(labels.title)}<span style='font-size:11px'>  {lines}</span>"},
            legend={"orientation": "h", "x": 0, "xanchor": "left", "y": BELOW, "yanchor": "top", "tracegroupgap": 0},
        )
    else:
        # Loss and accuracy stand beside each other; one legend explains both, above a loss that falls.
        figure.update_layout(showlegend=not percent)
        if percent:
            figure.update_layout(legend={"y": 0, "yanchor": "bottom"})
    return figure


def _legend_height(curves: Sequence[Curve]) -> int:
    """Pixels of the rows that the names of the runs fill in a narrow figure."""
    rows, room = 0, 0.0
    for curve in curves:
        width = KEY_WIDTH + LETTER_WIDTH * len(curve.name)
        rows, room = (rows, room - width) if width <= room else (rows + 1, NARROW - width)
    return ROW_HEIGHT * rows


@dataclass(frozen=True)
class _Pen:
    """Draws one run. Alone, each of its lines is in the legend; among others, the run is."""

    figure: go.Figure
    run: str
    colour: str
    alone: bool

    def line(self, points: Sequence[Point], name: str, dash: str) -> None:
        solid = dash == "solid"
        marker = {"size": 6, "symbol": "circle" if solid else "circle-open"}
        self._add(points, name, named=solid, line={"color": self.colour, "dash": dash, "width": 2}, marker=marker)

    def batches(self, points: Sequence[Point], name: str) -> None:
        if points:
            self._add(points, name, opacity=0.65, line={"color": self.colour, "width": 1}, marker={"size": 3})

    def star(self, points: Sequence[Point], name: str) -> None:
        if points:
            marker = {"symbol": "star", "size": 13, "color": self.colour}
            self._add(points, name, mode="markers", marker=marker)

    def _add(self, points: Sequence[Point], name: str, *, named: bool = False, **style: Any) -> None:
        self.figure.add_trace(
            go.Scatter(
                x=np.array([x for x, _ in points], float),
                y=np.array([y for _, y in points], float),
                name=name if self.alone else self.run,
                legendgroup=None if self.alone else self.run,
                showlegend=self.alone or named,
                hovertemplate=f"%{{y:.4g}}<extra>{'' if self.alone else self.run + ' · '}{name} %{{x:.4g}}</extra>",
                **{"mode": "lines+markers", **style},
            )
        )
