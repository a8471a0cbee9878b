"""Training a puzzle's network live: a short form, the Train button, the curves of new runs and of the shipped ones."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import streamlit as st

from explorer.datasets import FULL
from explorer.datasets.puzzles import TRAIN_SHARE, Counting, Products
from explorer.presets import PRESETS
from explorer.presets.puzzles import counter, multiplier
from explorer.specs import GRU, LSTM, Recurrent, SimpleRNN
from explorer.training.recipe import LEARNING_RATES, Recipe
from explorer.training.record import Request
from explorer.widgets import code_panel, job_panel, link, puzzles_models, run_curves, settings, shell
from explorer.widgets.language import _
from explorer.widgets.puzzles_models import COUNTING, MULTIPLY
from explorer.widgets.run_choice import of_data
from explorer.widgets.train_row import Plan, train_row

CELLS: dict[str, type[Recurrent]] = {"LSTM": LSTM, "GRU": GRU, "SimpleRNN": SimpleRNN}
RATES = tuple(rate for rate in LEARNING_RATES if 1e-4 <= rate <= 0.1)
BATCH = 32


@dataclass(frozen=True)
class Form:
    """What the forms of both puzzles ask for, with the values that they begin with."""

    cells: tuple[str, ...]
    units: int
    layers: int
    epochs: int
    learning_rate: float


FORMS = {
    COUNTING: Form(("SimpleRNN", "LSTM", "GRU"), 10, 1, 100, 0.001),
    MULTIPLY: Form(("GRU", "LSTM", "SimpleRNN"), 30, 2, 40, 0.003),
}


def controls(puzzle: str) -> Plan:
    """The form; it cannot reach a setting that does not work."""
    form = FORMS[puzzle]
    prefix = f"puzzle_{puzzle}_"
    cell = link.segmented(_("Cell"), {name: name for name in form.cells}, prefix + "cell")
    left, right = st.columns(2)
    with left:
        units = link.number(_("Units"), 1, 64, form.units, prefix + "units", help=_("Numbers that the cell remembers."))
    with right:
        layers = link.number(_("Layers"), 1, 3, form.layers, prefix + "layers")
    build = _multiply if puzzle == MULTIPLY else _counting
    return build(prefix, form, cell, units, layers)


def _multiply(prefix: str, form: Form, cell: str, units: int, layers: int) -> Plan:
    steps = puzzles_models.steps_choice()
    left, right = st.columns(2)
    with left:
        samples = link.number(
            _("Samples"),
            75,
            9000,
            3000,
            prefix + "samples",
            step=75,
            help=_("64 of 75 are to train on; the rest tests."),
        )
    with right:
        epochs = link.number(_("Epochs"), 1, 100, form.epochs, prefix + "epochs")
    rate = _rate(prefix, form)
    count = samples * TRAIN_SHARE[0] // TRAIN_SHARE[1]
    recipe = Recipe(
        examples=count,
        epochs=epochs,
        batch_size=BATCH,
        learning_rate=rate,
        learning_rate_schedule="cosine",
        clipnorm=1.0,
        patience=0,
    )
    request = Request(
        multiplier(CELLS[cell], units, layers, steps), recipe, MULTIPLY, FULL, Products(length=steps, samples=samples)
    )
    return Plan(request, f"{cell} {units}×{layers} · {steps} · {samples:,} · {settings.plain(rate)}")


def _counting(prefix: str, form: Form, cell: str, units: int, layers: int) -> Plan:
    left, right = st.columns(2)
    with left:
        count = link.number(
            _("Rows"), 4, 50, 6, prefix + "rows", help=_("Rows to train on; each begins 0.1 further on.")
        )
    with right:
        epochs = link.number(_("Epochs"), 1, 100, form.epochs, prefix + "epochs")
    rate = _rate(prefix, form)
    seed = link.number(
        _("Seed"),
        0,
        9999,
        42,
        prefix + "seed",
        help=_("Another seed, other initial weights: six rows leave much to luck."),
    )
    recipe = Recipe(
        examples=count,
        epochs=epochs,
        batch_size=min(BATCH, count),
        learning_rate=rate,
        validation_split=0.0,
        patience=0,
        seed=seed,
    )
    request = Request(counter(CELLS[cell], units, layers), recipe, COUNTING, FULL, Counting(count=count))
    return Plan(request, f"{cell} {units}×{layers} · {count} · {settings.plain(rate)} · {seed}")


def _rate(prefix: str, form: Form) -> float:
    key = prefix + "learning_rate"
    link.restore(key, link.one_of(RATES))
    link.limit(key, RATES)
    chosen = st.select_slider(
        _("Learning rate"), RATES, form.learning_rate, format_func=settings.plain, key=key, persist_state="session"
    )
    link.keep(key, chosen, form.learning_rate)
    return float(chosen)


def pictures(puzzle: str, wanted: Plan) -> None:
    """The Train button, the reader's runs as they learn, and the history of the shipped models."""
    train_row(wanted.request, wanted.name, "puzzle_train")
    job_panel.job_panel(of_data(puzzle))
    fits = of_data(puzzle)
    shipped = [run.record for run in shell.engine().store.shipped() if run.record.id in PRESETS and fits(run.record)]
    records = [dataclasses.replace(record, batches=()) for record in shipped]
    if records:
        st.markdown(_("**How the shipped models learned**"))
        records.sort(key=lambda record: list(PRESETS).index(record.id))
        run_curves.show(records, "", f"puzzle-{puzzle}-")
    code_panel.training_panel(wanted.request, f"puzzle-{puzzle}")
