"""Words as coloured chips: what each is painted with, as the payload of a component."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from explorer.figures import theme
from explorer.figures.theme import Colours

LONGEST = 60
"""Characters of a word that a chip shows."""
WORD, UNKNOWN, ASIDE, MARKED = "word", "unknown", "aside", "marked"
"""Kinds of chips: a known word, an unknown one, a note such as padding, a word that the reader has chosen."""


@dataclass(frozen=True)
class Chip:
    """One word; `tip` is said when the pointer is on it, `place` is what a click on it sends (None: nothing)."""

    text: str
    kind: str
    tip: str
    value: float | None = None
    place: int | None = None


@dataclass(frozen=True)
class ChipScale:
    """Colours from `low` to `high`: diverging about 0 if it begins below, else those of gates."""

    low: float
    high: float
    title: str

    def colours(self, dark: bool) -> Colours:
        return theme.tones(dark).signed if self.low < 0 else theme.ACTIVATION


def pack(chips: Sequence[Chip], scale: ChipScale, alt: str, *, dark: bool = False) -> bytes:
    """The chips with their colours, as JSON."""
    colours = scale.colours(dark)
    values = np.array([np.nan if chip.value is None else chip.value for chip in chips])
    shades = _shades((values - scale.low) / (scale.high - scale.low), colours)
    cells = [
        {**asdict(chip), "text": _short(chip.text), "fill": fill, "ink": _ink(fill)}
        for chip, fill in zip(chips, map(_hex, shades), strict=True)
    ]
    stops = [_hex(shade) for shade in _shades(np.linspace(0, 1, 9), colours)]
    ends = [f"{end:.3g}".replace("-", "−") for end in (scale.low, scale.high)]
    told = {"chips": cells, "stops": stops, "ends": ends, "title": scale.title, "alt": alt}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _shades(places: np.ndarray, colours: Colours) -> np.ndarray:
    """The colours at places 0 to 1 as (n, 3) of 0 to 255; NaN where the place is."""
    stops = np.array([float(place) for place, _ in colours])
    channels = np.array([[int(str(colour)[n : n + 2], 16) for n in (1, 3, 5)] for _, colour in colours])
    return np.stack([np.interp(places, stops, channel) for channel in channels.T], axis=-1)


def _hex(shade: np.ndarray) -> str:
    return "" if np.isnan(shade).any() else "#" + "".join(f"{round(part):02x}" for part in shade)


def _ink(fill: str) -> str:
    return theme.ink(fill) if fill else ""
