"""The same text through three kinds of cells: their predictions and states on one axis of tokens."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.figures.gates import Line, Panel, gates_figure
from explorer.inspection import clamps as clamping
from explorer.inspection import passage as passages
from explorer.inspection.passage import NOWHERE, Passage, at
from explorer.inspection.reading import Reading
from explorer.messages import N_, ExplorerError, Message
from explorer.widgets import figure, inside_choice, rnn_inside, shell
from explorer.widgets.language import _, escape, md, t
from explorer.widgets.rnn_inside_choice import Choice, lexicon_of, read, settings_of

RUNS = {"rnn-embedding": "SimpleRNN", "lstm": "LSTM", "gru": "GRU"}


@dataclass(frozen=True)
class Reader:
    """One of the three: its cell's name, and how it reads the text. `skip` counts the start token before the words."""

    name: str
    passage: Passage
    reading: Reading
    skip: int

    @property
    def states(self) -> np.ndarray:
        """The state h of its last cell, (time steps, units)."""
        layer = list(self.reading.quantities)[-1]
        found = self.reading.quantities[layer]
        return found[next(name for name in found if clamping.letter(name) == "h")]

    def steps(self, words: np.ndarray) -> np.ndarray:
        """The time step of each of the text's words (from 0, without the start token)."""
        places = words + self.skip
        inside = (places >= 0) & (places < len(self.passage.steps))
        return np.where(inside, self.passage.steps[np.where(inside, places, 0)], NOWHERE)


def cells(choice: Choice) -> None:
    """SimpleRNN, LSTM and GRU, each shipped trained, on the text of the page."""
    found, problems = _readers(choice)
    for problem in problems:
        st.warning(md(problem), icon=":material/search_off:")
    if not found:
        st.info(_("None of the three shipped models can read here; look at your own in the other views."))
        return
    begins = _begins(choice)
    words = np.unique(np.concatenate([reader.passage.kept - reader.skip for reader in found]))
    words = words[words >= 0]
    names = [f"{word + begins + 1} {choice.passage.text.words[word + begins]}" for word in words]
    steps = {reader.name: reader.steps(words) for reader in found}
    panel = rnn_inside.prediction_panel(choice, {one.name: one.reading.predictions for one in found}, steps)
    memory = Panel(_memory(choice.unit), [_line(one, choice.unit, steps[one.name]) for one in found])
    bands = [rnn_inside.band("h", at(one.states, steps[one.name]), None, f" · {one.name}") for one in found]
    verdicts = [f"{one.name} {rnn_inside.verdict(one.reading.output, choice.classes)}" for one in found]
    title = _("The same text through three cells")
    drawn = gates_figure(names, [panel, memory], bands, rnn_inside.labels(title), reach=1.0, dark=shell.dark())
    figure.show(drawn, "read-cells", f"{title}: {', '.join(verdicts)}")
    st.markdown(escape(" · ".join(verdicts)))
    st.caption(
        _(
            "The shipped models as they were kept, whatever model and epoch is chosen at the left; all states on one "
            "scale. Units of different networks have nothing to do with each other: unit 3 here is not unit 3 there."
        )
    )


def _readers(choice: Choice) -> tuple[list[Reader], list[Message]]:
    """The shipped models on the text, and what keeps others from it, each problem once."""
    found, problems = [], []
    for run_id, name in RUNS.items():
        try:
            reader = _reader(choice, run_id, name)
            found += [] if reader is None else [reader]
        except ExplorerError as error:
            problems += [] if error.problem in problems else [error.problem]
    return found, problems


def _reader(choice: Choice, run_id: str, name: str) -> Reader | None:
    """One shipped model on the text; None if it reads none of the words.

    Raises:
        ExplorerError: if the model or its words are not here.
    """
    run = shell.engine().store.open(run_id)
    lexicon, network = lexicon_of(run), inside_choice.network(run, run.kept_epoch)
    encoded = lexicon.encode(choice.passage.text.words[_begins(choice) :])
    passage = passages.fitted(encoded, settings_of(run))
    return Reader(name, passage, read(network, passage), int(lexicon.start is not None)) if passage.kept.size else None


def _begins(choice: Choice) -> int:
    """1 if the page's text begins with a start token, which is no word, else 0."""
    start, ids = choice.lexicon.start, choice.passage.text.ids
    return int(start is not None and len(ids) > 0 and ids[0] == start)


def _memory(unit: int | None) -> str:
    return "‖h‖" if unit is None else t(N_("h, unit {unit}"), unit=unit + 1)


def _line(reader: Reader, unit: int | None, steps: np.ndarray) -> Line:
    """How long the state is after each word, or what one unit of it holds; empty where the cell has no such unit."""
    states = at(reader.states, steps)
    if unit is None:
        return Line(reader.name, np.linalg.norm(states, axis=1))
    return Line(reader.name, states[:, unit] if unit < states.shape[1] else np.full(len(states), np.nan))
