"""Gates and states of a cell over the tokens that it reads, under lines that share their axis: all one picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme
from explorer.figures.mosaic import MAXIMUM_EXACT_CELLS, coloured_shades, to_shades
from explorer.figures.theme import Colours

MAXIMUM_UNITS = 32
"""Units that a band shows at most: its first ones."""
LONGEST_NAME = 14
MAXIMUM_NAMES = 60
"""Names of tokens that are written under the picture at most; hovering tells the others."""
PANEL, BAND, ROW, AXIS, GAP = 104, 26, 5, 82, 0.03
"""Pixels of a panel of lines, of the least high band, of a row, and of the tokens' names; a gap as a share."""


@dataclass(frozen=True)
class Band:
    """One gate or state: `values` (tokens, units), 0 to 1 unless `signed`; NaN has no colour. `letter` gives its name
    its colour, and `first` is the number of its first unit, from 1."""

    name: str
    letter: str
    values: np.ndarray
    signed: bool
    first: int = 1


@dataclass(frozen=True)
class Line:
    """One number for each token, (tokens,); NaN is left out."""

    name: str
    values: np.ndarray
    colour: str = ""
    dash: str = "solid"


@dataclass(frozen=True)
class Panel:
    """Lines over one scale, with `marks`: values that have a name. `percent` values are written as such; at `rule`
    a line is ruled across."""

    title: str
    lines: Sequence[Line]
    low: float | None = None
    high: float | None = None
    marks: Sequence[tuple[float, str]] = ()
    percent: bool = False
    rule: float | None = None


@dataclass(frozen=True)
class GateLabels:
    """Words of the figure: its title, "token", "unit", and what the two colour bars are named."""

    title: str
    token: str
    unit: str
    gate: str
    state: str


