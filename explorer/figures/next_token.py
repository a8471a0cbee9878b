"""Which token comes next: the network's probabilities beside those drawn from, and a text read token by token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme


@dataclass(frozen=True)
class NextLabels:
    """Words of the bars: the axis, both kinds of bars, and the mark of the token that was drawn."""

    title: str
    probability: str
    own: str
    drawn: str


def next_token_figure(
    tokens: Sequence[str],
    own: np.ndarray,
    drawn: np.ndarray,
    chosen: int | None,
    labels: NextLabels,
    *,
    dark: bool = False,
    height: int = 370,
) -> go.Figure:
    """Two bars per token (tokens,): what the network gave it, and what it was drawn with; the drawn one has a star."""
    figure = theme.figure(labels.title, height, dark)
    tone = theme.tones(dark)
    names = [f"{'★ ' if place == chosen else ''}{theme.plain(token)}" for place, token in enumerate(tokens)]
    edge = {"color": theme.RED, "width": [3 if place == chosen else 0 for place in range(len(tokens))]}
    # Two tokens may look the same, so bars stand in numbered places, not at their names.
    places = np.arange(len(tokens))
    kinds = (
        (own, labels.own, {"color": tone.gap, "line": {"width": 0}}),
        (drawn, labels.drawn, {"color": tone.palette[0], "line": edge}),
    )
    for values, name, marker in kinds:
        figure.add_trace(
            go.Bar(
                x=np.asarray(values, np.float32),
                y=places,
                orientation="h",
                name=name,
                marker=marker,
                customdata=names,
                hovertemplate=f"%{{customdata}}: %{{x:.4f}}<extra>{name}</extra>",
            )
        )
    figure.update_xaxes(range=[0, 1.02], tickformat=".0%", title={"text": labels.probability, "standoff": 4})
    figure.update_yaxes(
        tickvals=places, ticktext=names, range=[len(tokens) - 0.4, -0.6], showgrid=False, tickfont={"size": 13}
    )
    figure.update_layout(barmode="group", bargap=0.25, bargroupgap=0.0, legend={"y": 0, "yanchor": "bottom"})
    return figure


@dataclass(frozen=True)
class ReadingLabels:
    """Words of the reading: title, the row of the text itself, the ranks below it, and the hover text."""

    title: str
    typed: str
    ranks: Sequence[str]
    probability: str
    after: str


def reading_figure(
    typed: Sequence[str],
    came: np.ndarray,
    best: Sequence[Sequence[str]],
    shares: np.ndarray,
    labels: ReadingLabels,
    *,
    dark: bool = False,
    height: int = 330,
) -> go.Figure:
    """Under each token (tokens,) the most probable next ones, best first: names and `shares` (ranks, tokens).

    The first row is the text itself, each token in the colour of the probability `came` (tokens,)
    that it had before it was read; NaN for the first one. One scale from 0 to 1.
    """
    figure = theme.figure(labels.title, height, dark)
    rows = [[theme.plain(token) for token in line] for line in (typed, *best)]
    before = ["", *rows[0][:-1]]
    hover = [[f"{labels.typed} {token}" for token in rows[0]]]
    hover += [
        [f"{labels.after} {now} · {rank}: {token}" for now, token in zip(rows[0], line, strict=True)]
        for rank, line in zip(labels.ranks, rows[1:], strict=True)
    ]
    hover[0] = [
        f"{labels.after} {last}: {token}" if last else token for last, token in zip(before, rows[0], strict=True)
    ]
    longest = max(len(token) for line in (typed, *best) for token in line)
    figure.add_trace(
        go.Heatmap(
            z=np.vstack([came, shares]).astype(np.float32),
            x=np.arange(1, len(typed) + 1),
            y=np.arange(len(rows)),
            zmin=0,
            zmax=1,
            colorscale=theme.ACTIVATION,
            xgap=1,
            ygap=1,
            text=rows,
            texttemplate="%{text}",
            textfont={"size": 14 if longest <= 1 else 11},
            customdata=hover,
            hovertemplate=f"%{{customdata}}<br>{labels.probability} %{{z:.4f}}<extra></extra>",
            colorbar={"title": {"text": labels.probability, "side": "right"}, "thickness": 10, "tickformat": ".0%"},
        )
    )
    names = [labels.typed, *labels.ranks]
    figure.update_yaxes(tickvals=np.arange(len(rows)), ticktext=names, autorange="reversed", showgrid=False)
    figure.update_xaxes(visible=False)
    # Plotly writes dark letters where there is no value.
    figure.update_layout(plot_bgcolor=theme.tones(False).gap)
    figure.add_hline(0.5, line={"color": theme.tones(dark).text, "width": 2})
    return figure
