"""One look for all figures: colours that colour-blind readers can tell apart, light and dark."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.figures import graph_objects as go

Colours = list[list[float | str]]
"""A colour scale as Plotly takes it: places from 0 to 1 with their colours."""

# Okabe and Ito's palette (https://jfly.uni-koeln.de/color/), without its yellow. Its last two are for areas and for the
# dark: as lines on white they would be too faint, and darker they would be taken for red and blue.
BLUE, RED, GREEN, PINK, SKY, ORANGE = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00"
VIOLET, BROWN = "#8C40FF", "#5C4300"
SIGNED: Colours = [[0.0, "#2166ac"], [0.25, "#92c5de"], [0.5, "#f7f7f7"], [0.75, "#f4a582"], [1.0, "#b2182b"]]
SIGNED_DARK: Colours = [[0.0, "#6ab7ff"], [0.25, "#2f6db3"], [0.5, "#15181f"], [0.75, "#b3522f"], [1.0, "#ff9d6a"]]
# Matplotlib's viridis in ten steps.
ACTIVATION: Colours = [
    [n / 9, colour]
    for n, colour in enumerate(
        ("#440154", "#482878", "#3e4989", "#31688e", "#26828e", "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725")
    )
]
PAPER: Colours = [[0.0, "#ffffff"], [1.0, "#111111"]]
PAPER_DARK: Colours = [[0.0, "#111111"], [1.0, "#fafafa"]]
FONT = "Source Sans, NanumGothic, sans-serif"
FAULT = RED
TOP = {"xref": "x", "y": 1, "yref": "y domain", "yanchor": "top", "showarrow": False}
BOTTOM = {"xref": "x", "y": 0, "yref": "y domain", "yanchor": "bottom", "showarrow": False}
"""Where a note of a place on the x-axis is written."""
GATES: dict[str, str] = {
    "i": GREEN,
    "f": RED,
    "g": "#857138",
    "o": PINK,
    "c": "#8080FF",
    "h": BLUE,
    "z": "#7A6BC9",
    "r": "#B2472D",
}
"""One colour for each gate and state of the recurrent cells, wherever it is drawn; the letters are those of `CELLS`."""


@dataclass(frozen=True)
class Tones:
    """The colours that depend on the reader's theme."""

    text: str
    quiet: str
    grid: str
    gap: str
    signed: Colours
    paper: Colours
    palette: tuple[str, ...]


_LIGHT = Tones("#31333F", "#6b6d76", "#e6e6ea", "#c9ccd6", SIGNED, PAPER, (BLUE, RED, GREEN, PINK, VIOLET, BROWN))
_DARK = Tones(
    "#fafafa", "#a3a8b4", "#31343d", "#454955", SIGNED_DARK, PAPER_DARK, (SKY, ORANGE, GREEN, PINK, BLUE, RED)
)


def tones(dark: bool) -> Tones:
    return _DARK if dark else _LIGHT


def luminance(colour: str) -> float:
    """How bright a colour (#rrggbb) is, from 0 to 1, as WCAG 2 reckons it."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """WCAG 2's contrast of two colours, from 1 to 21; text is read from 4.5 on, a line from 3 on."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ink(ground: str) -> str:
    """Black or white, whichever is read better on a ground."""
    return max("#000000", "#ffffff", key=lambda colour: contrast(colour, ground))


def figure(title: str, height: int, dark: bool) -> go.Figure:
    """An empty figure with the house's font, margins, colours and title."""
    tone = tones(dark)
    axis = {"gridcolor": tone.grid, "linecolor": tone.grid, "zeroline": False, "tickcolor": tone.grid}
    return go.Figure(
        layout={
            "title": {
                "text": plain(title),
                "font": {"size": 15},
                "x": 0,
                "xanchor": "left",
                "y": 0.98,
                "yanchor": "top",
            },
            "font": {"family": FONT, "size": 13, "color": tone.text},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"l": 8, "r": 8, "t": 34, "b": 8},
            "height": height,
            "colorway": tone.palette,
            "xaxis": {**axis, "automargin": True},
            "yaxis": {**axis, "automargin": True},
            "hoverlabel": {"font": {"family": FONT}},
            "legend": {
                "x": 1,
                "xanchor": "right",
                "y": 1,
                "yanchor": "top",
                "font": {"size": 11},
                "bgcolor": "rgba(0,0,0,0)",
            },
            "uirevision": "kept",
        }
    )


def plain(text: str) -> str:
    """Text that Plotly shows literally: it takes some HTML for formatting, and %{...} for a value."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("%{", "%&#123;")
