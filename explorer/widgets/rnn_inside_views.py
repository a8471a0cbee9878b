"""The views of the page *Inside an RNN*; only the one in sight is computed."""

from __future__ import annotations

from collections.abc import Callable

from explorer.messages import N_
from explorer.widgets import (
    code_pictures,
    link,
    rnn_inside,
    rnn_inside_cells,
    rnn_inside_clamp,
    rnn_inside_map,
    rnn_inside_mattered,
    rnn_inside_search,
    rnn_inside_swap,
)
from explorer.widgets.language import _
from explorer.widgets.rnn_inside_choice import Choice

VIEW = "read_view"
VIEWS: dict[str, tuple[str, Callable[[Choice], None]]] = {
    "gates": (N_("Gates"), rnn_inside.gates),
    "clamp": (N_("Clamp"), rnn_inside_clamp.clamp),
    "swap": (N_("Swap a word"), rnn_inside_swap.swap),
    "cells": (N_("Three cells"), rnn_inside_cells.cells),
    "mattered": (N_("What mattered"), rnn_inside_mattered.mattered),
    "search": (N_("Pattern search"), rnn_inside_search.search),
    "map": (N_("Embedding map"), rnn_inside_map.embedding_map),
}


def views(choice: Choice) -> None:
    """The choice of a view, and that view."""
    titles = {name: _(title) for name, (title, _view) in VIEWS.items()}
    shown = link.segmented(_("View"), titles, VIEW, label_visibility="collapsed")
    VIEWS[shown][1](choice)
    code_pictures.gates(choice)
