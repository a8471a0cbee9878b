"""The probabilities of a classifier as bars."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.figures import graph_objects as go
from explorer.figures import theme
from explorer.inspection.predictions import Prediction


def probabilities_figure(
    prediction: Prediction,
    classes: Sequence[str],
    title: str,
    true_mark: str,
    *,
    dark: bool = False,
    height: int = 280,
) -> go.Figure:
    """One bar per class: the predicted one in colour, the true one, if it is known, marked with a star."""
    figure = theme.figure(title, height, dark)
    names = [f"{'★ ' if index == prediction.label else ''}{theme.plain(name)}" for index, name in enumerate(classes)]
    hit = {True: theme.GREEN, False: theme.RED, None: theme.tones(dark).palette[0]}[prediction.correct]
    colours = [hit if index == prediction.top else theme.tones(dark).quiet for index in range(len(classes))]
    figure.add_trace(
        go.Bar(
            x=prediction.probabilities,
            y=names,
            orientation="h",
            marker={"color": colours, "line": {"width": 0}},
            text=[f"{value:.1%}" for value in prediction.probabilities],
            textposition="outside",
            textfont={"size": 11},
            constraintext="none",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.6f}<extra></extra>",
        )
    )
    figure.update_xaxes(range=[0, 1.2], tickformat=".0%", tickvals=[0, 0.5, 1], title={"text": true_mark})
    figure.update_yaxes(autorange="reversed", showgrid=False, dtick=1, tickfont={"size": 12})
    figure.update_layout(bargap=0.25)
    return figure
