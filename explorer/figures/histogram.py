"""Weight histograms, trained over untrained."""

from __future__ import annotations

from explorer.figures import graph_objects as go
from explorer.figures import theme
from explorer.inspection.weights import WeightHistogram


def histogram_figure(
    histogram: WeightHistogram,
    title: str,
    trained: str,
    untrained: str | None,
    weight: str,
    count: str,
    *,
    dark: bool = False,
    height: int = 280,
) -> go.Figure:
    """Both distributions in the same bins, a line at each mean; without a name the untrained one is left out."""
    figure = theme.figure(title, height, dark)
    centres = (histogram.edges[:-1] + histogram.edges[1:]) / 2
    palette = theme.tones(dark).palette
    parts = (
        (untrained, histogram.untrained_counts, histogram.untrained, palette[1]),
        (trained, histogram.trained_counts, histogram.trained, palette[0]),
    )
    for name, counts, statistics, colour in parts:
        if name is None:
            continue
        figure.add_trace(
            go.Bar(
                x=centres,
                y=counts,
                name=name,
                opacity=0.6,
                marker={"color": colour, "line": {"width": 0}},
                hovertemplate=f"{weight} %{{x:.3f}}<br>{count} %{{y}}<extra>{name}</extra>",
            )
        )
        figure.add_vline(statistics.mean, line={"color": colour, "width": 2, "dash": "dot"})
    figure.update_layout(barmode="overlay", bargap=0)
    figure.update_xaxes(title={"text": weight, "standoff": 4})
    figure.update_yaxes(title={"text": count})
    return figure
