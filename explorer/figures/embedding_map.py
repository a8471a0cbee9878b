"""Words as points in a plane, coloured by a number about a middle, with some of them marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme

_SIDES = ("top center", "bottom center", "middle right", "middle left")


@dataclass(frozen=True)
class MapLabels:
    """Words of the figure: its title, both axes, "rank", "count" and what the colour is."""

    title: str
    across: str
    up: str
    rank: str
    count: str
    colour: str


@dataclass(frozen=True)
class Span:
    """Colours from `low` to `high`."""

    low: float
    high: float


def embedding_figure(
    places: np.ndarray,
    words: Sequence[str],
    ranks: np.ndarray,
    counts: Sequence[str],
    values: np.ndarray,
    span: Span,
    labels: MapLabels,
    *,
    chosen: int | None = None,
    near: Sequence[int] = (),
    reach: Sequence[tuple[float, float]] | None = None,
    dark: bool = False,
    height: int = 470,
) -> go.Figure:
    """Points (n, 2) of the words, hovered with rank, count and value (NaN: grey).

    The word at the place `chosen` and those `near` it are marked and named. `reach` fixes both axes' ends.
    """
    figure = theme.figure(labels.title, height, dark)
    tone = theme.tones(dark)
    shown = np.asarray(values, np.float32)
    names = [theme.plain(word) for word in words]
    told = [
        [name, str(int(rank)), count, "–" if np.isnan(value) else f"{value:.3f}"]
        for name, rank, count, value in zip(names, ranks, counts, shown, strict=True)
    ]
    hover = (
        f"<b>%{{customdata[0]}}</b><br>{theme.plain(labels.rank)} %{{customdata[1]}}<br>"
        f"{theme.plain(labels.count)} %{{customdata[2]}}<br>"
        f"{theme.plain(labels.colour)} %{{customdata[3]}}<extra></extra>"
    )
    bar = {
        "thickness": 10,
        "outlinewidth": 0,
        "len": 0.9,
        "title": {"text": theme.plain(labels.colour), "font": {"size": 11}, "side": "right"},
    }
    marker = {"size": 8, "color": np.nan_to_num(shown, nan=(span.low + span.high) / 2), "colorscale": tone.signed}
    line = {"color": tone.gap, "width": 0.7}
    figure.add_trace(
        go.Scatter(
            x=np.asarray(places[:, 0], np.float32),
            y=np.asarray(places[:, 1], np.float32),
            customdata=told,
            mode="markers",
            marker={**marker, "cmin": span.low, "cmax": span.high, "line": line, "colorbar": bar},
            hovertemplate=hover,
            showlegend=False,
        )
    )
    _marks(figure, places, names, [place for place in near if place != chosen], "circle-open", 11, 11, tone)
    _marks(figure, places, names, [] if chosen is None else [chosen], "star-open", 18, 15, tone)
    axes: dict[str, object] = {"showgrid": True, "zeroline": False, "automargin": True}
    figure.update_xaxes(
        title={"text": labels.across, "font": {"size": 11}}, range=None if reach is None else list(reach[0]), **axes
    )
    figure.update_yaxes(
        title={"text": labels.up, "font": {"size": 11}}, range=None if reach is None else list(reach[1]), **axes
    )
    figure.update_layout(hovermode="closest")
    return figure


def _marks(
    figure: go.Figure,
    places: np.ndarray,
    names: Sequence[str],
    marked: Sequence[int],
    symbol: str,
    size: int,
    letters: int,
    tone: theme.Tones,
) -> None:
    """Open marks with the words' names, which leave the colours below to be seen; always a trace, so that it moves."""
    figure.add_trace(
        go.Scatter(
            x=np.asarray(places[marked, 0] if marked else [], np.float32),
            y=np.asarray(places[marked, 1] if marked else [], np.float32),
            text=[names[place] for place in marked],
            mode="markers+text",
            textposition=[_SIDES[n % len(_SIDES)] for n in range(len(marked))],
            textfont={"size": letters, "color": tone.text},
            marker={"symbol": symbol, "size": size, "color": tone.text, "line": {"width": 1.5, "color": tone.text}},
            hoverinfo="skip",
            showlegend=False,
        )
    )
