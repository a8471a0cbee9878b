"""A grey image with a map over it that says which places count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme
from explorer.figures.theme import Colours
from explorer.images import LUMA

# Alpha of a colour, in hexadecimal: from clear to opaque, so that the image shows where there is nothing to say.
_CLEAR, _OPAQUE = "00", "eb"


@dataclass(frozen=True)
class SaliencyLabels:
    """Words of the hover text, such as "row", "column", "drop", and how a value is written (d3's format)."""

    row: str
    column: str
    value: str
    form: str = ".4g"


@dataclass(frozen=True)
class Overlay:
    """Values (rows, columns), each about `size` x `size` pixels of which the first are `tops` and `lefts`, from 0.

    `signed` values are blue below 0 and red or orange above it; others are 0 or more.
    The colours are full at the largest value, but at no less than `least`: what is only rounding stays clear.
    """

    values: np.ndarray
    tops: np.ndarray
    lefts: np.ndarray
    size: int = 1
    signed: bool = False
    least: float = 0.0

    @staticmethod
    def of_pixels(values: np.ndarray, signed: bool = False) -> Overlay:
        """One value for each pixel."""
        return Overlay(values, np.arange(values.shape[0]), np.arange(values.shape[1]), 1, signed)

    @property
    def rows(self) -> list[str]:
        """Each row of values as the pixels that it is about, such as "7" or "7–12", from 1."""
        return [self._span(first) for first in self.tops]

    @property
    def columns(self) -> list[str]:
        return [self._span(first) for first in self.lefts]

    def _span(self, first: int) -> str:
        return f"{first + 1}" if self.size == 1 else f"{first + 1}–{first + self.size}"


def saliency_figure(
    image: np.ndarray,
    overlay: Overlay,
    title: str,
    labels: SaliencyLabels,
    *,
    as_photo: bool = False,
    dark: bool = False,
    height: int = 300,
) -> go.Figure:
    """The image of values 0 to 1 in pale grey, the overlay in colour on a scale of its own.

    It is (height, width), or (height, width, 1 or 3) in grey or RGB; 0 is the paper's colour, or dark `as_photo`.
    """
    if image.ndim == 3:
        image = image @ LUMA if image.shape[-1] == 3 else image[..., 0]
    figure = theme.figure(title, height, dark)
    figure.add_trace(
        go.Heatmap(
            z=np.rint(image * 255).astype(np.uint8),
            x0=1,
            y0=1,
            zmin=0,
            zmax=255,
            colorscale=_pale(dark, as_photo),
            showscale=False,
            hoverinfo="skip",
        )
    )
    reach = max(float(np.abs(overlay.values).max()), overlay.least) or 1.0
    figure.add_trace(
        go.Heatmap(
            z=overlay.values.astype(np.float32),
            x=_edges(overlay.lefts, overlay.size, image.shape[1]),
            y=_edges(overlay.tops, overlay.size, image.shape[0]),
            zmin=-reach if overlay.signed else 0,
            zmax=reach,
            colorscale=_colours(overlay.signed, dark),
            colorbar=_BAR,
            **_hover(overlay, labels),
        )
    )
    span = {"visible": False, "constrain": "domain"}
    figure.update_xaxes(range=[0.5, image.shape[1] + 0.5], **span)
    figure.update_yaxes(range=[image.shape[0] + 0.5, 0.5], scaleanchor="x", **span)
    return figure


_BAR = {
    "orientation": "h",
    "thickness": 8,
    "outlinewidth": 0,
    "len": 0.8,
    "y": 0,
    "yanchor": "top",
    "nticks": 4,
    "tickangle": 0,
    "tickfont": {"size": 11},
}


def _pale(dark: bool, as_photo: bool) -> Colours:
    """From the paper's colour half way to the ink's; as a photo from the darker to the brighter of the two."""
    if as_photo and not dark:
        return [[0.0, "#6f727b"], [1.0, "#ffffff"]]
    return [[0.0, "#15181f"], [1.0, "#80848e"]] if dark else [[0.0, "#ffffff"], [1.0, "#6f727b"]]


def _colours(signed: bool, dark: bool) -> Colours:
    scale = theme.tones(dark).signed
    low, high = str(scale[0][1]), str(scale[-1][1])
    above: Colours = [[0.0, high + _CLEAR], [1.0, high + _OPAQUE]]
    if not signed:
        return above
    return [[0.0, low + _OPAQUE], [0.5, low + _CLEAR], [0.5, high + _CLEAR], [1.0, high + _OPAQUE]]


def _edges(firsts: np.ndarray, size: int, length: int) -> np.ndarray:
    """Where the cells begin and end, half way between the middles of the patches; pixel n reaches from n - 0.5."""
    middles = firsts + (size + 1) / 2
    return np.concatenate([[0.5], (middles[:-1] + middles[1:]) / 2, [length + 0.5]])


def _hover(overlay: Overlay, labels: SaliencyLabels) -> dict[str, object]:
    value = f"{labels.value} %{{z:{labels.form}}}<extra></extra>"
    if overlay.size == 1:
        return {"hovertemplate": f"{labels.row} %{{y}}, {labels.column} %{{x}}<br>{value}"}
    places = [[f"{labels.row} {row}, {labels.column} {column}" for column in overlay.columns] for row in overlay.rows]
    return {"text": places, "hovertemplate": f"%{{text}}<br>{value}"}
