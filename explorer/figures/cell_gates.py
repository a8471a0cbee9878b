"""Gates and states of several cells over the same time steps, one under the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme
from explorer.figures.cells import short

COLOURS = {"SimpleRNN": 0, "LSTM": 1, "GRU": 2}
"""The place of each kind of cell in the palette, wherever they are compared."""

ROW_HEIGHT = 17
WRITTEN = 12
"""With more time steps than these the numbers do not fit into the cells."""


@dataclass(frozen=True)
class Row:
    """One unit of one quantity over time; a `gate` lies between 0 and 1, anything else about 0."""

    name: str
    values: np.ndarray
    gate: bool


@dataclass(frozen=True)
class GateLabels:
    """Words of the figure."""

    title: str
    step: str
    value: str
    gates: str
    states: str


def gates_figure(groups: Sequence[tuple[str, Sequence[Row]]], labels: GateLabels, *, dark: bool = False) -> go.Figure:
    """The rows of all groups on two scales: gates from 0 to 1, the others about 0 with one reach for all."""
    rows = [(group, row) for group, members in groups for row in members]
    height = 90 + ROW_HEIGHT * (len(rows) + len(groups) - 1)
    figure = theme.figure(labels.title, height, dark)
    spaced = _spaced(groups)
    signed = [row.values for _group, row in rows if not row.gate]
    reach = max([1.0, *(float(np.abs(values).max()) for values in signed)])
    for gate, bar_y, bar_title in ((True, 1.0, labels.gates), (False, 0.45, labels.states)):
        low, high = (0.0, 1.0) if gate else (-reach, reach)
        figure.add_trace(
            go.Heatmap(
                z=_sheet(spaced, gate),
                x0=1,
                y0=0,
                zmin=low,
                zmax=high,
                colorscale=theme.ACTIVATION if gate else theme.tones(dark).signed,
                xgap=1,
                ygap=1,
                text=_texts(spaced, gate),
                texttemplate="%{text}" if len(spaced[0][1].values) <= WRITTEN else "",
                textfont={"size": 10},
                customdata=_names(spaced),
                hoverongaps=False,
                hovertemplate=f"%{{customdata}}<br>{labels.step} %{{x}}<br>{labels.value} %{{z:.6g}}<extra></extra>",
                colorbar={
                    "title": {"text": theme.plain(bar_title), "font": {"size": 11}},
                    "len": 0.5,
                    "y": bar_y,
                    "yanchor": "top",
                    "thickness": 10,
                },
            )
        )
    figure.update_xaxes(title={"text": labels.step, "standoff": 4}, dtick=1, showgrid=False)
    figure.update_yaxes(
        tickmode="array",
        tickvals=[place for place, (_group, row) in enumerate(spaced) if row.name],
        ticktext=[theme.plain(f"{group} {row.name}") for group, row in spaced if row.name],
        tickfont={"size": 11},
        autorange="reversed",
        showgrid=False,
    )
    return figure


def _spaced(groups: Sequence[tuple[str, Sequence[Row]]]) -> list[tuple[str, Row]]:
    """All rows, with an empty one between the groups."""
    length = len(groups[0][1][0].values)
    blank = Row("", np.full(length, np.nan), gate=False)
    found: list[tuple[str, Row]] = []
    for place, (group, members) in enumerate(groups):
        found += [(group, blank)] * (place > 0) + [(group, row) for row in members]
    return found


def _sheet(rows: Sequence[tuple[str, Row]], gate: bool) -> np.ndarray:
    return np.stack([row.values if row.gate == gate else np.full(len(row.values), np.nan) for _g, row in rows]).astype(
        np.float32
    )


def _texts(rows: Sequence[tuple[str, Row]], gate: bool) -> list[list[str]]:
    return [
        [short(round(float(value), 2)) if row.gate == gate and np.isfinite(value) else "" for value in row.values]
        for _group, row in rows
    ]


def _names(rows: Sequence[tuple[str, Row]]) -> list[list[str]]:
    return [[theme.plain(f"{group} {row.name}")] * len(row.values) for group, row in rows]


@dataclass(frozen=True)
class Line:
    """A curve over time steps, in a colour of the palette; a `band` is broad and pale, for another curve to lie in."""

    name: str
    values: np.ndarray
    colour: int
    band: bool = False
    dash: str = "solid"


def lines_figure(
    lines: Sequence[Line],
    title: str,
    step: str,
    value: str,
    *,
    log: bool = False,
    dark: bool = False,
    height: int = 320,
) -> go.Figure:
    """Values over time steps, on a logarithmic scale their size alone."""
    figure = theme.figure(title, height, dark)
    palette = theme.tones(dark).palette
    for line in lines:
        values = np.abs(line.values) if log else line.values
        name = theme.plain(line.name)
        figure.add_trace(
            go.Scatter(
                x=np.arange(1, len(values) + 1),
                y=np.where(values > 0, values, np.nan) if log else values,
                name=name,
                mode="lines" if line.band or line.dash != "solid" else "lines+markers",
                marker={"size": 4},
                line={"color": palette[line.colour], "dash": line.dash, "width": 9 if line.band else 2},
                opacity=0.35 if line.band else 1,
                hovertemplate=f"{step} %{{x}}<br>{value} %{{y:.6g}}<extra>{name}</extra>",
            )
        )
    longest = max(len(line.values) for line in lines)
    figure.update_xaxes(
        title={"text": step, "standoff": 4}, range=[0.5, longest + 0.5], dtick=1 if longest <= WRITTEN else 5
    )
    figure.update_yaxes(title={"text": value, "standoff": 4}, zeroline=True, zerolinecolor=theme.tones(dark).gap)
    if log:
        figure.update_yaxes(type="log", exponentformat="power", zeroline=False)
    figure.update_layout(
        hovermode="closest",
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": -0.2, "yanchor": "top"},
    )
    return figure
