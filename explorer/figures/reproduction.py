"""Numbers of the course notes beside ours, and the gap that overfitting opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from explorer.figures import graph_objects as go
from explorer.figures import theme


@dataclass(frozen=True)
class Result:
    """One model's accuracy (0 to 1) in the notes and here; None where there is none."""

    name: str
    source: float | None
    ours: float | None


def results_figure(
    results: Sequence[Result],
    title: str,
    source: str,
    ours: str,
    axis: str,
    *,
    chosen: int | None = None,
    dark: bool = False,
    height: int = 260,
) -> go.Figure:
    """A row per model: an open diamond for the notes, a dot for ours, a line between; the chosen row is shaded."""
    figure = theme.figure(title, height, dark)
    tone = theme.tones(dark)
    names = [theme.plain(result.name) for result in results]
    for name, result in zip(names, results, strict=True):
        if result.source is not None and result.ours is not None:
            line = {"color": tone.quiet, "width": 2}
            x = [result.source, result.ours]
            figure.add_trace(go.Scatter(x=x, y=[name] * 2, mode="lines", line=line, hoverinfo="skip", showlegend=False))
    kinds = (
        (source, [result.source for result in results], "diamond-open", tone.palette[1]),
        (ours, [result.ours for result in results], "circle", tone.palette[0]),
    )
    for label, values, symbol, colour in kinds:
        figure.add_trace(
            go.Scatter(
                x=values,
                y=names,
                name=label,
                mode="markers",
                marker={"symbol": symbol, "size": 11, "color": colour, "line": {"width": 2}},
                hovertemplate=f"%{{y}}<br>%{{x:.2%}}<extra>{label}</extra>",
            )
        )
    if chosen is not None:
        figure.add_hrect(chosen - 0.5, chosen + 0.5, fillcolor=tone.grid, opacity=0.6, line={"width": 0}, layer="below")
    figure.update_xaxes(tickformat=".0%", tick0=0.9, dtick=0.04, title={"text": axis, "standoff": 4})
    figure.update_yaxes(
        type="category", categoryorder="array", categoryarray=names, range=[len(names) - 0.5, -0.5], showgrid=False
    )
    figure.update_layout(showlegend=False)
    return figure


def mark_gap(figure: go.Figure, epoch: float, training: float, validation: float, *, dark: bool) -> None:
    """A bracket between training and validation at an epoch of a figure of curves."""
    colour = theme.tones(dark).text
    figure.add_trace(
        go.Scatter(
            x=[epoch, epoch],
            y=[training, validation],
            mode="lines+markers",
            line={"color": colour, "width": 2, "dash": "dot"},
            marker={"symbol": "line-ew-open", "size": 12, "color": colour},
            hoverinfo="skip",
            showlegend=False,
        )
    )
