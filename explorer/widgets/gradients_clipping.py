"""Gradient clipping: one exploding gradient cut with its numbers, and the same network trained with and without."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.datasets import DATASETS, FULL
from explorer.datasets.puzzles import Products
from explorer.figures.gradient_parts import ClippedLabels, clipped_figure
from explorer.inspection.clipping import CLIPNORM, CLIPVALUE, NONE, Clipped, clip
from explorer.inspection.through_time import LONGEST, SHORTEST, Reader
from explorer.messages import N_
from explorer.specs import RandomNormal, SimpleRNN
from explorer.training.recipe import Recipe
from explorer.training.record import Request, RunRecord
from explorer.widgets import (
    figure,
    gradients_choice,
    gradients_time,
    job_panel,
    link,
    settings,
    shell,
    shown_runs,
    table,
)
from explorer.widgets.gradients_choice import SPREADS, short
from explorer.widgets.gradients_time import PUZZLE
from explorer.widgets.language import _, md, t
from explorer.widgets.train_row import Plan, train_row

LIMITS = (0.01, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0)
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
SAMPLES, BATCH = 1500, 32
SHOWN = 16
VECTOR = "recurrent_kernel"
EACH = N_("Keras clips the gradient of each weight by itself, before the optimizer takes its step.")


@dataclass(frozen=True)
class Chosen:
    """An exploding SimpleRNN, how its gradients are clipped, and the training that would show it."""

    reader: Reader
    way: str
    limit: float
    seed: int
    plan: Plan


def controls() -> Chosen:
    """The network, the clipping and the training."""
    steps = link.slider(_("Time steps"), SHORTEST, LONGEST, 50, "grad_clip_steps", step=5)
    spread = gradients_choice.stop(_("Recurrent weights: σ"), SPREADS, 0.5, "grad_clip_sigma")
    way = link.segmented(
        _("Clipping"), {NONE: _("none"), CLIPNORM: CLIPNORM, CLIPVALUE: CLIPVALUE}, "grad_clip", help=_(EACH)
    )
    limit = gradients_choice.stop(_("Limit"), LIMITS, 1.0, "grad_clip_limit")
    left, right = st.columns(2)
    with left:
        rate = gradients_choice.stop(_("Learning rate"), RATES, 0.1, "grad_clip_rate", format_func=settings.plain)
    with right:
        epochs = link.number(_("Epochs"), 1, 30, 6, "grad_clip_epochs")
    reader = Reader("SimpleRNN", steps, RandomNormal(stddev=spread))
    return Chosen(reader, way, limit, gradients_choice.seed(), _plan(reader, way, limit, rate, epochs))


def _plan(reader: Reader, way: str, limit: float, rate: float, epochs: int) -> Plan:
    preparation = Products(length=reader.steps, samples=SAMPLES)
    counts = DATASETS[PUZZLE].counts(FULL, preparation)
    recipe = Recipe(
        examples=counts.train,
        epochs=epochs,
        batch_size=BATCH,
        optimizer="sgd",
        learning_rate=rate,
        patience=0,
        clipnorm=limit if way == CLIPNORM else 0.0,
        clipvalue=limit if way == CLIPVALUE else 0.0,
    )
    name = f"σ {_sigma(reader):g} · {reader.steps} · sgd {settings.plain(rate)}"
    name += f" · {_('not clipped')}" if way == NONE else f" · {way} {limit:g}"
    return Plan(Request(reader.spec(), recipe, PUZZLE, FULL, preparation), name)


def _sigma(reader: Reader) -> float:
    return getattr(reader.initializer, "stddev", 0.0)


def of_clipping(record: RunRecord) -> bool:
    """A run of this view: one SimpleRNN with normal recurrent weights on the multiplication puzzle."""
    first = record.spec.layers[0] if record.spec.layers else None
    cell = isinstance(first, SimpleRNN) and isinstance(first.recurrent_initializer, RandomNormal)
    return cell and record.request.dataset == PUZZLE


def pictures(chosen: Chosen) -> None:
    """The gradient before and after, its numbers, and the runs that were trained with and without clipping."""
    found = gradients_time.gradients(chosen.reader, chosen.seed)
    clipped = {name: clip(values, chosen.way, chosen.limit) for name, values in found.weights.items()}
    main = clipped[VECTOR]
    if np.isfinite(main.norm):
        _sentence(chosen, main)
        _directions(main)
        _table(clipped)
    else:
        st.error(
            _("**Too large for float32.** The numbers have become infinite; a training would end at once."),
            icon=":material/trending_up:",
        )
    st.markdown(_("**The same network in training**"))
    train_row(chosen.plan.request, chosen.plan.name, "grad_clip_train")
    job_panel.job_panel(of_clipping)
    shown_runs.choose(of_clipping)


def _sentence(chosen: Chosen, main: Clipped) -> None:
    texts = {
        NONE: N_(
            "**Not clipped:** the gradient of the recurrent weights has length {norm}. A step with learning rate "
            "{rate} moves them by {step}, and they themselves have length {length}."
        ),
        CLIPNORM: N_(
            "**clipnorm = {limit}:** the length {norm} becomes {after}; every number is multiplied by {factor} and "
            "the direction stays."
        ),
        CLIPVALUE: N_(
            "**clipvalue = {limit}:** every number is cut to ±{limit}; the length {norm} becomes {after} and "
            "the direction turns by {turned}°."
        ),
    }
    rate = chosen.plan.request.recipe.learning_rate
    st.markdown(
        md(
            texts[chosen.way],
            norm=short(main.norm),
            after=short(main.norm_after),
            factor=short(main.factor),
            limit=f"{chosen.limit:g}",
            turned=short(main.turned),
            rate=settings.plain(rate),
            step=short(rate * main.norm),
            length=short(_sigma(chosen.reader) * main.before.size**0.5),
        )
    )


def _directions(main: Clipped) -> None:
    """The largest numbers of the gradient, each vector in units of its own length."""
    flat, after = main.before.ravel(), main.after.ravel()
    order = np.argsort(-np.abs(flat))[:SHOWN]
    title = t(
        N_("The {count} largest of {all} numbers of the gradient of {weight}, as shares of its length"),
        count=SHOWN,
        all=f"{flat.size:,}",
        weight=VECTOR,
    )
    labels = ClippedLabels(title, _("number"), _("share of the length"), _("before"), _("after"))
    drawn = clipped_figure(
        flat[order] / (main.norm or 1), after[order] / (main.norm_after or 1), labels, dark=shell.dark(), height=220
    )
    figure.show(drawn, "grad-clipped", title)


def _table(clipped: dict[str, Clipped]) -> None:
    rows = [
        (
            name,
            short(each.norm),
            short(float(np.abs(each.before).max())),
            short(each.norm_after),
            short(each.factor),
            f"{short(each.turned)}°",
        )
        for name, each in clipped.items()
    ]
    head = (
        _("gradient of"),
        _("length before"),
        _("largest number"),
        _("length after"),
        _("factor"),
        _("turned by"),
    )
    table.show(head, rows)
    st.latex(
        r"\texttt{clipnorm}:\; g \leftarrow g \cdot \frac{\theta}{\lVert g \rVert}"
        r"\;\text{ if } \lVert g \rVert > \theta"
    )
    st.latex(r"\texttt{clipvalue}:\; g_i \leftarrow \max(-\theta, \min(\theta, g_i))")
    more = _(
        "Pascanu, Mikolov and Bengio 2013, algorithm 1, clip all of them by their common length "
        "(Keras: global_clipnorm)."
    )
    st.caption(f"{_(EACH)} {more}")
