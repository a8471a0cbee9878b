"""A series as a curve: the window that slides over it, forecasts of it, and what a cell remembers of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme

MAXIMUM_POINTS = 1500
"""Of one line; of a longer one every so manieth is drawn."""
LEGEND_TOP = 50
"""Pixels above the lines: a row for the title and one for the legend."""
MODEL, BASELINE, CARRIED = theme.BLUE, theme.RED, theme.GREEN
"""What is forecast, what the last value says, and a state that is carried on."""


@dataclass(frozen=True)
class Line:
    """Values over `times` (numbers of steps, or dates), with a name and a colour; `dash` as Plotly names it."""

    name: str
    times: np.ndarray
    values: np.ndarray
    colour: str = ""
    dash: str = "solid"
    markers: bool = False


@dataclass(frozen=True)
class WindowMarks:
    """Where a window lies: the times of its first and last row, and of its target with the target's value."""

    first: np.datetime64 | float
    last: np.datetime64 | float
    target: np.datetime64 | float
    value: float


@dataclass(frozen=True)
class SeriesLabels:
    """Words of the figure."""

    title: str
    time: str
    value: str
    test: str = ""
    window: str = ""
    target: str = ""


def series_figure(
    lines: Sequence[Line],
    labels: SeriesLabels,
    *,
    cut: np.datetime64 | float | None = None,
    window: WindowMarks | None = None,
    limits: tuple[float, float] | None = None,
    legend: bool = True,
    dark: bool = False,
    height: int = 230,
) -> go.Figure:
    """Lines over time; from `cut` on the test part is shaded, and a window with its target can be marked."""
    figure = theme.figure(labels.title, height, dark)
    tone = theme.tones(dark)
    for place, line in enumerate(lines):
        _draw(figure, line, line.colour or tone.palette[place % len(tone.palette)])
    if window is not None:
        _mark(figure, window, labels, dark)
    if cut is not None and lines:
        end = max(line.times[-1] for line in lines if len(line.times))
        figure.add_vrect(
            **_between(cut, end),
            fillcolor=tone.quiet,
            opacity=0.14,
            line={"width": 0},
            layer="below",
        )
        figure.add_annotation(
            x=_end(end), xanchor="right", text=theme.plain(labels.test), font={"size": 11}, **theme.BOTTOM
        )
    figure.update_xaxes(title={"text": theme.plain(labels.time), "standoff": 4}, showgrid=False)
    figure.update_yaxes(title={"text": theme.plain(labels.value), "standoff": 4}, range=limits, nticks=6)
    shown = legend and len(lines) > 1
    figure.update_layout(
        showlegend=shown,
        hovermode="closest",
        legend={"orientation": "h", "x": 1, "y": 1.0, "yanchor": "bottom"},
        margin={"t": LEGEND_TOP} if shown else {},
    )
    return figure


def thinned(times: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every so manieth point, and the last one, so that no more than `MAXIMUM_POINTS` and a few are left."""
    stride = -(-len(times) // MAXIMUM_POINTS)
    if stride <= 1:
        return times, values
    places = np.append(np.arange(0, len(times) - 1, stride), len(times) - 1)
    return times[places], values[places]


def state_figure(
    lines: Sequence[Line], starts: np.ndarray, labels: SeriesLabels, *, dark: bool = False, height: int = 320
) -> go.Figure:
    """A unit's state over time, read in several ways; dotted uprights show where chunks begin. 0 is in the middle."""
    reach = 1.1 * max(float(np.abs(line.values).max()) for line in lines) or 1.0
    figure = series_figure(lines, labels, limits=(-reach, reach), dark=dark, height=height)
    tone = theme.tones(dark)
    widest = figure.traces[0]
    widest["line"]["width"], widest["opacity"] = 7, 0.45
    xs, ys = np.repeat(_as_drawn(starts), 3), np.tile([-reach, reach, np.nan], len(starts)).astype(np.float32)
    pen = {"color": tone.quiet, "width": 1, "dash": "dot"}
    uprights = go.Scatter(x=xs, y=ys, mode="lines", line=pen, hoverinfo="skip", showlegend=False, connectgaps=False)
    figure.add_trace(uprights)
    return figure


def _draw(figure: go.Figure, line: Line, colour: str) -> None:
    times, values = thinned(line.times, line.values)
    name = theme.plain(line.name)
    figure.add_trace(
        go.Scatter(
            x=_as_drawn(times),
            y=np.asarray(values, np.float32),
            name=name,
            mode="lines+markers" if line.markers else "lines",
            line={"color": colour, "width": 1.7, "dash": line.dash},
            marker={"size": 5},
            hovertemplate=f"%{{x}}: %{{y:.5g}}<extra>{name}</extra>",
        )
    )


def _mark(figure: go.Figure, window: WindowMarks, labels: SeriesLabels, dark: bool) -> None:
    """The window's rows shaded, its target as a star."""
    colour = theme.tones(dark).palette[0]
    figure.add_vrect(
        **_between(window.first, window.last),
        fillcolor=colour,
        opacity=0.3,
        line={"color": colour, "width": 2},
    )
    figure.add_annotation(
        x=_end(window.first),
        xanchor="left",
        text=theme.plain(labels.window),
        font={"size": 11, "color": colour},
        **theme.TOP,
    )
    figure.add_trace(
        go.Scatter(
            x=_as_drawn(np.array([window.target])),
            y=[window.value],
            name=theme.plain(labels.target),
            mode="markers",
            marker={"symbol": "star", "size": 14, "color": theme.RED, "line": {"width": 1, "color": "#ffffff"}},
            hovertemplate=f"%{{x}}: %{{y:.5g}}<extra>{theme.plain(labels.target)}</extra>",
        )
    )


def _between(first: np.datetime64 | float, last: np.datetime64 | float) -> dict[str, object]:
    """Both ends as `add_vrect` takes them."""
    return {"x0": _end(first), "x1": _end(last)}


def _end(time: np.datetime64 | float) -> str | float:
    return str(time) if isinstance(time, np.datetime64) else float(time)


def _as_drawn(times: np.ndarray) -> np.ndarray:
    """Whole days without their midnight, so that the hover text is short."""
    if times.dtype.kind != "M":
        return times.astype(np.float32)
    days = times.astype("datetime64[D]")
    return np.array(np.datetime_as_string(days if (days == times).all() else times), dtype=object)