def gates_figure(
    tokens: Sequence[str],
    panels: Sequence[Panel],
    bands: Sequence[Band],
    labels: GateLabels,
    *,
    reach: float | None = None,
    marked: Sequence[int] = (),
    dark: bool = False,
) -> go.Figure:
    """Panels of lines above bands of units, all over the tokens, whose names must differ.

    Gates have colours from 0 to 1; all signed bands share one scale from -reach to reach
    (their own largest value if None). `marked` tokens have a line from top to bottom.
    """
    pixels = [*[PANEL for _ in panels], *([_height(bands)] if bands else [])]
    height = int(sum(pixels) + AXIS + (58 if _legend(panels) else 40))
    figure = theme.figure(labels.title, height, dark)
    names = [theme.plain(_short(token)) for token in tokens]
    domains = _domains(pixels)
    for number, (panel, domain) in enumerate(zip(panels, domains, strict=False), 1):
        _panel(figure, panel, names, number, domain, dark)
    if bands:
        scales = _scales(bands, labels, reach, dark)
        _bands(figure, bands, names, labels, len(panels) + 1, domains[-1], scales)
    for token in marked:
        line = {"color": theme.tones(dark).quiet, "dash": "dot", "width": 1}
        figure.add_shape(type="line", x0=token, x1=token, y0=0, y1=1, yref="paper", line=line)
    size = 11 if len(tokens) <= 30 else 9
    figure.update_xaxes(
        type="category",
        categoryorder="array",
        categoryarray=names,
        range=[-0.5, len(names) - 0.5],
        tickangle=-90,
        dtick=-(-len(tokens) // MAXIMUM_NAMES),
        tickfont={"size": size},
        title={"text": labels.token, "standoff": 4, "font": {"size": 11}},
        anchor=f"y{len(pixels)}" if len(pixels) > 1 else "y",
        showgrid=False,
    )
    figure.update_layout(margin={"t": 56 if _legend(panels) else 38}, hovermode="closest")
    return figure


def _legend(panels: Sequence[Panel]) -> bool:
    """Whether the lines need names: those of the first panel, as the others have the same."""
    return bool(panels) and len(panels[0].lines) > 1


def _height(bands: Sequence[Band]) -> float:
    return float(sum(max(BAND, ROW * _units(band) + ROW) for band in bands))


def _units(band: Band) -> int:
    return min(band.values.shape[1], MAXIMUM_UNITS)


def _domains(pixels: Sequence[float]) -> list[tuple[float, float]]:
    """The shares of the height that parts take, from the top down."""
    room, top, found = (1 - GAP * (len(pixels) - 1)) / sum(pixels), 1.0, []
    for part in pixels:
        found.append((max(0.0, top - part * room), top))
        top -= part * room + GAP
    return found


def _short(token: str) -> str:
    return token if len(token) <= LONGEST_NAME else f"{token[: LONGEST_NAME - 1]}…"


def _panel(
    figure: go.Figure, panel: Panel, names: list[str], number: int, domain: tuple[float, float], dark: bool
) -> None:
    axis = _axis(number)
    tone = theme.tones(dark)
    for place, line in enumerate(panel.lines):
        colour = line.colour or tone.palette[place % len(tone.palette)]
        figure.add_trace(
            go.Scatter(
                x=names,
                y=np.asarray(line.values, np.float32),
                yaxis=axis,
                mode="lines+markers",
                name=theme.plain(line.name),
                line={"color": colour, "width": 2, "dash": line.dash},
                marker={"size": 4},
                showlegend=number == 1 and len(panel.lines) > 1,
                hovertemplate=f"%{{x}}: %{{y:{'.1%' if panel.percent else '.4g'}}}<extra>%{{fullData.name}}</extra>",
            )
        )
    if panel.rule is not None:
        rule = {"color": tone.quiet, "dash": "dash", "width": 1}
        figure.add_shape(type="line", x0=0, x1=1, xref="paper", y0=panel.rule, y1=panel.rule, yref=axis, line=rule)
    places = {"tickvals": [value for value, _ in panel.marks], "ticktext": [theme.plain(n) for _, n in panel.marks]}
    settings = {
        "domain": list(domain),
        "range": None if panel.low is None else [panel.low, panel.high],
        "gridcolor": tone.grid,
        "linecolor": tone.grid,
        "zeroline": False,
        "automargin": True,
        "title": {"text": theme.plain(panel.title), "font": {"size": 11}},
        **(places if panel.marks else {"nticks": 4}),
    }
    figure.update_layout(**{axis.replace("y", "yaxis"): settings})
    figure.update_layout(legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom"})


@dataclass(frozen=True)
class _Scale:
    """The colours of one kind of bands."""

    signed: bool
    low: float
    high: float
    colours: Colours
    name: str

    def bar(self, low: float, high: float, ends: tuple[float, float]) -> dict[str, object]:
        """A colour bar between two heights of the figure (0 to 1), for data that run from one end to the other."""
        return {
            "thickness": 10,
            "outlinewidth": 0,
            "len": 0.96 * (high - low),
            "y": (low + high) / 2,
            "tickfont": {"size": 11},
            "tickvals": [ends[0], sum(ends) / 2, ends[1]],
            "ticktext": [f"{value:.3g}" for value in (self.low, (self.low + self.high) / 2, self.high)],
            "title": {"text": theme.plain(self.name), "font": {"size": 11}, "side": "right"},
        }


def _bands(
    figure: go.Figure,
    bands: Sequence[Band],
    names: list[str],
    labels: GateLabels,
    number: int,
    domain: tuple[float, float],
    scales: Sequence[_Scale],
) -> None:
    """One heat map for each scale, over the same rows; the colour bars share the height."""
    rows = _rows(bands, labels.unit)
    length = (domain[1] - domain[0]) / len(scales)
    for place, scale in enumerate(scales):
        top = domain[1] - place * length
        values = _stacked(bands, scale.signed, len(names))
        coloured = _coloured(values, scale, (top - length, top), labels.token)
        figure.add_trace(go.Heatmap(x=names, y=rows, yaxis=_axis(number), hoverongaps=False, **coloured))
    axis = {"domain": list(domain), "type": "category", "autorange": "reversed", "showgrid": False, "automargin": True}
    figure.update_layout(**{_axis(number).replace("y", "yaxis"): {**axis, **_ticks(bands)}})


def _axis(number: int) -> str:
    return "y" if number == 1 else f"y{number}"


def _scales(bands: Sequence[Band], labels: GateLabels, reach: float | None, dark: bool) -> list[_Scale]:
    """The scale of gates and that of states, if there are such bands."""
    if reach is None:
        reach = max((_reach(band.values) for band in bands if band.signed), default=1.0)
    gates = _Scale(False, 0.0, 1.0, theme.ACTIVATION, labels.gate)
    states = _Scale(True, -(reach or 1.0), reach or 1.0, theme.tones(dark).signed, labels.state)
    return [scale for scale in (gates, states) if any(band.signed is scale.signed for band in bands)]


def _coloured(values: np.ndarray, scale: _Scale, heights: tuple[float, float], token: str) -> dict[str, object]:
    """Exact values as long as they are few; then shades, and hovering tells the place only."""
    place = f"%{{y}}<br>{token} %{{x}}"
    if values.size <= MAXIMUM_EXACT_CELLS:
        exact = {"z": values, "zmin": scale.low, "zmax": scale.high, "colorscale": scale.colours}
        bar = scale.bar(*heights, (scale.low, scale.high))
        return {**exact, "colorbar": bar, "hovertemplate": f"{place}: %{{z:.4f}}<extra></extra>"}
    shades = to_shades(values, scale.low, scale.high)
    colours = {"z": shades, "zmin": 0, "zmax": 255, "colorscale": coloured_shades(scale.colours)}
    return {**colours, "colorbar": scale.bar(*heights, (1, 255)), "hovertemplate": f"{place}<extra></extra>"}


def _reach(values: np.ndarray) -> float:
    return float(np.nanmax(np.abs(values), initial=0.0)) if np.isfinite(values).any() else 0.0


def _rows(bands: Sequence[Band], unit: str) -> list[str]:
    """A name for each row, all different: the bands' units, and between two bands a gap."""
    rows: list[str] = []
    for place, band in enumerate(bands):
        rows += [f"{theme.plain(band.name)}, {unit} {band.first + n}" for n in range(_units(band))]
        rows += [" " * (place + 1)] if place + 1 < len(bands) else []
    return rows


def _stacked(bands: Sequence[Band], signed: bool, count: int) -> np.ndarray:
    """The bands of one kind above each other, NaN where the others and the gaps are: (rows, tokens)."""
    parts = []
    for place, band in enumerate(bands):
        values = np.asarray(band.values[:, : _units(band)], np.float32).T
        parts.append(values if band.signed is signed else np.full_like(values, np.nan))
        if place + 1 < len(bands):
            parts.append(np.full((1, count), np.nan, np.float32))
    return np.concatenate(parts)


def _ticks(bands: Sequence[Band]) -> dict[str, object]:
    """The name of each band at its middle; a hair beside it, as a tick's name would replace the row's in hovers."""
    tops = np.cumsum([0, *[_units(band) + 1 for band in bands]])
    middles = [float(top + (_units(band) - 1) / 2 + 0.05) for top, band in zip(tops, bands, strict=False)]
    names = [_named(band) for band in bands]
    return {"tickmode": "array", "tickvals": middles, "ticktext": names, "tickfont": {"size": 11}}


def _named(band: Band) -> str:
    colour = theme.GATES.get(band.letter)
    name = theme.plain(band.name)
    return f'<span style="color:{colour}">■</span> <b>{name}</b>' if colour else name
