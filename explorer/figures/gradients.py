"""Pictures of gradients: through the layers, over training and through time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme

MARKS = {"vanishing": "triangle-down", "exploding": "triangle-up", "absent": "x", "broken": "x"}
"""The symbol of a point whose gradient is not fine, so that colour does not say it alone."""


def verdict_colour(verdict: str, dark: bool) -> str:
    """The colour of a verdict on a gradient, the same in every picture: violet vanishes, red explodes, blue is fine."""
    palette = theme.tones(dark).palette
    names = {"vanishing": theme.VIOLET, "absent": theme.VIOLET, "exploding": theme.FAULT, "broken": theme.FAULT}
    return names.get(verdict, palette[0] if not dark else theme.SKY)


@dataclass(frozen=True)
class SharesLabels:
    """Words of the figure of outputs by layer."""

    title: str
    layer: str
    value: str
    share: str
    mean: str
    deviation: str


def shares_figure(
    edges: np.ndarray,
    shares: np.ndarray,
    spread: tuple[np.ndarray, np.ndarray],
    labels: SharesLabels,
    *,
    dark: bool = False,
    height: int = 250,
) -> go.Figure:
    """A column for each layer: where its outputs lie, `shares` (bins, layers) between `edges`; brighter is more.

    `spread` are the means and the standard deviations (layers,), drawn as a whisker over each column.

    Brightness is the root of the share, so that a layer with half its outputs at 0 leaves the others visible.
    """
    figure = theme.figure(labels.title, height, dark)
    figure.add_trace(
        go.Heatmap(
            z=np.sqrt(shares).astype(np.float32),
            x0=1,
            y=((edges[:-1] + edges[1:]) / 2).astype(np.float32),
            zmin=0,
            colorscale=theme.ACTIVATION,
            showscale=False,
            xgap=2,
            customdata=shares.astype(np.float32),
            hovertemplate=f"{labels.layer} %{{x}}<br>{labels.value} %{{y:.3g}}<br>"
            f"{labels.share} %{{customdata:.2%}}<extra></extra>",
        )
    )
    mean, deviation = spread
    figure.add_trace(
        go.Scatter(
            x=np.arange(1, len(mean) + 1),
            y=mean,
            error_y={"type": "data", "array": deviation, "color": "white", "thickness": 1.5, "width": 5},
            mode="markers",
            marker={"color": "white", "size": 6, "line": {"color": "black", "width": 1}},
            showlegend=False,
            customdata=deviation,
            hovertemplate=f"{labels.layer} %{{x}}<br>{labels.mean} %{{y:.4g}}<br>"
            f"{labels.deviation} %{{customdata:.4g}}<extra></extra>",
        )
    )
    _layers(figure, labels.layer, shares.shape[1])
    figure.update_yaxes(
        title={"text": labels.value, "standoff": 4},
        exponentformat="power",
        range=[float(edges[0]), float(edges[-1])],
        showgrid=False,
    )
    return figure


@dataclass(frozen=True)
class Norms:
    """A line of gradient norms; with `verdicts` a mark for each; one that is not `shown` waits in the legend."""

    name: str
    values: np.ndarray
    verdicts: Sequence[str] = ()
    dash: str = "solid"
    colour: int = 0
    shown: bool = True


@dataclass(frozen=True)
class NormsLabels:
    """Words of a figure of norms; `low` and `high` are written at the two thresholds."""

    title: str
    place: str
    value: str
    low: str
    high: str


def norms_figure(
    lines: Sequence[Norms],
    labels: NormsLabels,
    thresholds: tuple[float, float],
    *,
    dark: bool = False,
    height: int = 270,
) -> go.Figure:
    """Norms by layer or time step (from 1) on a logarithmic scale, between the two thresholds; zeros are left out."""
    figure = theme.figure(labels.title, height, dark)
    palette = theme.tones(dark).palette
    longest = max(len(line.values) for line in lines)
    for line in lines:
        with_marks = bool(line.verdicts)
        colours = [verdict_colour(verdict, dark) for verdict in line.verdicts]
        symbols = [MARKS.get(verdict, "circle") for verdict in line.verdicts]
        shown = np.where((line.values > 0) & np.isfinite(line.values), line.values, np.nan)
        figure.add_trace(
            go.Scatter(
                x=np.arange(1, len(line.values) + 1),
                y=shown,
                name=theme.plain(line.name),
                mode="lines+markers" if with_marks else "lines",
                visible=True if line.shown else "legendonly",
                line={"color": palette[line.colour], "dash": line.dash, "width": 2},
                marker={"size": 10, "color": colours, "symbol": symbols} if with_marks else None,
                hovertemplate=f"{labels.place} %{{x}}<br>{labels.value} %{{y:.4g}}"
                f"<extra>{theme.plain(line.name)}</extra>",
            )
        )
    values = np.concatenate([line.values for line in lines if line.shown]).astype(float)
    _thresholds(figure, thresholds, (labels.low, labels.high), values[np.isfinite(values) & (values > 0)], dark)
    _layers(figure, labels.place, longest)
    figure.update_layout(legend={"orientation": "h", "x": 0, "xanchor": "left", "y": -0.24, "yanchor": "top"})
    return figure


def _powers(low: float, high: float) -> dict[str, object]:
    """Marks of a scale of logarithms: powers of ten, or its two ends if it holds fewer than two of them."""
    powers = np.arange(np.ceil(low), np.floor(high) + 1)
    if len(powers) < 2:
        return {"tickvals": [low, high], "ticktext": [f"{10**low:.2g}", f"{10**high:.2g}"]}
    some = powers[:: max(1, len(powers) // 5)]
    return {"tickvals": some, "ticktext": [f"10<sup>{power:.0f}</sup>" for power in some]}


def _thresholds(
    figure: go.Figure, places: tuple[float, float], words: tuple[str, str], values: np.ndarray, dark: bool
) -> None:
    """Shade what has vanished or exploded; the scale reaches at least one decade past both lines."""
    low, high = (place if place > 0 and np.isfinite(place) else 1.0 for place in places)
    bottom = min(low / 10, *(values if values.size else [low])) / 3
    top = max(high * 10, *(values if values.size else [high])) * 3
    sides = ((low, bottom, words[0], theme.VIOLET, "top"), (high, top, words[1], theme.FAULT, "bottom"))
    for edge, end, word, colour, anchor in sides:
        figure.add_hrect(edge, end, fillcolor=colour, opacity=0.1, line={"width": 0})
        # On a logarithmic axis Plotly takes an annotation's place as a logarithm.
        figure.add_annotation(
            text=theme.plain(word),
            x=0.01,
            xref="paper",
            xanchor="left",
            y=float(np.log10(edge)),
            yanchor=anchor,
            showarrow=False,
            font={"size": 11, "color": theme.tones(dark).quiet},
        )
        figure.add_hline(edge, line={"color": colour, "dash": "dot", "width": 1})
    figure.update_yaxes(type="log", range=[np.log10(bottom), np.log10(top)], exponentformat="power", nticks=8)


def _layers(figure: go.Figure, name: str, count: int) -> None:
    figure.update_xaxes(
        title={"text": name, "standoff": 4},
        dtick=1 if count <= 20 else max(5, round(count / 50) * 5),
        tick0=0,
        range=[0.5, count + 0.5],
        showgrid=False,
    )


@dataclass(frozen=True)
class OverTimeLabels:
    """Words of the figure of layers over training."""

    title: str
    position: str
    layer: str
    value: str
    empty: str


def over_time_figure(
    positions: Sequence[float],
    values: np.ndarray,
    span: tuple[float, float],
    labels: OverTimeLabels,
    *,
    log: bool = False,
    dark: bool = False,
    height: int = 250,
) -> go.Figure:
    """A row for each layer (layers, positions) over the epochs; colours run over `span`, of logarithms if `log`.

    What is 0 or no number has no logarithm and stays blank.
    """
    figure = theme.figure(labels.title, height, dark)
    if not len(positions):
        figure.add_annotation(
            text=theme.plain(labels.empty),
            showarrow=False,
            x=0.5,
            y=0.5,
            xref="paper",
            yref="paper",
            font={"color": theme.tones(dark).quiet},
        )
        figure.update_xaxes(range=[0, 1], title={"text": labels.position})
        figure.update_yaxes(range=[0, 1], title={"text": labels.layer})
        return figure
    shown = np.where((values > 0) & np.isfinite(values), values, np.nan) if log else values
    low, high = (float(np.log10(edge)) for edge in span) if log else span
    figure.add_trace(
        go.Heatmap(
            z=(np.log10(shown) if log else shown).astype(np.float32),
            x=np.asarray(positions, np.float32),
            y0=1,
            zmin=low,
            zmax=high if high > low else low + 1,
            colorscale=theme.ACTIVATION,
            customdata=np.asarray(values, np.float32),
            hoverongaps=False,
            hovertemplate=f"{labels.layer} %{{y}}<br>{labels.position} %{{x:.3g}}<br>"
            f"{labels.value} %{{customdata:.4g}}<extra></extra>",
            colorbar={"thickness": 10, **(_powers(low, high) if log else {"tickformat": ".0%"})},
        )
    )
    figure.update_xaxes(title={"text": labels.position, "standoff": 4}, showgrid=False)
    figure.update_yaxes(
        title={"text": labels.layer, "standoff": 4}, dtick=1 if len(values) <= 10 else 2, showgrid=False
    )
    return figure
