"""The models that answer a puzzle on its page: those that come with the app, and one of the reader's choice."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from explorer.datasets import DATASETS, FULL, TEST, TRAIN, Split
from explorer.datasets.puzzles import TOLERANCE, Products
from explorer.inspection import puzzles as solving
from explorer.inspection.puzzles import Answers
from explorer.messages import N_, ExplorerError, message
from explorer.network import Network
from explorer.presets import PRESETS
from explorer.training.record import RunRecord
from explorer.training.store import Run
from explorer.widgets import inside_choice, link, shell
from explorer.widgets.language import _, md, t
from explorer.widgets.run_choice import of_data, run_choice

COUNTING, MULTIPLY = "counting", "multiply"
MODEL = {COUNTING: "puzzle_counting_model", MULTIPLY: "puzzle_multiply_model"}
DEFAULT = {COUNTING: "count-simplernn", MULTIPLY: "multiply-lstm"}
STEPS = "puzzle_steps"
NOTHING = message(N_("No model for this puzzle is here yet; train one in the view Train."))


@dataclass(frozen=True)
class Entrant:
    """A model with its answers to the examples on the page."""

    name: str
    run: Run
    network: Network
    answers: Answers


def model_choice(dataset: str, label: str, help_text: str = "") -> Run | None:
    """The model of the reader's choice; None, with a sentence said, if there is none."""
    try:
        return run_choice(label, MODEL[dataset], DEFAULT[dataset], fits=of_data(dataset), nothing=NOTHING)
    except ExplorerError as error:
        st.info(md(error.problem), icon=":material/search_off:")
        return None


def steps_choice() -> int:
    """How many numbers a sample of the multiplication has."""
    return link.slider(
        _("Time steps"),
        10,
        200,
        100,
        STEPS,
        step=5,
        help=_("Numbers in one sample. The shipped models were trained with 100; what do they make of more, or fewer?"),
    )


def samples(steps: int) -> Split:
    """The test samples of the multiplication."""
    return DATASETS[MULTIPLY].load(FULL, TEST, Products(length=steps))


def rows() -> tuple[Split, Split]:
    """The notes' six rows to count on from, and the two that no model was trained on."""
    counting = DATASETS[COUNTING]
    return counting.load(FULL, TRAIN), counting.load(FULL, TEST)


def entrants(dataset: str, split: Split, token: str, chosen: Run | None) -> tuple[Entrant, ...]:
    """The shipped models of the puzzle and the chosen one; what cannot be read is said and left out.

    `token` names the examples, so that answers to them are computed once.
    """
    found: list[Entrant] = []
    for run in _runs(dataset, chosen):
        try:
            network = solving.resized(inside_choice.network(run, run.kept_epoch), split.inputs.shape[1:])
            answers = _answers(network.fingerprint, token, network, split)
        except ExplorerError as error:
            st.warning(
                md(N_("{name} is left out: {reason}"), name=run.record.name, reason=error.problem),
                icon=":material/search_off:",
            )
            continue
        found.append(Entrant(_told_apart(run, found), run, network, answers))
    return tuple(found)


def _runs(dataset: str, chosen: Run | None) -> list[Run]:
    order = list(PRESETS)
    fits = of_data(dataset)
    shipped = [run for run in shell.engine().store.shipped() if fits(run.record) and run.record.id in PRESETS]
    shipped.sort(key=lambda run: order.index(run.record.id))
    others = [] if chosen is None or chosen.record.id in [run.record.id for run in shipped] else [chosen]
    return [*shipped, *others]


def _told_apart(run: Run, others: list[Entrant]) -> str:
    """The run's name, with a piece of its id if another one has that name."""
    name = _short(run.record)
    return f"{name} ({run.record.id[:6]})" if name in [other.name for other in others] else name


def _short(record: RunRecord) -> str:
    """A shipped model is called by its cell, for there is one of each."""
    if record.id in PRESETS:
        return type(record.spec.layers[0]).__name__
    return record.name


@st.cache_resource(max_entries=128, show_spinner=False)
def _answers(fingerprint: str, token: str, _network: Network, _split: Split) -> Answers:
    return solving.answers(_network, _split.inputs, _split.labels, TOLERANCE)


def score(answers: Answers) -> str:
    """The share of right answers and the loss, in words."""
    return t(
        N_("{share} right, loss {loss}"),
        share=f"{answers.share:.2%}",
        loss=f"{answers.loss:.2g}",
    )
