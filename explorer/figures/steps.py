"""Gates and states over time steps of which some are marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme
from explorer.inspection.puzzles import StepMeans

ROW, FRAME = 9, 110
"""Pixels of a row of the heat map, and of all that is around the rows."""


@dataclass(frozen=True)
class Band:
    """One gate or state, `values` (time steps, units), 0 to 1 unless `signed`; `units`, from 0, are drawn."""

    letter: str
    values: np.ndarray
    units: Sequence[int]
    signed: bool


@dataclass(frozen=True)
class StepLabels:
    """Words of the hover text and the axes."""

    step: str
    unit: str


def bands_figure(
    bands: Sequence[Band], marks: Sequence[int], title: str, labels: StepLabels, *, dark: bool = False
) -> go.Figure:
    """Heat maps under each other over one axis of steps, a row per unit.

    Gates have colours from 0 to 1; all signed values share one scale about 0. The steps
    `marks`, counted from 1, are framed and pointed at from above.
    """
    rows = sum(len(band.units) for band in bands) + len(bands) - 1
    figure = theme.figure(title, max(FRAME + ROW * rows, 240), dark)
    tones = theme.tones(dark)
    reach = max((float(np.abs(_drawn(band)).max()) for band in bands if band.signed), default=0.0) or 1.0
    kinds = [kind for kind in (False, True) if any(band.signed is kind for band in bands)]
    for place, signed in enumerate(kinds):
        scale = tones.signed if signed else theme.ACTIVATION
        low = -reach if signed else 0.0
        length = 1 / len(kinds)
        bar = {"thickness": 10, "outlinewidth": 0, "tickfont": {"size": 11}, "nticks": 5}
        bar |= {"len": 0.94 * length, "y": 1 - (place + 0.5) * length}
        figure.add_trace(
            go.Heatmap(
                z=_stacked(bands, signed),
                x0=1,
                y=_names(bands, labels.unit),
                zmin=low,
                zmax=reach if signed else 1.0,
                colorscale=scale,
                colorbar=bar,
                hoverongaps=False,
                hovertemplate=f"{labels.step} %{{x}}, %{{y}}: %{{z:.4f}}<extra></extra>",
            )
        )
    _mark(figure, marks, tones.palette[1])
    steps = len(bands[0].values) if bands else 1
    figure.update_layout(margin={"t": 54})
    figure.update_xaxes(title={"text": labels.step, "standoff": 4}, showgrid=False, range=[0.5, steps + 0.5])
    figure.update_yaxes(type="category", autorange="reversed", showgrid=False, **_ticks(bands))
    return figure


def _drawn(band: Band) -> np.ndarray:
    """The rows of a band: (units drawn, time steps)."""
    return np.asarray(band.values[:, list(band.units)].T, np.float32)


def _stacked(bands: Sequence[Band], signed: bool) -> np.ndarray:
    """The bands of one kind as rows, NaN in the places of the others and in the gaps: (rows, time steps)."""
    parts = []
    for place, band in enumerate(bands):
        values = _drawn(band)
        parts.append(values if band.signed is signed else np.full_like(values, np.nan))
        if place + 1 < len(bands):
            parts.append(np.full((1, values.shape[1]), np.nan, np.float32))
    return np.concatenate(parts)


def _names(bands: Sequence[Band], unit: str) -> list[str]:
    names: list[str] = []
    for place, band in enumerate(bands):
        names += [f"{theme.plain(band.letter)}, {unit} {number + 1}" for number in band.units]
        names += [" " * (place + 1)] if place + 1 < len(bands) else []
    return names


def _ticks(bands: Sequence[Band]) -> dict[str, object]:
    """Each band's letter at its middle, in its colour."""
    tops = np.cumsum([0, *[len(band.units) + 1 for band in bands]])
    # A hair beside the row: on it, the tick's text would replace the row's name in the hover text.
    middles = [float(top + (len(band.units) - 1) / 2 + 0.05) for top, band in zip(tops, bands, strict=False)]
    return {"tickmode": "array", "tickvals": middles, "ticktext": [coloured(band.letter) for band in bands]}


