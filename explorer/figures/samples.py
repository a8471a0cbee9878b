"""A few images of each class as one picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import photo, theme

WIDTH = 290
"""Pixels of the screen that the picture is made for."""

_GAP, _BAND = 0.06, 20


def samples_figure(rows: Sequence[np.ndarray], names: Sequence[str], title: str, *, dark: bool = False) -> go.Figure:
    """A row of images (n, size, size, 1 or 3) of uint8 for each class, with its name above; missing ones stay empty."""
    size, columns = rows[0].shape[1], max(map(len, rows))
    gap = max(1, round(_GAP * size))
    scale = WIDTH / (columns * (size + gap))
    band = max(1, round(_BAND / scale))
    picture = np.zeros((len(rows) * (size + band), columns * (size + gap) - gap, 4), np.uint8)
    for row, images in enumerate(rows):
        top = row * (size + band) + band
        for column, image in enumerate(images):
            left = column * (size + gap)
            picture[top : top + size, left : left + size, :3] = image
            picture[top : top + size, left : left + size, 3] = 255
    figure = theme.figure(title, round(picture.shape[0] * scale) + 40, dark)
    figure.add_trace(go.Image(source=photo.data_uri(picture), colormodel="rgba256", hoverinfo="skip"))
    for row, name in enumerate(names):
        figure.add_annotation(
            x=-0.5,
            y=row * (size + band) + band - 1,
            text=theme.plain(name),
            xanchor="left",
            yanchor="bottom",
            showarrow=False,
            borderpad=0,
            font={"size": 12},
        )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return figure
