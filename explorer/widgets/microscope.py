"""The microscope: an input grid, a kernel and an output grid, and the arithmetic between them.

The browser draws and computes it by itself (`microscope.js`); the server hears only of
edits and of steps back to the layer before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from explorer.figures.scope import LARGEST_EDIT, ScopeLabels, View, numbers, pack
from explorer.inspection.scope import Scope
from explorer.widgets import figure, shell
from explorer.widgets.language import _

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Edit:
    """New values (flat) of the whole input or kernel, as the reader left them."""

    target: str
    values: np.ndarray


@dataclass(frozen=True)
class Cell:
    """An input cell that the reader wants to follow back."""

    row: int
    column: int
    channel: int


def show(
    scope: Scope,
    key: str,
    view: View,
    on_edit: Callable[[Edit], None] | None = None,
    on_walk: Callable[[Cell], None] | None = None,
) -> None:
    """Draw a scope; `on_edit` and `on_walk` hear what the reader does in it."""

    def edited() -> None:
        found = _edit(st.session_state[key].edit)
        if found is not None and on_edit is not None:
            on_edit(found)

    def walked() -> None:
        found = _cell(st.session_state[key].walk)
        if found is not None and on_walk is not None:
            on_walk(found)

    labels = _labels()
    figure.shown()[key] = lambda: numbers(scope, labels)
    _component()(
        data=pack(scope, view, labels, dark=shell.dark()),
        key=key,
        on_edit_change=edited,
        on_walk_change=walked,
    )


def _component() -> Any:
    return st.components.v2.component(
        "explorer_microscope",
        html='<div class="microscope"></div>',
        css=_files("microscope.css"),
        js=_files(
            "microscope_grid.js",
            "microscope_scope.js",
            "microscope_words.js",
            "microscope_player.js",
            "microscope.js",
        ),
    )


@lru_cache(maxsize=2)
def _files(*names: str) -> str:
    return "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in names)


def _edit(message: Any) -> Edit | None:
    """What the browser sent, if it can be an edit: it may have been written by anyone."""
    try:
        values = np.asarray(message["values"], np.float32)
        target = str(message["target"])
    except (KeyError, TypeError, ValueError):
        return None
    values = np.clip(values, -LARGEST_EDIT, LARGEST_EDIT)
    return Edit(target, values) if values.ndim == 1 and np.isfinite(values).all() else None


def _cell(message: Any) -> Cell | None:
    try:
        return Cell(int(message["row"]), int(message["column"]), int(message["channel"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _labels() -> ScopeLabels:
    return ScopeLabels(
        input=_("Input"),
        kernel=_("Kernel"),
        products=_("Input × kernel"),
        window=_("Window"),
        output=_("Output"),
        bias=_("bias"),
        channel=_("channel {channel} of {channels}"),
        place=_("row {row}, column {column}"),
        position=_("position {column}"),
        outputAt=_("Output at {place}: {value}"),
        inputAt=_("Input at {place}: {value}, part of {count} outputs"),
        paddingAt=_("Padding at {place}: 0, part of {count} outputs"),
        unused=_("Crossed out: {count} cells that no window reaches"),
        total=_("sum of all {channels} channels"),
        more=_("{count} more"),
        copied=_("copied as it is: {value}"),
        walk=_("Where does this value come from?"),
        draw=_("Draw on the input with"),
        pen=_("Value that is drawn"),
        play=_("Play"),
        pause=_("Pause"),
        previous=_("Previous output"),
        next=_("Next output"),
        scrub=_("Output cell"),
        speed=_("Speed"),
        perSecond=_("{count} per second"),
    )
