"""Counting on: the notes' rows and what the models say to them, and a row of the reader's own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.datasets import Split
from explorer.datasets.puzzles import STEP, TOLERANCE
from explorer.figures import puzzles as drawing
from explorer.figures.counting import counting_figure
from explorer.figures.puzzles import AnswerLabels
from explorer.inspection import puzzles as solving
from explorer.messages import N_
from explorer.presets.puzzles import NOTED_ANSWERS
from explorer.training.store import Run
from explorer.widgets import figure, link, puzzles_models, shell, table
from explorer.widgets.language import _, escape, md, t
from explorer.widgets.puzzles_models import COUNTING, Entrant

LENGTH = 4
LIMIT = 100.0
OWN = ("puzzle_own_1", "puzzle_own_2", "puzzle_own_3", "puzzle_own_4")
AHEAD = "puzzle_ahead"


@dataclass(frozen=True)
class Shown:
    """The notes' rows, those of the training first, and the models' answers; `seen` counts the training's."""

    split: Split
    seen: int
    entrants: tuple[Entrant, ...]


def controls() -> Shown | None:
    """The model beside the shipped one; None, with a sentence said, while there is none."""
    run = puzzles_models.model_choice(COUNTING, _("Model"))
    return None if run is None else _shown(run)


def _shown(run: Run) -> Shown:
    training, unseen = puzzles_models.rows()
    split = Split(np.concatenate([training.inputs, unseen.inputs]), np.concatenate([training.labels, unseen.labels]))
    return Shown(split, len(training.labels), puzzles_models.entrants(COUNTING, split, "counting", run))


def words() -> AnswerLabels:
    """The words of figures of answers."""
    return AnswerLabels(_("answer"), _("next number"), _("right: no more than 0.04 off"))


def rows(shown: Shown) -> None:
    """A table of all rows with every model's answer, and the answers against the truth."""
    left, right = st.columns([3, 2])
    with left:
        head = [_("Shown"), _("next number"), _("notes"), *(escape(entrant.name) for entrant in shown.entrants)]
        table.show(head, [_row(shown, place) for place in range(len(shown.split.labels))])
        st.caption(
            md(
                N_("The first {seen} rows are the training; the last two were never seen. ✓: at most {tolerance} off."),
                seen=shown.seen,
                tolerance=TOLERANCE,
            )
        )
    with right:
        title = t(N_("Answers against the truth, {count} rows"), count=len(shown.split.labels))
        found = {entrant.name: entrant.answers for entrant in shown.entrants}
        drawn = drawing.errors_figure(found, title, words(), _("row"), first=1, dark=shell.dark(), height=380)
        said = [f"{name}: {puzzles_models.score(answers)}" for name, answers in found.items()]
        figure.show(drawn, "puzzle-rows", f"{title}. {'; '.join(said)}")


def _row(shown: Shown, place: int) -> list[str]:
    numbers = shown.split.inputs[place, :, 0]
    text = "\u00a0".join(f"{number:.1f}" for number in numbers)
    answers = [
        f"{entrant.answers.predicted[place]:.3f} {'✓' if entrant.answers.right[place] else '✗'}"
        for entrant in shown.entrants
    ]
    return [text, f"{shown.split.labels[place]:.1f}", f"{NOTED_ANSWERS[place]:.3f}", *answers]


@dataclass(frozen=True)
class Own:
    """Four numbers of the reader's own (4,), and how many numbers the models go on for."""

    shown: Shown
    numbers: np.ndarray
    ahead: int


def own_controls() -> Own | None:
    """Four fields and how far to go on; None, with a sentence said, while there is no model."""
    shown = controls()
    if shown is None:
        return None
    places = [*st.columns(2), *st.columns(2)]
    numbers = []
    for index, (key, place) in enumerate(zip(OWN, places, strict=True)):
        with place:
            numbers.append(_number(key, index))
    ahead = link.slider(
        _("Go on for"), 1, 20, 6, AHEAD, help=_("Each answer is put behind the row, and the model asked again.")
    )
    return Own(shown, np.array(numbers, np.float32), ahead)


def _number(key: str, index: int) -> float:
    default = round(0.3 + STEP * index, 1)
    link.restore(key, _parsed)
    chosen = st.number_input(
        t(N_("Number {place}"), place=index + 1), -LIMIT, LIMIT, default, STEP, "%g", key=key, persist_state="session"
    )
    link.keep(key, chosen, default)
    return default if chosen is None else float(chosen)


def _parsed(text: str) -> float:
    number = float(text)
    if not -LIMIT <= number <= LIMIT:
        raise ValueError(text)
    return number


def own(chosen: Own) -> None:
    """How the models go on with the reader's row, beside counting on in even steps."""
    onward = {
        entrant.name: solving.count_on(entrant.network, chosen.numbers, chosen.ahead)
        for entrant in chosen.shown.entrants
    }
    steps = np.diff(chosen.numbers)
    even = bool(np.allclose(steps, steps[0], atol=1e-4))
    straight = chosen.numbers[-1] + steps[0] * np.arange(1, chosen.ahead + 1) if even else None
    title = t(N_("Your row, and how the models go on for {count} numbers"), count=chosen.ahead)
    drawn = counting_figure(
        chosen.numbers,
        onward,
        title,
        (_("place"), _("your numbers"), _("even steps")),
        straight=straight,
        dark=shell.dark(),
        height=330,
    )
    said = [f"{name} {values[0]:.4f}" for name, values in onward.items()]
    figure.show(drawn, "puzzle-own", f"{title}: {', '.join(said)}")
    for name, values in onward.items():
        st.markdown(_answer(name, float(values[0]), None if straight is None else float(straight[0])))
    st.caption(
        _(
            "The shipped model was trained on rows from 0.0 to 0.9 in steps of 0.1 only. tanh squeezes what the cell "
            "remembers into −1 to 1: far outside the training the answer cannot keep growing."
        )
    )
    _numbers(onward, straight)


def _answer(name: str, value: float, truth: float | None) -> str:
    if truth is None:
        return md(
            N_("**{name}** says {value}; your row has no even steps, so there is no one truth."),
            name=name,
            value=f"{value:.4f}",
        )
    text = (
        N_("**{name}** says {value}; counting on gives {truth}: right, {error} off.")
        if abs(value - truth) <= TOLERANCE
        else N_("**{name}** says {value}; counting on gives {truth}: wrong, {error} off.")
    )
    return md(text, name=name, value=f"{value:.4f}", truth=f"{truth:.4g}", error=f"{value - truth:+.4f}")


def _numbers(onward: dict[str, np.ndarray], straight: np.ndarray | None) -> None:
    with st.expander(_("Show numbers"), icon=":material/table:", key="puzzle-own-table", on_change="rerun") as opened:
        if opened.open:
            columns = {_("place"): np.arange(LENGTH + 1, LENGTH + 1 + len(next(iter(onward.values()), ())))}
            even = {} if straight is None else {_("even steps"): straight}
            st.dataframe({**columns, **even, **onward}, hide_index=True, height=240)
