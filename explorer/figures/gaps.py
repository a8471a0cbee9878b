"""Training beside validation, run by run, the gap between them an area; all runs on one scale."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme

BETWEEN = 0.16
"""Empty space between two panels, as a share of a panel."""
LINE, LINES = 14, 3
"""Characters of a name in a line above its panel, and lines; the parts of a name stand in lines of their own."""


@dataclass(frozen=True)
class Panel:
    """One run: values by epoch, from epoch 1, (n,) each; `kept` is the epoch whose weights were kept.

    `note` stands where there is no curve yet, `gap` beside the name.
    """

    name: str
    training: np.ndarray
    validation: np.ndarray
    kept: int | None = None
    gap: str = ""
    note: str = ""


@dataclass(frozen=True)
class GapLabels:
    """Words of the figure."""

    title: str
    epoch: str
    training: str
    validation: str
    kept: str


def gaps_figure(
    panels: Sequence[Panel],
    epochs: int,
    labels: GapLabels,
    *,
    percent: bool = False,
    dark: bool = False,
    height: int = 350,
) -> go.Figure:
    """A panel of `epochs` epochs for each run, side by side over one vertical axis."""
    figure = theme.figure(labels.title, height, dark)
    palette = theme.tones(dark).palette
    for place, panel in enumerate(panels):
        start = place * _width(epochs)
        _curves(figure, panel, start, palette[place % len(palette)], labels, percent)
        _heading(figure, panel, start + (epochs + 1) / 2, palette[place % len(palette)])
        if panel.note:
            _note(figure, panel.note, start + (epochs + 1) / 2, dark)
    _axes(figure, panels, epochs, labels, percent)
    return figure


def _width(epochs: int) -> float:
    return epochs * (1 + BETWEEN)


def _curves(figure: go.Figure, panel: Panel, start: float, colour: str, labels: GapLabels, percent: bool) -> None:
    epochs = np.arange(1.0, len(panel.training) + 1)
    name = theme.plain(panel.name)
    for values, label, dash, fill in (
        (panel.training, labels.training, "solid", None),
        (panel.validation, labels.validation, "dash", "tonexty"),
    ):
        figure.add_trace(
            go.Scatter(
                x=epochs + start,
                y=values,
                customdata=epochs,
                mode="lines+markers" if len(epochs) == 1 else "lines",
                line={"color": colour, "dash": dash, "width": 2},
                fill=fill,
                fillcolor=_faint(colour),
                name=f"{name} · {label}",
                hovertemplate=f"{labels.epoch} %{{customdata}}: %{{y:{'.1%' if percent else '.4f'}}}"
                f"<extra>{name} · {label}</extra>",
            )
        )
    if panel.kept is not None:
        _bracket(figure, panel, panel.kept, start, colour, labels)


def _bracket(figure: go.Figure, panel: Panel, kept: int, start: float, colour: str, labels: GapLabels) -> None:
    """The gap at the epoch whose weights were kept."""
    name = theme.plain(panel.name)
    figure.add_trace(
        go.Scatter(
            x=np.array([start + kept, start + kept]),
            y=np.array([panel.training[kept - 1], panel.validation[kept - 1]]),
            mode="lines+markers",
            line={"color": colour, "width": 2},
            marker={"symbol": ["circle", "circle-open"], "size": 8},
            name=f"{name} · {labels.kept}",
            hovertemplate=f"{labels.kept}: {labels.epoch} {kept}<br>{theme.plain(panel.gap)}<extra>{name}</extra>",
        )
    )


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.18)"


def _heading(figure: go.Figure, panel: Panel, x: float, colour: str) -> None:
    lines = [line for part in panel.name.split(" · ") for line in textwrap.wrap(part, LINE)]
    if len(lines) > LINES:
        lines[LINES - 1 :] = [f"{lines[LINES - 1]} …"]
    text = "<br>".join([*(f"<b>{theme.plain(line)}</b>" for line in lines), theme.plain(panel.gap)])
    figure.add_annotation(
        text=text, x=x, y=1, yref="paper", yanchor="bottom", showarrow=False, font={"size": 12, "color": colour}
    )


def _note(figure: go.Figure, note: str, x: float, dark: bool) -> None:
    figure.add_annotation(
        text="<br>".join(theme.plain(line) for line in textwrap.wrap(note, LINE)),
        x=x,
        y=0.5,
        yref="paper",
        showarrow=False,
        font={"size": 12, "color": theme.tones(dark).quiet},
    )


def _axes(figure: go.Figure, panels: Sequence[Panel], epochs: int, labels: GapLabels, percent: bool) -> None:
    count = max(1, len(panels))
    marks = (1, round(epochs / 2), epochs) if count <= 4 else (1, epochs)
    figure.update_xaxes(
        title={"text": labels.epoch, "standoff": 4},
        range=[1 - epochs * BETWEEN / 2, (count - 1) * _width(epochs) + epochs * (1 + BETWEEN / 2)],
        tickvals=[place * _width(epochs) + mark for place in range(count) for mark in marks],
        ticktext=[str(mark) for _place in range(count) for mark in marks],
        showgrid=False,
    )
    for place in range(1, count):
        middle = place * _width(epochs) + 0.5 - epochs * BETWEEN / 2
        figure.add_vline(middle, line={"width": 1, "color": figure.properties["yaxis"]["gridcolor"]})
    figure.update_yaxes(
        range=[0, 1] if percent else [0, _top(panels)], tickformat=".0%" if percent else None, fixedrange=False
    )
    figure.update_layout(showlegend=False, margin={"t": 98})


def _top(panels: Sequence[Panel]) -> float:
    """Where the axis of losses ends: at the highest value but for the first tenth of each run, which may be far off."""
    highest = [
        float(values[len(values) // 10 :].max())
        for panel in panels
        for values in (panel.training, panel.validation)
        if len(values) and np.isfinite(values).all()
    ]
    return 1.06 * max(highest, default=2.3)
