"""Named values as vertical bars."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.figures import graph_objects as go
from explorer.figures import theme


def bars_figure(
    names: Sequence[str],
    values: Sequence[float],
    title: str,
    unit: str,
    *,
    percent: bool = False,
    dark: bool = False,
    height: int = 260,
) -> go.Figure:
    """One bar per name, from 0, with its value written above it."""
    figure = theme.figure(title, height, dark)
    pattern = ".0%" if percent else ".3g"
    figure.add_trace(
        go.Bar(
            x=[theme.plain(name) for name in names],
            y=values,
            marker={"color": theme.tones(dark).palette[0]},
            text=[format(value, pattern) for value in values],
            textposition="outside",
            cliponaxis=False,
            hovertemplate=f"%{{x}}: %{{y:{'.2%' if percent else '.6g'}}}<extra></extra>",
        )
    )
    figure.update_yaxes(title={"text": unit}, tickformat=".0%" if percent else None, rangemode="tozero")
    figure.update_layout(bargap=0.35)
    return figure
