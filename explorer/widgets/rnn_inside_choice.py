"""What the page *Inside an RNN* looks at: model, epoch, text, layer, gate or state; all of it in the link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.datasets.tokens import TextDataset, Tokens
from explorer.inspection import clamps as clamping
from explorer.inspection import passage as passages
from explorer.inspection import reading as readings
from explorer.inspection.clamps import Clamp
from explorer.inspection.passage import Passage
from explorer.inspection.reading import Reading
from explorer.messages import N_, ExplorerError, message
from explorer.network import Network
from explorer.text import Lexicon
from explorer.training.store import Run
from explorer.widgets import inside_choice, link, rnn_inside_text, shell, upload_model
from explorer.widgets.language import _, md, t
from explorer.widgets.run_choice import of_texts, run_choice

MODEL, EPOCH = "read_model", "read_epoch"
LAYER, QUANTITY, UNIT, PADDING = "read_layer", "read_quantity", "read_unit", "read_padding"
READERS = ("lstm", "lstm-snippets")
"""Shipped models that this page can begin with; the words of the last one come with the app."""
NOTHING = message(N_("There is no model of texts to look at; train one in the RNN lab first."))

NAMES = {
    "i": N_("input gate"),
    "f": N_("forget gate"),
    "g": N_("candidate"),
    "o": N_("output gate"),
    "c": N_("cell state"),
    "h": N_("hidden state"),
    "z": N_("update gate"),
    "r": N_("reset gate"),
}
"""What the letters of the equations stand for."""
SIDES = {"forward": N_("forward"), "backward": N_("backward")}


@dataclass(frozen=True)
class Choice:
    """A run's model at an epoch, and how it reads a text.

    `lexicon` and `settings` (vocabulary, length, padding) are those that the model was trained
    with. `passage` has the text's words, ids and time steps; `reading` has every gate and
    state and the prediction after each step. A text from the data has a `number` there and a
    `label`. `unit` counts from 0, None stands for all. With `padding` the pictures show it.
    """

    run: Run
    epoch: int
    network: Network
    lexicon: Lexicon
    settings: Tokens
    passage: Passage
    reading: Reading
    layer: str
    quantity: str
    unit: int | None
    padding: bool
    number: int | None = None
    label: int | None = None

    @property
    def dataset(self) -> TextDataset:
        """Where the model's texts come from."""
        return dataset_of(self.run)

    @property
    def classes(self) -> list[str]:
        """The class names in the reader's language."""
        return [t(name) for name in self.run.record.request.task.classes]

    @property
    def when(self) -> str:
        """Which weights these are, in the reader's language."""
        return inside_choice.moment(self.run.record, self.epoch)

    @property
    def quantities(self) -> dict[str, np.ndarray]:
        """All gates and states of the chosen layer, each (time steps, units)."""
        return self.reading.quantities[self.layer]

    @property
    def units(self) -> int:
        """How many units the chosen quantity has."""
        return int(self.quantities[self.quantity].shape[1])

    @property
    def axis(self) -> Axis:
        """The tokens that the pictures show."""
        return Axis.of(self.passage, self.lexicon, self.padding)


@dataclass(frozen=True)
class Axis:
    """The tokens on a picture's axis, a time step each: `names` such as "12 film" are all different."""

    names: tuple[str, ...]
    steps: np.ndarray

    @staticmethod
    def of(passage: Passage, lexicon: Lexicon, padding: bool) -> Axis:
        """The words that the model gets, and with `padding` all time steps."""
        kept = passage.kept
        words = [f"{place + 1} {passage.text.words[place]}" for place in kept]
        if not padding:
            return Axis(tuple(words), passage.steps[kept])
        names = [f"{lexicon.word(0)} {step + 1}" for step in range(len(passage.row))]
        for step, word in zip(passage.steps[kept], words, strict=True):
            names[step] = word
        return Axis(tuple(names), np.arange(len(passage.row)))


