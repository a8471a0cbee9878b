"""Figures that change in place.

``st.plotly_chart`` is mounted anew whenever its figure changes: it blinks and forgets the
zoom. This component keeps one plot in the page and hands each new figure to
``Plotly.react``. Plotly itself is the copy that Streamlit serves; no other is loaded.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.figures.graph_objects import Figure
from explorer.figures.payload import to_json

_SCRIPT = Path(__file__).with_name("figure.js")
_SHOWN = "figures_shown"
_STATIC = Path(st.__file__).parent / "static"


@lru_cache(maxsize=1)
def _plotly_module() -> str:
    """Where Streamlit serves its Plotly bundle, relative to the app's address."""
    (bundle,) = (_STATIC / "static" / "js").glob("PlotlyChart.*.js")
    return bundle.relative_to(_STATIC).as_posix()


@lru_cache(maxsize=1)
def _script() -> str:
    return _SCRIPT.read_text(encoding="utf-8")


def _component() -> Any:
    return st.components.v2.component(
        "explorer_figure",
        html='<div class="explorer-figure"></div>',
        js=_script(),
        isolate_styles=False,
    )


def forget() -> None:
    """Begin a page without pictures."""
    st.session_state[_SHOWN] = {}


def shown() -> dict[str, Callable[[], Any]]:
    """What makes each figure that the page has drawn so far, by key; those drawn later come into it."""
    found: dict[str, Callable[[], Any]] = st.session_state.setdefault(_SHOWN, {})
    return found


def show(figure: Figure, key: str, alt: str) -> None:
    """Draw a Plotly figure in place; `alt` says in words what it shows."""
    shown()[key] = lambda: figure
    head = json.dumps({"module": _plotly_module(), "alt": alt, "height": figure.height})
    payload = f'{{"head":{head},"figure":{to_json(figure)}}}'
    _component()(data=payload.encode(), key=key, height=figure.height)
