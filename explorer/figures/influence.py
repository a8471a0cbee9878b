"""How much each token mattered for a logit, and what the last state still knows of it, over one axis of tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme

LONGEST_NAME = 14
MAXIMUM_NAMES = 60
CROWDED = 40
MAXIMUM_TICKS = 5
SMALLEST = 1e-12
"""Shares below this are drawn at it: a logarithmic scale has no 0."""


@dataclass(frozen=True)
class InfluenceLabels:
    """Words of the figure: its title, "token", the logit that is changed, the names of the bars (gradient · input),
    of the points (leaving out) and of the lower scale."""

    title: str
    token: str
    logit: str
    product: str
    removed: str
    reach: str


def influence_figure(
    tokens: Sequence[str],
    products: np.ndarray,
    removed: np.ndarray,
    lines: Mapping[str, np.ndarray],
    labels: InfluenceLabels,
    *,
    colours: Mapping[str, str] | None = None,
    faded: float | None = None,
    dark: bool = False,
) -> go.Figure:
    """Bars and points (tokens,) over lines (tokens,) on a logarithmic scale; NaN is left out, token names must differ.

    `colours` are those of some lines, and at the height `faded` a line is ruled across.
    """
    figure = theme.figure(labels.title, 440, dark)
    tone = theme.tones(dark)
    names = [theme.plain(_short(token)) for token in tokens]
    told = "%{x}: %{y:+.4f}<extra>%{fullData.name}</extra>"
    bars = {"color": tone.quiet, "opacity": 0.6}
    figure.add_trace(
        go.Bar(x=names, y=np.asarray(products, np.float32), name=labels.product, marker=bars, hovertemplate=told)
    )
    points = {"color": tone.palette[3], "size": 7 if len(tokens) <= CROWDED else 4, "symbol": "diamond"}
    figure.add_trace(
        go.Scatter(
            x=names,
            y=np.asarray(removed, np.float32),
            name=labels.removed,
            mode="lines+markers",
            line={"color": tone.palette[3], "width": 1, "dash": "dot"},
            marker=points,
            hovertemplate=told,
        )
    )
    for place, (name, values) in enumerate(lines.items()):
        colour = (colours or {}).get(name, tone.palette[place % len(tone.palette)])
        figure.add_trace(_line(names, values, name, colour))
    _axes(figure, names, labels, list(lines.values()), tone)
    if faded is not None:
        rule = {"color": tone.quiet, "dash": "dash", "width": 1}
        figure.add_shape(type="line", x0=0, x1=1, xref="paper", y0=faded, y1=faded, yref="y2", line=rule)
    return figure


def _line(names: list[str], values: np.ndarray, name: str, colour: str) -> go.Scatter:
    return go.Scatter(
        x=names,
        y=np.maximum(np.asarray(values, np.float32), np.float32(SMALLEST)),
        yaxis="y2",
        name=theme.plain(name),
        mode="lines+markers",
        line={"color": colour, "width": 2},
        marker={"size": 4},
        hovertemplate="%{x}: %{y:.3g}<extra>%{fullData.name}</extra>",
    )


def _axes(
    figure: go.Figure, names: list[str], labels: InfluenceLabels, lines: Sequence[np.ndarray], tone: theme.Tones
) -> None:
    low, high = _decades(lines)
    shared = {"gridcolor": tone.grid, "linecolor": tone.grid, "automargin": True}
    above = {**shared, "domain": [0.5, 1], "zeroline": True, "zerolinecolor": tone.quiet, "nticks": 6}
    below = {**shared, "domain": [0, 0.44], "type": "log", "range": [low, high], "zeroline": False}
    ticks = {"dtick": max(1, round((high - low) / MAXIMUM_TICKS)), "exponentformat": "power"}
    figure.update_layout(
        yaxis={**above, "title": {"text": theme.plain(labels.logit), "font": {"size": 11}}},
        yaxis2={**below, **ticks, "title": {"text": theme.plain(labels.reach), "font": {"size": 11}}},
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom"},
        margin={"t": 62},
        hovermode="closest",
    )
    figure.update_xaxes(
        type="category",
        categoryorder="array",
        categoryarray=names,
        range=[-0.5, len(names) - 0.5],
        tickangle=-90,
        dtick=-(-len(names) // MAXIMUM_NAMES),
        tickfont={"size": 11 if len(names) <= 30 else 9},
        title={"text": labels.token, "standoff": 4, "font": {"size": 11}},
        anchor="y2",
        showgrid=False,
    )


def _decades(lines: Sequence[np.ndarray]) -> tuple[float, float]:
    """From the decade below the smallest value to the one above the largest; at least 1 to 1/1000."""
    values = np.concatenate([np.ravel(line) for line in lines]) if lines else np.ones(1)
    values = np.maximum(values[np.isfinite(values)], SMALLEST)
    low, high = (float(np.log10(end)) for end in (values.min(initial=1e-3), values.max(initial=1)))
    return float(np.floor(low + 1e-6)) - 0.15, float(np.ceil(high - 1e-6)) + 0.15


def _short(token: str) -> str:
    return token if len(token) <= LONGEST_NAME else f"{token[: LONGEST_NAME - 1]}…"
