"""Rows of token ids as cells with the id in each: words, padding, and the place where a row was cut."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme

OUTSIDE, WORD, PADDING, CUT = range(4)
"""What a cell is: none at all, an id, padding, an id that was cut off."""


@dataclass(frozen=True)
class RowLabels:
    """Words of the figure; `kinds` names WORD, PADDING and CUT, in this order."""

    title: str
    row: str
    column: str
    id: str
    kinds: tuple[str, str, str]


def id_rows_figure(
    ids: np.ndarray, kinds: np.ndarray, labels: RowLabels, *, dark: bool = False, height: int = 200
) -> go.Figure:
    """Ids (rows, columns) in cells coloured by what they are (rows, columns)."""
    figure = theme.figure(labels.title, height, dark)
    tone = theme.tones(dark)
    fills = ["rgba(0,0,0,0)", tone.palette[0], tone.gap, tone.palette[1]]
    scale = [[place, fill] for number, fill in enumerate(fills) for place in (number / 4, (number + 1) / 4)]
    names = np.array(["", *map(theme.plain, labels.kinds)])
    texts = np.where(kinds == OUTSIDE, "", ids.astype(str))
    texts = np.where(kinds == CUT, np.char.add(np.char.add("<s>", texts), "</s>"), texts)
    figure.add_trace(
        go.Heatmap(
            z=kinds.astype(np.uint8),
            x0=1,
            y0=1,
            zmin=-0.5,
            zmax=3.5,
            colorscale=scale,
            showscale=False,
            xgap=2,
            ygap=2,
            text=texts,
            texttemplate="%{text}",
            textfont={"size": 14 if ids.shape[1] <= 20 else 10},
            customdata=names[kinds],
            hoverongaps=False,
            hovertemplate=f"{labels.row} %{{y}}, {labels.column} %{{x}}<br>{labels.id} %{{text}} "
            "(%{customdata})<extra></extra>",
        )
    )
    figure.update_xaxes(
        title={"text": labels.column, "standoff": 4}, showgrid=False, dtick=1 if ids.shape[1] <= 20 else 10
    )
    figure.update_yaxes(title={"text": labels.row}, showgrid=False, autorange="reversed", dtick=1)
    return figure
