"""How long the texts of a data set are, and where a fixed length cuts them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme
from explorer.inspection.lengths import Lengths


@dataclass(frozen=True)
class LengthLabels:
    """Words of the figure; `longer` names the last bar, which holds all longer texts."""

    title: str
    tokens: str
    texts: str
    whole: str
    cut: str
    mean: str
    median: str
    longer: str


def lengths_figure(found: Lengths, labels: LengthLabels, *, dark: bool = False, height: int = 320) -> go.Figure:
    """Bars in two colours, either side of `maxlen`, where a solid line is; broken ones at mean and median."""
    figure = theme.figure(labels.title, height, dark)
    palette = theme.tones(dark).palette
    centres = (found.edges[:-1] + found.edges[1:]) / 2
    spans = [
        f"{max(low + 0.5, 1):.0f}–{high - 0.5:.0f}" for low, high in zip(found.edges[:-1], found.edges[1:], strict=True)
    ]
    spans[-1] = labels.longer
    is_cut = centres > found.maxlen
    for name, chosen, colour in ((labels.whole, ~is_cut, palette[0]), (labels.cut, is_cut, palette[1])):
        figure.add_trace(
            go.Bar(
                x=centres[chosen],
                y=found.counts[chosen],
                width=float(np.diff(found.edges)[0]),
                customdata=[span for span, take in zip(spans, chosen, strict=True) if take],
                name=name,
                marker={"color": colour, "line": {"width": 0}},
                hovertemplate=f"{labels.tokens} %{{customdata}}<br>{labels.texts} %{{y}}<extra></extra>",
            )
        )
    for value, text, dash, side in (
        (found.mean, labels.mean, "dash", "left"),
        (found.median, labels.median, "dot", "right"),
    ):
        figure.add_vline(value, line={"color": theme.tones(dark).text, "width": 1.5, "dash": dash})
        figure.add_annotation(
            x=value,
            text=text,
            xanchor=side if found.mean >= found.median else {"left": "right", "right": "left"}[side],
            font={"size": 11},
            **theme.TOP,
        )
    figure.add_vline(found.maxlen + 0.5, line={"color": palette[1], "width": 2})
    figure.update_layout(bargap=0)
    figure.update_xaxes(title={"text": labels.tokens, "standoff": 4}, range=[0, float(found.edges[-1])])
    figure.update_yaxes(title={"text": labels.texts})
    return figure
