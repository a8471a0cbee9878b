"""Optimizers' paths over a loss surface as the message that the browser draws and plays."""

from __future__ import annotations

import base64
import dataclasses
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.figures import theme
from explorer.inspection.descent import Path
from explorer.inspection.surfaces import Picture

COLOURS = {"sgd": theme.RED, "momentum": theme.VIOLET, "nesterov": theme.PINK, "rmsprop": theme.GREEN}
"""One colour for each optimizer, wherever it is drawn; Adam has the theme's first one."""
SYMBOLS = {"sgd": "circle", "momentum": "square", "nesterov": "diamond", "rmsprop": "triangle", "adam": "cross"}
SHADES = (("#ffffff", "#8a97ab"), ("#171a21", "#5b6678"))
"""The lowest and the highest colour of a surface, light and dark: quiet, so that paths stand out."""
DEEPEST = 1e-7
"""Losses nearer to the lowest than this share of the highest are drawn at the bottom of the chart."""


@dataclass(frozen=True)
class Track:
    """A path with its optimizer's name in the link, what it is called, and what became of it in a sentence."""

    key: str
    name: str
    fate: str
    path: Path


@dataclass(frozen=True)
class PathLabels:
    """Words of the picture; those with places in braces are filled in the browser."""

    play: str
    pause: str
    previous: str
    next: str
    scrub: str
    speed: str
    perSecond: str
    step: str
    loss: str
    above: str
    axes: tuple[str, str]
    place: str
    hint: str
    start: str
    equations: str
    said: str
    chart: str
    alt: str


def pack(
    picture: Picture,
    tracks: Sequence[Track],
    labels: PathLabels,
    *,
    steps: int,
    lowest: float = 0.0,
    endless: bool = True,
    minima: Sequence[tuple[float, float]] = (),
    dark: bool = False,
) -> bytes:
    """JSON for the component; arrays travel as base64 of float32.

    `minima` are marked, and the chart shows losses above `lowest`; a surface that is not `endless`
    has no loss outside the picture.
    """
    message = {
        "steps": steps,
        "picture": {
            "x": picture.x,
            "y": picture.y,
            "shape": picture.losses.shape,
            "losses": _packed(picture.losses),
            "levels": [float(level) for level in picture.levels],
            "shades": SHADES[dark],
        },
        "minima": list(minima),
        "lowest": lowest,
        "endless": endless,
        "span": span(picture, tracks, lowest),
        "tones": _tones(dark),
        "tracks": [_track(track, dark) for track in tracks],
        "labels": dataclasses.asdict(labels),
        "alt": labels.alt,
    }
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def colour(key: str, dark: bool) -> str:
    """The colour of an optimizer."""
    return COLOURS.get(key, theme.tones(dark).palette[0])


def _tones(dark: bool) -> dict[str, str]:
    tones = theme.tones(dark)
    casing = "#0e1117" if dark else "#ffffff"
    return {"text": tones.text, "quiet": tones.quiet, "grid": tones.grid, "casing": casing}


def _track(track: Track, dark: bool) -> dict[str, Any]:
    path = track.path
    settings = dataclasses.asdict(path.optimizer)
    return {
        "name": track.name,
        "fate": track.fate,
        "colour": colour(track.key, dark),
        "symbol": SYMBOLS[track.key],
        "places": _packed(path.places),
        "losses": _packed(path.losses),
        "quantities": {letter: _packed(values) for letter, values in path.quantities.items()},
        "lines": [[line.letter, line.form, line.numbers] for line in path.optimizer.lines()],
        "settings": {name: value for name, value in settings.items() if not isinstance(value, bool)},
    }


def span(picture: Picture, tracks: Sequence[Track], lowest: float) -> tuple[float, float]:
    """From where to where a chart of losses above the lowest reaches; both are positive."""
    above = np.concatenate([track.path.losses for track in tracks]) - lowest
    most = float(picture.losses.max()) - lowest
    drawn = above[np.isfinite(above) & (above > 0) & (above <= most)]
    top = float(drawn.max()) if drawn.size else most
    bottom = float(drawn.min()) if drawn.size else top / 10
    return max(bottom, top * DEEPEST) * 0.8, top * 1.3


def least(losses: Iterable[np.ndarray]) -> float:
    """The smallest loss above 0 among several arrays; 0 if there is none."""
    above = np.concatenate([values[values > 0] for values in losses])
    return float(above.min()) if above.size else 0.0


def _packed(values: np.ndarray) -> str:
    with np.errstate(over="ignore"):
        return base64.b64encode(np.ascontiguousarray(values, "<f4").tobytes()).decode()
