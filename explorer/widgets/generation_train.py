"""The view *Train*: a small network learns a text in front of the reader, and writes after every epoch."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from explorer.datasets import DATASETS, FULL, TRAIN, passages
from explorer.datasets.passages import Passage, Passages
from explorer.datasets.written import CHARACTERS, TEXTS
from explorer.messages import N_, ExplorerError
from explorer.specs import GRU, LSTM, Dense, Embedding, ModelSpec, Recurrent, SimpleRNN
from explorer.training.progress import Progress
from explorer.training.recipe import LEARNING_RATES, Recipe
from explorer.training.record import Request
from explorer.widgets import (
    code_panel,
    generation_choice,
    generation_source,
    generation_write,
    job_panel,
    link,
    runs,
    settings,
    shell,
)
from explorer.widgets.generation_choice import Asked, Writer, writes
from explorer.widgets.generation_text import visible
from explorer.widgets.language import _, md, t
from explorer.widgets.train_row import train_row

CELL, UNITS, EPOCHS, BATCH, RATE = "gen_cell", "gen_units", "gen_epochs", "gen_batch", "gen_rate"
KINDS: dict[str, type[Recurrent]] = {kind.__name__: kind for kind in (GRU, LSTM, SimpleRNN)}
OUTPUT_DIM = {CHARACTERS: 16, "words": 32}
WINDOW_SHOWN = 14
POLL_SECONDS = 1.0
_DATA = Passages()


@dataclass(frozen=True)
class Setup:
    """What would be trained, and what is to be written while it trains."""

    request: Request
    passage: Passage
    asked: Asked


def controls() -> Setup | None:
    """The text, the model and the training; None (with a sentence said) when they cannot work together."""
    passage = generation_source.choose()
    kind = KINDS[link.segmented(_("Cell"), {name: name for name in KINDS}, CELL)]
    units = link.slider(_("Units"), 8, 256, 48, UNITS, help=_("Numbers that the cell remembers."))
    epochs = link.number(_("Epochs"), 1, 60, 8, EPOCHS, help=_("How often every training example is seen."))
    with st.popover(_("More settings"), icon=":material/tune:", width="stretch"):
        passage = generation_source.windows(passage) if passage is not None else None
        batch_size = link.number(_("Batch size"), 1, 512, 32, BATCH, help=_("Examples per weight update."))
        rate = _learning_rate()
    try:
        return (
            None if passage is None else _setup(passage, kind(units, return_sequences=True), epochs, batch_size, rate)
        )
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return None


def _setup(passage: Passage, cell: Recurrent, epochs: int, batch_size: int, rate: float) -> Setup:
    task, counts = _DATA.task(FULL, passage), _DATA.counts(FULL, passage)
    embedding = Embedding(task.vocabulary, OUTPUT_DIM[passage.level])
    spec = ModelSpec(task.input_shape, (embedding, cell, Dense(task.units, activation=task.activation)))
    recipe = Recipe(
        examples=counts.train,
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=rate,
        validation_split=0.1,
        patience=0,
        clipnorm=1.0,
    )
    request = Request(spec, recipe, passages.NAME, FULL, passage)
    return Setup(request, passage, generation_choice.asked_before(passage))


def _learning_rate() -> float:
    stops = [rate for rate in LEARNING_RATES if 1e-4 <= rate <= 10]
    link.restore(RATE, link.one_of(stops))
    chosen = st.select_slider(
        _("Learning rate"), stops, value=0.003, key=RATE, format_func=settings.plain, persist_state="session"
    )
    link.keep(RATE, chosen, 0.003)
    return float(chosen)


def pictures(setup: Setup) -> None:
    """What is learned from, the Train button, the curves, and what the model writes as it learns."""
    _data(setup.passage)
    train_row(setup.request, _name(setup), "gen_train", _write_next)
    job_panel.job_panel(writes)
    _growing(setup.asked)
    code_panel.training_panel(setup.request, "gen")


def _data(passage: Passage) -> None:
    """The text in numbers, and one window with the tokens that are to be said."""
    text, counts = _DATA.encoded(passage), _DATA.counts(FULL, passage)
    known = TEXTS.get(passage.text)
    parts = [md(known.about)] if known else []
    parts.append(
        md(
            N_("{tokens} tokens, {different} different ones; {windows} windows of {length} to learn from."),
            tokens=f"{len(text.ids):,}",
            different=f"{len(text.vocabulary):,}",
            windows=f"{counts.train:,}",
            length=passage.length,
        )
    )
    if text.unknown:
        parts.append(md(N_("{count} rare tokens are left out as unknown."), count=f"{text.unknown:,}"))
    st.caption(" ".join(parts))
    split = DATASETS[passages.NAME].load(FULL, TRAIN, passage)
    rows = (split.inputs[0][:WINDOW_SHOWN], split.labels[0][:WINDOW_SHOWN])
    lines = ["  ".join(visible(token) for token in text.vocabulary.decode(row)) for row in rows]
    names = (_("Step by step it reads"), _("and is to say"))
    width = max(map(len, names))
    st.code("\n".join(f"{name:<{width}}  {line}  …" for name, line in zip(names, lines, strict=True)), language=None)


def _name(setup: Setup) -> str:
    known = TEXTS.get(setup.passage.text)
    cell = setup.request.spec.layers[1]
    parts = (t(known.title) if known else _("Your own text"), f"{type(cell).__name__} {getattr(cell, 'units', '')}")
    return " · ".join(parts)


def _write_next(run_id: str) -> None:
    """The view of writing begins with the new run."""
    st.session_state[generation_choice.MODEL] = run_id


def _newest() -> Progress | None:
    """The newest of the runs in sight that learns to write."""
    shown = runs.progresses(runs.shown(), quiet=True)
    return next((progress for progress in shown if generation_choice.writes(progress.record)), None)


def _growing(asked: Asked) -> None:
    """The samples of the run in sight, one more with every epoch while it trains."""
    newest = _newest()
    active = newest is not None and newest.status.active
    st.fragment(_samples, run_every=POLL_SECONDS if active else None)(asked)


def _samples(asked: Asked) -> None:
    newest = _newest()
    st.markdown(f"**{_('What it writes after each epoch, the newest first, always with the same random numbers')}**")
    if newest is None:
        st.info(_("Press Train: after every epoch the model writes one more line here."), icon=":material/edit_note:")
        return
    try:
        writer = Writer(shell.engine().store.open(newest.record.id), 0)
        epochs = generation_write.thinned(writer.run.epochs)[::-1]
        if not epochs:
            st.caption(_("The first line comes as soon as the model is built."))
            return
        generation_write.show_epochs(writer, epochs, asked, "gen-growing")
    except ExplorerError as error:
        st.warning(md(error.problem), icon=":material/warning:")
