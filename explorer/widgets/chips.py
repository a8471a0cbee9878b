"""The words of a text as coloured chips, which may be clicked. Words are shown as text, whatever they hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.figures.chips import Chip, ChipScale, pack
from explorer.widgets import shell

_FOLDER = Path(__file__).parent


def show(
    chips: Sequence[Chip], scale: ChipScale, key: str, alt: str, on_pick: Callable[[int], None] | None = None
) -> None:
    """Draw the chips; `on_pick` hears the place of the chip that was clicked."""

    def picked() -> None:
        place = st.session_state[key].pick
        if on_pick is not None and isinstance(place, int) and place in {chip.place for chip in chips}:
            on_pick(place)

    _component()(data=pack(chips, scale, alt, dark=shell.dark()), key=key, on_pick_change=picked)


def _component() -> Any:
    return st.components.v2.component(
        "explorer_chips",
        html='<div class="chips"></div>',
        css=_file("chips.css"),
        js=_file("chips.js"),
    )


@lru_cache(maxsize=2)
def _file(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
