"""The paths drawn in the browser, which plays, steps and scrubs by itself (`optimisers.js`)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path as File
from typing import Any

import streamlit as st

from explorer.figures.optimisers import PathLabels
from explorer.widgets.language import _

_FOLDER = File(__file__).parent


def show(payload: bytes, key: str, on_start: Callable[[Any], None]) -> None:
    """Draw what `figures.optimisers.pack` packed; `on_start` hears where the reader clicks."""

    def started() -> None:
        on_start(st.session_state[key].start)

    _component()(data=payload, key=key, on_start_change=started)


def labels(axes: tuple[str, str], alt: str) -> PathLabels:
    """Words of the picture; `axes` are the names of its two weights, `alt` says what it shows."""
    return PathLabels(
        play=_("Play"),
        pause=_("Pause"),
        previous=_("Previous step"),
        next=_("Next step"),
        scrub=_("step"),
        speed=_("Speed"),
        perSecond=_("{count} per second"),
        step=_("step {step} of {steps}"),
        loss=_("loss"),
        above=_("loss above the lowest ({lowest})"),
        axes=axes,
        place=f"{axes[0]} = {{x}}, {axes[1]} = {{y}}: {_('loss')} {{loss}}",
        hint=_("Click where they should start (or arrow keys, then Enter). ★ lowest loss"),
        start=_("The start. One step on, the numbers of that step stand here."),
        equations=_("Optimisers: choose one to see its equations"),
        said=_("{name}: loss {loss}"),
        chart=_("Loss against step on a logarithmic axis; click to go to a step."),
        alt=alt,
    )


def _component() -> Any:
    return st.components.v2.component(
        "explorer_optimisers",
        html='<div class="optimisers"></div>',
        css=_files("optimisers.css"),
        js=_files(
            "microscope_grid.js",
            "microscope_words.js",
            "microscope_player.js",
            "optimisers_surface.js",
            "optimisers_chart.js",
            "optimisers.js",
        ),
    )


@lru_cache(maxsize=2)
def _files(*names: str) -> str:
    return "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in names)