def coloured(letter: str) -> str:
    """A letter as it is drawn everywhere, in the colour of its gate or state."""
    colour = theme.GATES.get(letter.split("_")[-1])
    name = theme.plain(letter)
    return f'<span style="color:{colour}">■</span> <b>{name}</b>' if colour else name


def _mark(figure: go.Figure, marks: Sequence[int], colour: str) -> None:
    for place in marks:
        for side in (-0.5, 0.5):
            figure.add_vline(place + side, line={"color": colour, "width": 1.5})
        figure.add_annotation(
            x=place, y=1, yref="paper", yanchor="bottom", text=f"▼ {place}", showarrow=False, font={"size": 12}
        )


def means_figure(
    means: Mapping[str, StepMeans],
    title: str,
    marked: str,
    unmarked: str,
    unit: str,
    *,
    dark: bool = False,
    height: int = 270,
) -> go.Figure:
    """A pair of bars for each gate or state: its mean over all units at marked and at other steps.

    The thin line in each bar spans from the tenth to the ninetieth percentile of the units.
    """
    figure = theme.figure(title, height, dark)
    tones = theme.tones(dark)
    letters = [coloured(letter) for letter in means]
    for name, colour, side in ((marked, tones.palette[1], "marked"), (unmarked, tones.quiet, "unmarked")):
        groups = [getattr(mean, side) for mean in means.values()]
        centres = np.array([group.mean() for group in groups])
        spans = np.array([np.percentile(group, (10, 90)) for group in groups]).reshape(-1, 2)
        figure.add_trace(
            go.Bar(
                x=letters,
                y=centres,
                name=name,
                marker={"color": colour},
                error_y={
                    "array": np.maximum(spans[:, 1] - centres, 0),
                    "arrayminus": np.maximum(centres - spans[:, 0], 0),
                    "thickness": 1,
                    "width": 3,
                    "color": tones.text,
                },
                hovertemplate=f"%{{x}}: %{{y:.4f}}<extra>{name}</extra>",
            )
        )
    figure.update_yaxes(title={"text": unit}, rangemode="tozero")
    figure.update_layout(barmode="group", legend={"orientation": "h", "y": 1.0, "yanchor": "bottom"}, margin={"t": 58})
    return figure


def sensitivities_figure(
    lines: Mapping[str, np.ndarray],
    truth: Mapping[int, float],
    title: str,
    words: tuple[str, str, str],
    *,
    dark: bool = False,
    height: int = 270,
) -> go.Figure:
    """How much each model's answer grows with each number, (time steps,) per model.

    `truth` says for the marked steps, counted from 1, what is right there: a diamond. `words`
    name the step, the value and the truth.
    """
    figure = theme.figure(title, height, dark)
    tones = theme.tones(dark)
    step, value, right = words
    for index, (name, values) in enumerate(lines.items()):
        figure.add_trace(
            go.Scatter(
                x=np.arange(1, len(values) + 1),
                y=values.astype(np.float32),
                name=theme.plain(name),
                mode="lines",
                line={"color": tones.palette[index % len(tones.palette)], "width": 2},
                hovertemplate=f"{step} %{{x}}: %{{y:.4f}}<extra>{theme.plain(name)}</extra>",
            )
        )
    figure.add_trace(
        go.Scatter(
            x=list(truth),
            y=list(truth.values()),
            name=right,
            mode="markers",
            marker={"size": 11, "symbol": "diamond-open", "color": tones.text, "line": {"width": 2}},
            hovertemplate=f"{step} %{{x}}: %{{y:.4f}}<extra>{right}</extra>",
        )
    )
    figure.update_xaxes(title={"text": step, "standoff": 4}, showgrid=False)
    figure.update_yaxes(title={"text": value})
    figure.update_layout(legend={"orientation": "h", "y": 1.0, "yanchor": "bottom"}, margin={"t": 58})
    return figure
