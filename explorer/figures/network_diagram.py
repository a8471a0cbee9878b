"""A network as the notes draw it: a column of circles for each layer, a line for each weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme

MAXIMUM_CIRCLES, IN_A_LANE = 9, 5
"""Of a larger layer the first ones are drawn, and dots for the others; fewer where several lanes need room."""
WIDTHS = (0.6, 1.6, 3.2)


@dataclass(frozen=True)
class Column:
    """One layer: its place from left to right, its lane (0: the middle of all), what stands above and below it."""

    place: int
    lane: int
    units: int
    name: str
    shape: str
    below: str
    colour: str
    loops: bool = False


@dataclass(frozen=True)
class Connection:
    """The weights between two columns by their indices: kernel (units before, units after), None while untrained.

    Without weights but with a `place` the units are only handed on, to those from this place on.
    """

    before: int
    after: int
    kernel: np.ndarray | None = None
    place: int | None = None


@dataclass(frozen=True)
class DiagramLabels:
    """What stands in the picture, in the reader's language."""

    title: str
    weight: str


def network_figure(
    columns: Sequence[Column],
    connections: Sequence[Connection],
    labels: DiagramLabels,
    *,
    dark: bool = False,
    height: int = 330,
) -> go.Figure:
    """Circles and lines; trained weights are coloured by their sign and as thick as they are large."""
    figure = theme.figure(labels.title, height, dark)
    lanes = max(column.lane for column in columns)
    spots = [_spots(column, lanes) for column in columns]
    for connection in connections:
        before, after = spots[connection.before], spots[connection.after]
        if connection.place is not None:
            _hand_on(figure, before, after, connection.place, columns[connection.after].units, dark)
        else:
            _draw_lines(figure, before, after, connection.kernel, labels, dark)
    for column, spot in zip(columns, spots, strict=True):
        _draw_column(figure, column, spot, dark)
    reach = max(column.place for column in columns)
    figure.update_xaxes(visible=False, range=[-0.45, reach + 0.45], fixedrange=True)
    figure.update_yaxes(visible=False, range=[-0.02, 1.0], fixedrange=True)
    figure.update_layout(showlegend=False, dragmode=False, margin={"b": 4, "t": 34})
    return figure


def _spots(column: Column, lanes: int) -> np.ndarray:
    """Where the circles stand, (circles, 2): from the top, in the lane's part of the picture."""
    low, high = 0.12, 0.84
    if column.lane:
        size = (high - low) / lanes
        high = high - (column.lane - 1) * size
        low = high - size + 0.24 * (column.lane < lanes)
    shown = min(column.units, IN_A_LANE if column.lane else MAXIMUM_CIRCLES)
    middle, step = (low + high) / 2, min(0.085, (high - low) / max(shown, 1))
    rows = middle + step * ((shown - 1) / 2 - np.arange(shown))
    return np.column_stack([np.full(shown, float(column.place)), rows])


def _draw_lines(
    figure: go.Figure,
    before: np.ndarray,
    after: np.ndarray,
    kernel: np.ndarray | None,
    labels: DiagramLabels,
    dark: bool,
) -> None:
    if kernel is None:
        pairs = [(i, j) for i in range(len(before)) for j in range(len(after))]
        _lines(figure, before, after, pairs, theme.tones(dark).gap, 0.7)
        return
    shown = kernel[: len(before), : len(after)]
    sizes = np.abs(shown) / max(float(np.abs(kernel).max()), 1e-12)
    classes = np.digitize(sizes, (1 / 3, 2 / 3))
    for positive, colour in ((True, theme.RED), (False, theme.BLUE)):
        for size, width in enumerate(WIDTHS):
            chosen = ((shown >= 0) == positive) & (classes == size)
            pairs = list(zip(*(place.tolist() for place in np.nonzero(chosen)), strict=True))
            _lines(figure, before, after, pairs, colour, width)
    _hover(figure, before, after, shown, labels)


def _hand_on(figure: go.Figure, before: np.ndarray, after: np.ndarray, place: int, units: int, dark: bool) -> None:
    """A line from each circle to the place where its unit goes on, as far as that is drawn."""
    scale = (len(after) - 1) / max(units - 1, 1)
    pairs = [(i, round((place + i) * scale)) for i in range(len(before))]
    _lines(figure, before, after, pairs, theme.tones(dark).quiet, 1.0)


def _lines(
    figure: go.Figure,
    before: np.ndarray,
    after: np.ndarray,
    pairs: Sequence[tuple[int, int]],
    colour: str,
    width: float,
) -> None:
    if not pairs:
        return
    xs = [value for i, j in pairs for value in (before[i, 0], after[j, 0], None)]
    ys = [value for i, j in pairs for value in (before[i, 1], after[j, 1], None)]
    line = {"color": colour, "width": width}
    figure.add_trace(go.Scatter(x=xs, y=ys, mode="lines", line=line, opacity=0.75, hoverinfo="skip"))


def _hover(figure: go.Figure, before: np.ndarray, after: np.ndarray, kernel: np.ndarray, labels: DiagramLabels) -> None:
    """An unseen point in the middle of each line says its weight."""
    i, j = np.indices(kernel.shape).reshape(2, -1)
    middle = (2 * before[i] + after[j]) / 3
    figure.add_trace(
        go.Scatter(
            x=middle[:, 0],
            y=middle[:, 1],
            mode="markers",
            marker={"size": 7, "opacity": 0},
            customdata=np.column_stack([i + 1, j + 1, kernel.reshape(-1)]),
            hovertemplate=f"{theme.plain(labels.weight)} %{{customdata[0]}} → %{{customdata[1]}}: "
            "%{customdata[2]:.4f}<extra></extra>",
        )
    )


def _draw_column(figure: go.Figure, column: Column, spots: np.ndarray, dark: bool) -> None:
    tone = theme.tones(dark)
    figure.add_trace(
        go.Scatter(
            x=spots[:, 0],
            y=spots[:, 1],
            mode="markers",
            marker={"size": 15, "color": column.colour, "line": {"color": tone.text, "width": 1}},
            hovertemplate=f"{theme.plain(column.name)} %{{pointNumber}}<extra></extra>",
        )
    )
    top, bottom = float(spots[:, 1].max()), float(spots[:, 1].min())
    if column.units > len(spots):
        _write(figure, column.place, bottom - 0.035, f"⋮ {column.units}", tone.quiet, "top")
        bottom -= 0.045
    if column.loops:
        _write(figure, column.place + 0.13, top, "↻", column.colour, "middle", 22)
    _write(
        figure, column.place, top + 0.045, f"<b>{theme.plain(column.name)}</b><br>{column.shape}", tone.text, "bottom"
    )
    _write(figure, column.place, bottom - 0.045, theme.plain(column.below), tone.quiet, "top")


def _write(figure: go.Figure, x: float, y: float, text: str, colour: str, anchor: str, size: int = 11) -> None:
    figure.add_annotation(
        x=x, y=y, text=text, showarrow=False, yanchor=anchor, font={"size": size, "color": colour}, align="center"
    )
