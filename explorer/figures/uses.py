"""How often each cell of an input takes part in a convolution."""

from __future__ import annotations

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme

NUMBERS_UP_TO = 100


def uses_figure(
    counts: np.ndarray, title: str, row: str, column: str, value: str, *, dark: bool = False, height: int = 260
) -> go.Figure:
    """Counts (height, width) as a heat map from 0, with the numbers written in when there are few cells."""
    figure = theme.figure(title, height, dark)
    figure.add_trace(
        go.Heatmap(
            z=counts,
            x=np.arange(1, counts.shape[1] + 1),
            y=np.arange(1, counts.shape[0] + 1),
            zmin=0,
            colorscale=theme.ACTIVATION,
            texttemplate="%{z}" if counts.size <= NUMBERS_UP_TO else None,
            colorbar={"thickness": 10, "outlinewidth": 0},
            xgap=1,
            ygap=1,
            hovertemplate=f"{row} %{{y}}, {column} %{{x}}: %{{z}} {value}<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed", scaleanchor="x", constrain="domain", showgrid=False, title={"text": row})
    figure.update_xaxes(constrain="domain", showgrid=False, title={"text": column})
    return figure
