"""A recurrent or feed-forward network over a few time steps, with what goes in and comes out at each."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.figures import graph_objects as go
from explorer.figures import theme

HALF = 0.32
HEIGHT = {"input": 0.0, "cell": 1.2, "output": 2.4}


def sequence_figure(
    inputs: Sequence[str],
    outputs: Sequence[str],
    title: str,
    *,
    step: str,
    cell: str,
    state: str,
    recurrent: bool = True,
    dark: bool = False,
    height: int = 380,
) -> go.Figure:
    """Inputs below, cells in the middle, outputs on top, one column per time step; an empty text is no arrow.

    Between the cells of a recurrent network the `state` goes on.
    """
    figure = theme.figure(title, height, dark)
    tones = theme.tones(dark)
    for place, (entering, leaving) in enumerate(zip(inputs, outputs, strict=True)):
        _box(figure, place, "cell", cell, theme.BLUE, tones.text)
        if entering:
            _box(figure, place, "input", entering, theme.GREEN, tones.text)
            _arrow(figure, (place, HEIGHT["input"] + 0.3), (place, HEIGHT["cell"] - 0.3), tones.quiet)
        if leaving:
            _box(figure, place, "output", leaving, theme.VIOLET, tones.text)
            _arrow(figure, (place, HEIGHT["cell"] + 0.3), (place, HEIGHT["output"] - 0.3), tones.quiet)
        if recurrent and place:
            _arrow(figure, (place - 1 + HALF, HEIGHT["cell"]), (place - HALF, HEIGHT["cell"]), theme.BLUE)
            figure.add_annotation(
                x=place - 0.5, y=HEIGHT["cell"] + 0.16, text=theme.plain(state), showarrow=False, font={"size": 14}
            )
    figure.update_xaxes(
        range=[-0.6, len(inputs) - 0.4],
        tickvals=list(range(len(inputs))),
        ticktext=[str(place + 1) for place in range(len(inputs))],
        title={"text": theme.plain(step), "standoff": 4} if recurrent else None,
        showticklabels=recurrent,
        showgrid=False,
    )
    figure.update_yaxes(range=[-0.5, 2.9], visible=False)
    figure.add_trace(go.Scatter(x=[0], y=[0], opacity=0, hoverinfo="skip", showlegend=False))
    return figure


def _box(figure: go.Figure, place: int, row: str, text: str, colour: str, ink: str) -> None:
    y = HEIGHT[row]
    figure.add_shape(
        type="rect",
        x0=place - HALF,
        x1=place + HALF,
        y0=y - 0.28,
        y1=y + 0.28,
        line={"color": colour, "width": 2},
        fillcolor=colour,
        opacity=0.25,
    )
    figure.add_annotation(x=place, y=y, text=theme.plain(text), showarrow=False, font={"size": 14, "color": ink})


def _arrow(figure: go.Figure, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
    figure.add_annotation(
        x=end[0],
        y=end[1],
        ax=start[0],
        ay=start[1],
        xref="x",
        yref="y",
        axref="x",
        ayref="y",
        text="",
        showarrow=True,
        arrowhead=2,
        arrowwidth=2,
        arrowcolor=colour,
    )
