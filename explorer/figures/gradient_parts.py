"""Pictures of what gradients are made of: activation functions, first weights, and a gradient that is clipped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme


@dataclass(frozen=True)
class FunctionLabels:
    """Words of the figure of functions; `x` and `y` name its axes."""

    title: str
    x: str
    y: str


def functions_figure(
    x: np.ndarray,
    functions: dict[str, np.ndarray],
    chosen: str,
    at: float,
    labels: FunctionLabels,
    *,
    legend: bool = True,
    dark: bool = False,
    height: int = 360,
) -> go.Figure:
    """Functions by their names, the chosen one broad with a point at the place `at`."""
    figure = theme.figure(labels.title, height, dark)
    palette = theme.tones(dark).palette
    for index, (name, values) in enumerate(functions.items()):
        broad = name == chosen
        figure.add_trace(
            go.Scatter(
                x=x.astype(np.float32),
                y=values.astype(np.float32),
                name=name,
                mode="lines",
                opacity=1 if broad else 0.55,
                line={"color": palette[index % len(palette)], "width": 4 if broad else 1.5},
                hovertemplate=f"{name}(%{{x:.2f}}): %{{y:.4f}}<extra></extra>",
            )
        )
    colour = palette[list(functions).index(chosen) % len(palette)]
    value = float(np.interp(at, x, functions[chosen]))
    marker = {"size": 12, "color": colour, "line": {"width": 2, "color": theme.tones(dark).text}}
    figure.add_trace(
        go.Scatter(
            x=[at],
            y=[value],
            mode="markers",
            marker=marker,
            showlegend=False,
            hovertemplate=f"{chosen}(%{{x:.2f}}): %{{y:.4f}}<extra></extra>",
        )
    )
    figure.add_vline(at, line={"color": theme.tones(dark).gap, "width": 1, "dash": "dot"})
    figure.update_xaxes(title={"text": labels.x, "standoff": 4}, dtick=1)
    figure.update_yaxes(title={"text": labels.y, "standoff": 4}, zeroline=True, zerolinecolor=theme.tones(dark).gap)
    figure.update_layout(legend={"x": 0.02, "xanchor": "left", "y": 0.98}, showlegend=legend)
    return figure


@dataclass(frozen=True)
class DrawnLabels:
    """Words of the figure of drawn weights."""

    title: str
    weight: str
    density: str
    drawn: str
    formula: str


def drawn_figure(
    edges: np.ndarray,
    density: np.ndarray,
    formula: np.ndarray,
    labels: DrawnLabels,
    *,
    dark: bool = False,
    height: int = 300,
) -> go.Figure:
    """The density of drawn weights between `edges` (bins + 1,), and what the formula says (bins,)."""
    figure = theme.figure(labels.title, height, dark)
    palette = theme.tones(dark).palette
    centres = ((edges[:-1] + edges[1:]) / 2).astype(np.float32)
    hover = f"{labels.weight} %{{x:.4f}}<br>{labels.density} %{{y:.4g}}"
    figure.add_trace(
        go.Bar(
            x=centres,
            y=density.astype(np.float32),
            name=labels.drawn,
            opacity=0.6,
            marker={"color": palette[0], "line": {"width": 0}},
            hovertemplate=f"{hover}<extra>{theme.plain(labels.drawn)}</extra>",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=centres,
            y=formula.astype(np.float32),
            name=labels.formula,
            mode="lines",
            line={"color": palette[1], "width": 2, "shape": "hvh" if len(set(formula.round(9))) <= 2 else "linear"},
            hovertemplate=f"{hover}<extra>{theme.plain(labels.formula)}</extra>",
        )
    )
    figure.update_layout(bargap=0)
    figure.update_xaxes(title={"text": labels.weight, "standoff": 4})
    figure.update_yaxes(title={"text": labels.density})
    return figure


@dataclass(frozen=True)
class ClippedLabels:
    """Words of the figure of a clipped gradient."""

    title: str
    number: str
    share: str
    before: str
    after: str


def clipped_figure(
    before: np.ndarray, after: np.ndarray, labels: ClippedLabels, *, dark: bool = False, height: int = 260
) -> go.Figure:
    """Numbers of a gradient before and after (count,), each as a share of its vector's length."""
    figure = theme.figure(labels.title, height, dark)
    palette = theme.tones(dark).palette
    for values, name, colour in ((before, labels.before, palette[1]), (after, labels.after, palette[0])):
        figure.add_trace(
            go.Bar(
                x=np.arange(1, len(values) + 1),
                y=values.astype(np.float32),
                name=name,
                marker={"color": colour},
                hovertemplate=f"{labels.number} %{{x}}<br>{labels.share} %{{y:.3f}}<extra>{theme.plain(name)}</extra>",
            )
        )
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom"}
    figure.update_layout(barmode="group", bargap=0.3, legend=legend, margin={"t": 50})
    figure.update_xaxes(title={"text": labels.number, "standoff": 4}, dtick=1, showgrid=False)
    figure.update_yaxes(title={"text": labels.share}, zeroline=True, zerolinecolor=theme.tones(dark).gap)
    return figure
