"""A picture of a model: one block per layer, as high as its maps and as deep as its channels.

A sequence is as wide as it has time steps and as high as it has features.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from explorer.figures import graph_objects as go
from explorer.figures import theme

BLOCK_GAP = 1.0
MAXIMUM_SHEETS = 7
COLOURS = {
    "Input": "#8b8f9c",
    "Conv2D": theme.BLUE,
    "MaxPooling2D": theme.GREEN,
    "AveragePooling2D": theme.GREEN,
    "GlobalAveragePooling2D": theme.GREEN,
    "GlobalMaxPooling2D": theme.GREEN,
    "Dense": theme.PINK,
    "Conv1D": theme.BLUE,
    **dict.fromkeys(("MaxPooling1D", "GlobalMaxPooling1D", "GlobalAveragePooling1D"), theme.GREEN),
    **dict.fromkeys(("SimpleRNN", "LSTM", "GRU", "Bidirectional"), theme.ORANGE),
    **dict.fromkeys(("Embedding", "CategoryEncoding"), theme.SKY),
}
OTHER_COLOUR = "#8b8f9c"


@dataclass(frozen=True)
class Block:
    """One layer of the picture: its kind, output shape and the lines shown on hovering.

    A `fault` marks the layer that cannot work; it has no shape.
    """

    kind: str
    caption: str
    shape: tuple[int, ...]
    hover: tuple[str, ...]
    fault: bool = False


def architecture_figure(blocks: Sequence[Block], title: str, *, dark: bool = False, height: int = 170) -> go.Figure:
    """Blocks from left to right; heights grow with the square root of a map's size."""
    figure = theme.figure(title, height, dark)
    tallest = max((block.shape[0] for block in blocks if len(block.shape) == 3), default=1)
    for index, block in enumerate(blocks):
        _draw(figure, block, float(index) * (1 + BLOCK_GAP), tallest)
        figure.add_annotation(
            x=index * (1 + BLOCK_GAP) + 0.5,
            y=-0.08,
            text=_caption(block),
            name="caption",
            showarrow=False,
            yanchor="top",
            font={
                "size": 11 if len(blocks) <= 9 else 9,
                "color": theme.FAULT if block.fault else theme.tones(dark).text,
            },
        )
    width = len(blocks) * (1 + BLOCK_GAP)
    figure.update_xaxes(visible=False, range=[-0.6, width - 0.4], fixedrange=True)
    figure.update_yaxes(visible=False, range=[-0.55, 1.25], fixedrange=True)
    figure.update_layout(showlegend=False, margin={"b": 4, "t": 30}, dragmode=False)
    return figure


def _draw(figure: go.Figure, block: Block, left: float, tallest: int) -> None:
    if block.fault:
        _add_box(figure, block, left + 0.1, 0.2, 0.8, 0.5, 1)
        figure.add_annotation(x=left + 0.5, y=0.45, text="✕", showarrow=False, font={"size": 28, "color": theme.FAULT})
        return
    if len(block.shape) == 3:
        size = max(0.08, math.sqrt(block.shape[0] / tallest) * 0.8)
        sheets = min(MAXIMUM_SHEETS, 1 + round(math.log2(block.shape[2])))
        _add_box(figure, block, left + (1 - size) / 2, (0.9 - size) / 2, size, size, sheets)
        return
    if len(block.shape) == 2:
        width, height = (_length(size) for size in block.shape)
        _add_box(figure, block, left + (1 - width) / 2, (0.9 - height) / 2, width, height, 1)
        return
    length = _length(block.shape[0])
    _add_box(figure, block, left + 0.4, (0.9 - length) / 2, 0.2, length, 1)


def _length(size: int) -> float:
    """How long a side is drawn: by the logarithm, within the block's place."""
    return min(0.9, 0.2 + 0.1 * math.log2(max(2, size)))


def _add_box(
    figure: go.Figure, block: Block, left: float, bottom: float, width: float, height: float, sheets: int
) -> None:
    colour = theme.FAULT if block.fault else COLOURS.get(block.kind, OTHER_COLOUR)
    for sheet in reversed(range(sheets)):
        shift_x, shift_y = sheet * 0.055, sheet * 0.035
        xs = [left + shift_x, left + width + shift_x, left + width + shift_x, left + shift_x, left + shift_x]
        ys = [
            bottom + shift_y,
            bottom + shift_y,
            bottom + height + shift_y,
            bottom + height + shift_y,
            bottom + shift_y,
        ]
        figure.add_trace(
            go.Scatter(
                x=xs,
                y=ys,
                mode="lines",
                fill="toself",
                fillcolor=_clear(colour, 0.15 if block.fault else 0.55),
                line={"color": colour, "width": 1.2, "dash": "dash" if block.fault else "solid"},
                hoveron="fills",
                hoverinfo="text" if sheet == 0 else "skip",
                text="<br>".join(theme.plain(line) for line in block.hover),
            )
        )


def _caption(block: Block) -> str:
    shape = "×".join(str(size) for size in block.shape)
    return f"<b>{theme.plain(block.caption)}</b><br>{shape}"


def _clear(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
