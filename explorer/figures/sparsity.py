"""How the weights of several runs are spread; those that are exactly 0 are marked apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme
from explorer.inspection.sparsity import Spread


@dataclass(frozen=True)
class SparsityLabels:
    """Words of the figure."""

    title: str
    weight: str
    count: str
    zero: str


def sparsity_figure(
    spread: Spread,
    names: Sequence[str],
    colours: Sequence[int],
    labels: SparsityLabels,
    *,
    dark: bool = False,
    height: int = 340,
) -> go.Figure:
    """A stepped line for each run over the same bins, counts on a logarithmic axis; ◆ is the count of exact zeros.

    `colours` are the runs' places in the palette.
    """
    figure = theme.figure(labels.title, height, dark)
    palette = theme.tones(dark).palette
    centres = (spread.edges[:-1] + spread.edges[1:]) / 2
    for name, place, found in zip(names, colours, spread.sets, strict=True):
        colour, plain = palette[place % len(palette)], theme.plain(name)
        figure.add_trace(
            go.Scatter(
                x=centres,
                y=np.where(found.counts > 0, found.counts, np.nan),
                mode="lines",
                line={"color": colour, "width": 2, "shape": "hvh"},
                name=plain,
                legendgroup=plain,
                hovertemplate=f"{labels.weight} %{{x:.4f}}<br>{labels.count} %{{y:,}}<extra>{plain}</extra>",
            )
        )
        if found.zeros:
            figure.add_trace(
                go.Scatter(
                    x=np.array([0.0]),
                    y=np.array([found.zeros]),
                    mode="markers+text",
                    marker={"symbol": "diamond", "size": 13, "color": colour},
                    text=[f"  {found.zeros:,} {labels.zero}"],
                    textposition="middle right",
                    textfont={"color": colour},
                    name=f"{plain} · {labels.zero}",
                    legendgroup=plain,
                    showlegend=False,
                    hovertemplate=f"%{{y:,}} {labels.zero}<extra>{plain}</extra>",
                )
            )
    figure.update_xaxes(title={"text": labels.weight, "standoff": 4})
    figure.update_yaxes(title={"text": labels.count}, type="log", dtick=1, rangemode="tozero")
    figure.update_layout(hovermode="closest")
    return figure
