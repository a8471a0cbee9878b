"""Pictures of normalisation: which cells are averaged together, and what is left of many batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme

FAINT, STRONG = 0.16, 0.5
APART = 0.25
"""Cells between the table and its statistics."""


@dataclass(frozen=True)
class TableLabels:
    """Words of the figure; the names of its rows and columns, and of what stands beside it."""

    title: str
    example: str
    feature: str
    mean: str
    variance: str


def table_figure(
    values: np.ndarray,
    statistics: tuple[np.ndarray, np.ndarray],
    by_column: bool,
    chosen: tuple[int, int],
    labels: TableLabels,
    *,
    dark: bool = False,
    height: int = 250,
) -> go.Figure:
    """A table (examples, features) whose cells have the colour of the group that they are averaged in.

    `statistics` are mean and variance of each group: with `by_column` (1, features), under the
    columns, else (examples, 1), beside the rows. The group of the `chosen` cell stands out.
    """
    figure = theme.figure(labels.title, height, dark)
    rows, columns = values.shape
    group = np.tile(np.arange(columns), (rows, 1)) if by_column else np.tile(np.arange(rows)[:, None], (1, columns))
    picked = chosen[1] if by_column else chosen[0]
    beside = np.concatenate(statistics, axis=0 if by_column else 1)
    groups = group[:1].repeat(2, axis=0) if by_column else group[:, :1].repeat(2, axis=1)
    x, y = np.arange(1, columns + 1.0), np.arange(1, rows + 1.0)
    after = (rows if by_column else columns) + APART + np.array([1.0, 2.0])
    names = [labels.mean, labels.variance]
    hover = f"{labels.example} %{{y}}, {labels.feature} %{{x}}: %{{customdata:.6g}}<extra></extra>"
    told = f"{labels.feature if by_column else labels.example} %{{{'x' if by_column else 'y'}}}: %{{customdata:.6g}}"
    figure.add_trace(_cells(values, group, picked, x, y, hover, dark))
    across, down = (x, after) if by_column else (after, y)
    figure.add_trace(_cells(beside, groups, picked, across, down, f"{told}<extra></extra>", dark))
    tone = theme.tones(dark)
    figure.add_shape(
        type="rect",
        x0=chosen[1] + 0.52,
        x1=chosen[1] + 1.48,
        y0=chosen[0] + 0.52,
        y1=chosen[0] + 1.48,
        line={"color": tone.text, "width": 3},
    )
    _axis(figure.update_xaxes, labels.feature, x, [] if by_column else list(zip(after, names, strict=True)))
    _axis(figure.update_yaxes, labels.example, y, list(zip(after, names, strict=True)) if by_column else [])
    # The same place for both kinds of statistics, so that the same table has the same cells in both pictures.
    figure.update_xaxes(side="top", range=[0.5, columns + APART + 2.5])
    figure.update_yaxes(range=[rows + APART + 2.5, 0.5])
    figure.update_layout(margin={"t": 78})
    return figure


def _cells(
    values: np.ndarray, groups: np.ndarray, picked: int, x: np.ndarray, y: np.ndarray, hover: str, dark: bool
) -> go.Heatmap:
    palette = theme.tones(dark).palette
    count = max(int(groups.max()) + 1, picked + 1)
    fills = [_tint(palette[number], STRONG if number == picked else FAINT) for number in range(count)]
    scale = [[place, fill] for number, fill in enumerate(fills) for place in (number / count, (number + 1) / count)]
    return go.Heatmap(
        z=groups.astype(np.uint8),
        x=x,
        y=y,
        zmin=-0.5,
        zmax=count - 0.5,
        colorscale=scale,
        showscale=False,
        xgap=3,
        ygap=3,
        text=[[_short(value) for value in row] for row in values],
        texttemplate="%{text}",
        textfont={"size": 13, "color": theme.tones(dark).text},
        customdata=values,
        hovertemplate=hover,
    )


def _short(value: float) -> str:
    """At most two decimals: cells are narrow, and the hover text has more."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("0", "-0") else text.replace("-", "\N{MINUS SIGN}")


def _axis(update: Callable[..., Any], title: str, places: np.ndarray, more: list[tuple[float, str]]) -> None:
    update(
        title={"text": theme.plain(title), "standoff": 6},
        tickvals=[*places, *(place for place, _name in more)],
        ticktext=[*(f"{place:.0f}" for place in places), *(name for _place, name in more)],
        showgrid=False,
        ticks="",
        showline=False,
    )


def _tint(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


@dataclass(frozen=True)
class OutputLabels:
    """Words of the figure of one example in batches of every size."""

    title: str
    size: str
    feature: str
    value: str


def outputs_figure(
    outputs: np.ndarray, reach: float, labels: OutputLabels, *, dark: bool = False, height: int = 260
) -> go.Figure:
    """An example's outputs (batch sizes, features), from -reach to reach, with the number in each cell."""
    figure = theme.figure(labels.title, height, dark)
    figure.add_trace(
        go.Heatmap(
            z=outputs.astype(np.float32),
            x0=1,
            y0=1,
            zmin=-reach,
            zmax=reach,
            colorscale=theme.tones(dark).signed,
            showscale=False,
            xgap=3,
            ygap=3,
            texttemplate="%{z:.3f}",
            textfont={"size": 14},
            hovertemplate=f"{labels.size} %{{y}}, {labels.feature} %{{x}}<br>{labels.value} %{{z:.6f}}<extra></extra>",
        )
    )
    figure.update_xaxes(title={"text": labels.feature, "standoff": 4}, dtick=1, showgrid=False)
    figure.update_yaxes(title={"text": labels.size}, autorange="reversed", dtick=1, showgrid=False)
    return figure


@dataclass(frozen=True)
class MovingLabels:
    """Words of the figure: `dots` and `line` name what each batch gives and what moves after it."""

    title: str
    batch: str
    value: str
    dots: str
    line: str


def moving_figure(
    dots: np.ndarray,
    line: np.ndarray,
    seen: int,
    span: tuple[float, float],
    labels: MovingLabels,
    *,
    dark: bool = False,
    height: int = 230,
) -> go.Figure:
    """A dot for each batch (count,) and a line from before the first one (count + 1,), up to the batches `seen`.

    The axes are those of all batches, so that they stay where they are from step to step.
    """
    figure = theme.figure(labels.title, height, dark)
    tones = theme.tones(dark)
    told = f"{labels.batch} %{{x}}: %{{y:.5g}}"
    figure.add_trace(
        go.Scatter(
            x=np.arange(1, seen + 1),
            y=dots[:seen].astype(np.float32),
            mode="markers",
            marker={"color": tones.palette[1], "size": 6},
            name=labels.dots,
            hovertemplate=f"{told}<extra>{theme.plain(labels.dots)}</extra>",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=np.arange(seen + 1),
            y=line[: seen + 1].astype(np.float32),
            mode="lines+markers",
            line={"color": tones.palette[0], "width": 3},
            marker={"size": _sizes(seen)},
            name=labels.line,
            hovertemplate=f"{told}<extra>{theme.plain(labels.line)}</extra>",
        )
    )
    figure.update_xaxes(title={"text": labels.batch, "standoff": 4}, range=[-0.02 * len(dots), len(dots) + 0.5])
    figure.update_yaxes(title={"text": labels.value}, range=list(span))
    figure.update_layout(showlegend=True, legend={"orientation": "h", "y": 1.16})
    return figure


def _sizes(seen: int) -> Sequence[int]:
    """Only the last place of the line is a point, so that a line of one place can be seen."""
    return [0] * seen + [9]
