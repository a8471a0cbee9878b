"""Loss and accuracy over training: solid for training, dashed for validation, a colour per run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from explorer.figures import theme

Point = tuple[float, float]


@dataclass(frozen=True)
class Curve:
    """One run's points as (epoch, value) pairs; `batches` are the values between the epochs.

    `best` is the epoch whose weights were kept, `broken` where the loss stopped being a number.
    """

    name: str
    training: Sequence[Point]
    validation: Sequence[Point]
    batches: Sequence[Point] = ()
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
    curves: Sequence[Curve], labels: CurveLabels, *, percent: bool = False, dark: bool = False, height: int = 280
) -> go.Figure:
    """All curves over one axis of epochs."""
    figure = theme.figure(labels.title, height, dark)
    for index, curve in enumerate(curves):
        colour = theme.PALETTE[index % len(theme.PALETTE)]
        prefix = f"{theme.plain(curve.name)} · " if len(curves) > 1 else ""
        _add_batches(figure, curve, colour, prefix + labels.batches)
        _add_line(figure, curve.training, colour, prefix + labels.training, "solid")
        _add_line(figure, curve.validation, colour, prefix + labels.validation, "dash")
        _add_best(figure, curve, colour, prefix + labels.best)
        if curve.broken is not None:
            figure.add_vline(curve.broken, line={"color": colour, "dash": "dot"}, annotation_text=labels.broken)
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
    figure.update_xaxes(title={"text": labels.epoch, "standoff": 4}, rangemode="tozero", dtick=_tick(curves))
    figure.update_yaxes(tickformat=".0%" if percent else None)
    if not drawn:
        figure.update_yaxes(range=[0, 1] if percent else [0, 2.5])
        figure.update_xaxes(range=[0, 5])
    figure.update_layout(hovermode="closest", margin={"b": 60})
    return figure


def _add_line(figure: go.Figure, points: Sequence[Point], colour: str, name: str, dash: str) -> None:
    figure.add_trace(
        go.Scatter(
            x=[x for x, _ in points],
            y=[y for _, y in points],
            name=name,
            mode="lines+markers",
            line={"color": colour, "dash": dash, "width": 2},
            marker={"size": 6, "symbol": "circle" if dash == "solid" else "circle-open"},
            hovertemplate="%{y:.4g}<extra>" + name + " %{x}</extra>",
        )
    )


def _add_batches(figure: go.Figure, curve: Curve, colour: str, name: str) -> None:
    if curve.batches:
        figure.add_trace(
            go.Scatter(
                x=[x for x, _ in curve.batches],
                y=[y for _, y in curve.batches],
                name=name,
                mode="lines+markers",
                opacity=0.4,
                line={"color": colour, "width": 1},
                marker={"size": 3},
                hovertemplate="%{y:.4g}<extra>" + name + " %{x:.2f}</extra>",
            )
        )


def _add_best(figure: go.Figure, curve: Curve, colour: str, name: str) -> None:
    kept = [(x, y) for x, y in curve.validation if x == curve.best]
    if kept:
        figure.add_trace(
            go.Scatter(
                x=[kept[0][0]],
                y=[kept[0][1]],
                name=name,
                mode="markers",
                marker={"symbol": "star", "size": 13, "color": colour},
                hovertemplate="%{y:.4g}<extra>" + name + " %{x}</extra>",
            )
        )


def _tick(curves: Sequence[Curve]) -> int:
    longest = max(
        (points[-1][0] for curve in curves for points in (curve.training, curve.batches) if points), default=1
    )
    return max(1, round(longest / 10))
