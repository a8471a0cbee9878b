"""The loss that optimizers end at against their learning rate, both on logarithmic axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme


@dataclass(frozen=True)
class RateCurve:
    """An optimizer's final losses above the lowest, one per learning rate; NaN where it diverged."""

    name: str
    colour: str
    losses: np.ndarray


@dataclass(frozen=True)
class RateLabels:
    """Words of the figure."""

    title: str
    rate: str
    loss: str
    current: str


def learning_rates_figure(
    rates: np.ndarray,
    curves: Sequence[RateCurve],
    current: float,
    labels: RateLabels,
    *,
    span: tuple[float, float],
    dark: bool = False,
    height: int = 230,
) -> go.Figure:
    """A line per optimizer over the rates; `span` is where the losses reach, and the current rate is marked."""
    figure = theme.figure(labels.title, height, dark)
    low, high = span
    told = f"{labels.rate} %{{x:.3g}}<br>{labels.loss} %{{customdata:.4g}}<extra>%{{fullData.name}}</extra>"
    for curve in curves:
        shown = np.where(curve.losses <= high, np.maximum(curve.losses, low), np.nan)
        figure.add_trace(
            go.Scatter(
                x=rates,
                y=shown,
                customdata=curve.losses,
                name=theme.plain(curve.name),
                mode="lines+markers",
                line={"color": curve.colour, "width": 2},
                marker={"size": np.where(np.isclose(rates, current), 11, 4)},
                hovertemplate=told,
            )
        )
    figure.add_vline(current, line={"color": theme.tones(dark).text, "dash": "dot", "width": 1})
    place = {"x": float(np.log10(current)), "y": 1, "yref": "paper", "yanchor": "bottom"}
    figure.add_annotation(text=labels.current, showarrow=False, font={"size": 11}, **place)
    small = {"type": "log", "exponentformat": "power", "tickfont": {"size": 11}}
    figure.update_xaxes(**small, title={"text": labels.rate, "standoff": 2}, dtick=1)
    reach = [float(np.log10(low)) - 0.1, float(np.log10(high)) + 0.1]
    figure.update_yaxes(**small, title={"text": labels.loss, "standoff": 4}, range=reach, dtick=_gap(*reach))
    figure.update_layout(margin={"t": 48})
    figure.update_layout(hovermode="closest", legend={"x": 1.01, "xanchor": "left"})
    return figure


def _gap(low: float, high: float) -> float:
    """Between two ticks, in powers of ten: about five of them."""
    rough = (high - low) / 5
    return max(1.0, float(np.ceil(rough))) if rough > 0.5 else float(np.log10(2))
