"""The page *Puzzles*: which of the two problems is looked at, and in which view; only the one in sight is computed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from explorer.messages import N_
from explorer.widgets import link, puzzles_counting, puzzles_gates, puzzles_sample, puzzles_training, views
from explorer.widgets.language import _
from explorer.widgets.puzzles_models import COUNTING, MULTIPLY
from explorer.widgets.views import View

PUZZLE = "puzzle"
VIEW = {COUNTING: "puzzle_counting_view", MULTIPLY: "puzzle_multiply_view"}


def _training(puzzle: str) -> View:
    return View(
        N_("Training"),
        partial(puzzles_training.controls, puzzle),
        lambda wanted: puzzles_training.pictures(puzzle, wanted),
    )


TITLES = {MULTIPLY: N_("Multiplication"), COUNTING: N_("Counting")}
VIEWS: dict[str, dict[str, View]] = {
    MULTIPLY: {
        "sample": View(N_("Sample"), puzzles_sample.controls, puzzles_sample.sample),
        "answers": View(N_("Answers"), puzzles_sample.controls, puzzles_sample.errors),
        "gates": View(N_("Gates"), puzzles_gates.controls, puzzles_gates.pictures),
        "training": _training(MULTIPLY),
    },
    COUNTING: {
        "answers": View(N_("Answers"), puzzles_counting.controls, puzzles_counting.rows),
        "own": View(N_("Your row"), puzzles_counting.own_controls, puzzles_counting.own),
        "training": _training(COUNTING),
    },
}
IDEAS = {
    MULTIPLY: N_("A hundred numbers, two of them marked: give the product of those two."),
    COUNTING: N_("Four numbers in even steps: say the next one."),
}


@dataclass(frozen=True)
class Shown:
    """A view and what its controls gave."""

    view: View
    chosen: Any


def controls() -> Shown | None:
    """The choice of puzzle and view, and that view's own controls."""
    puzzle = link.segmented(_("Puzzle"), {name: _(title) for name, title in TITLES.items()}, PUZZLE)
    st.caption(_(IDEAS[puzzle]))
    view = views.choose(VIEWS[puzzle], VIEW[puzzle])
    chosen = view.controls()
    return None if chosen is None else Shown(view, chosen)


def pictures(shown: Shown) -> None:
    """The view in sight."""
    shown.view.pictures(shown.chosen)