def controls() -> Choice | None:
    """Draw the controls; None (with a sentence said) when there is nothing to look at."""
    try:
        run = run_choice(_("Model"), MODEL, reader(), fits=of_texts, nothing=NOTHING)
        upload_model.button(MODEL, of_texts)
        lexicon = lexicon_of(run)
        epoch = inside_choice.epoch_choice(run, EPOCH)
        network = inside_choice.network(run, epoch)
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return None
    request = run.record.request
    text = rnn_inside_text.choose(dataset_of(run), request.variant, lexicon, [t(name) for name in request.task.classes])
    layer, quantity, unit = _place_choice(network)
    padding = _padding_choice()
    if text is None:
        return None
    settings = settings_of(run)
    passage = passages.fitted(text.encoded, settings)
    if not passage.kept.size:
        nothing = _("Not one of these words is in this model's vocabulary, and it leaves unknown words out.")
        st.warning(nothing, icon=":material/question_mark:")
        return None
    return Choice(
        run=run,
        epoch=epoch,
        network=network,
        lexicon=lexicon,
        settings=settings,
        passage=passage,
        reading=read(network, passage),
        layer=layer,
        quantity=quantity,
        unit=unit,
        padding=padding,
        number=text.number,
        label=text.label,
    )


def reader() -> str:
    """The shipped model that begins: the first whose words are at hand."""
    return next((name for name in READERS[:-1] if _reads(name)), READERS[-1])


def _reads(name: str) -> bool:
    try:
        lexicon_of(shell.engine().store.open(name))
    except ExplorerError:
        return False
    return True


def dataset_of(run: Run) -> TextDataset:
    """The data of a run that reads texts.

    Raises:
        TypeError: if the run's data are no texts.
    """
    dataset = run.record.request.source
    if not isinstance(dataset, TextDataset):
        raise TypeError(dataset.name)
    return dataset


def settings_of(run: Run) -> Tokens:
    """Vocabulary size, length and padding that a run was trained with."""
    given = run.record.request.preparation
    return given if isinstance(given, Tokens) else dataset_of(run).defaults


def lexicon_of(run: Run) -> Lexicon:
    """The vocabulary that a run was trained with.

    Raises:
        ExplorerError: if its words are not at hand.
    """
    return dataset_of(run).lexicon(run.record.request.variant, settings_of(run))


def read(network: Network, passage: Passage, clamps: Sequence[Clamp] = ()) -> Reading:
    """How a network reads a passage; clamps count time steps. Computed once for each of them."""
    return _read(network.fingerprint, passage.row.tobytes(), tuple(clamps), passage.first, network)


@st.cache_resource(max_entries=128, show_spinner=False)
def _read(fingerprint: str, row: bytes, clamps: tuple[Clamp, ...], first: int, _network: Network) -> Reading:
    return readings.read(_network, np.frombuffer(row, np.int32), clamps, first)


def title_of(quantity: str) -> str:
    """A gate or state by its letter and name: "f · forget gate"."""
    side, _dash, letter = quantity.rpartition("_")
    named = f"{letter} · {_(NAMES[letter])}"
    return f"{named} ({_(SIDES[side])})" if side else named


def _place_choice(network: Network) -> tuple[str, str, int | None]:
    """The layer, the gate or state, and the unit (None: all)."""
    found = clamping.quantities(network)
    layer = link.selectbox(_("Layer"), list(found), LAYER) if len(found) > 1 else next(iter(found))
    # The state h comes first: every cell has it, and the next layer sees nothing else.
    letters = sorted(found[layer], key=lambda quantity: clamping.letter(quantity) != "h")
    left, right = st.columns([3, 2])
    with left:
        quantity = link.selectbox(_("Gate or state"), letters, QUANTITY, format_func=title_of)
    with right:
        units = found[layer][quantity]
        unit = link.number(_("Unit"), 0, units, 0, UNIT, help=_("0 shows all units: the words their mean."))
    return layer, quantity, unit - 1 if unit else None


def _padding_choice() -> bool:
    link.restore(PADDING, link.one_of((True, False)))
    shown = st.toggle(
        _("Show the padding"),
        key=PADDING,
        persist_state="session",
        help=_("The model reads the padding like any other token; the pictures leave it out unless you ask for it."),
    )
    link.keep(PADDING, bool(shown), False)
    return bool(shown)
