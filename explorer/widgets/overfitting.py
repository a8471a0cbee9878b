"""What the page *Overfitting* trains: a network that overfits, and beside it the remedies that the reader ticks."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import streamlit as st

from explorer.controls import Control, Scale
from explorer.controls import controls as declared
from explorer.messages import N_, ExplorerError, message
from explorer.presets.remedies import DATASET, REMEDIES, Base, Remedy
from explorer.training.recipe import Recipe
from explorer.training.record import Request
from explorer.widgets import data, link, runs, settings
from explorer.widgets.language import _, md, t

PREFIX = "fit_"
TICKED, EXACT = PREFIX + "remedies", PREFIX + "exact"
BEGIN = ("l1", "l2", "dropout")
MOST = runs.MAXIMUM_SHOWN - 1
"""Remedies that are trained at once, beside the network without any."""


@dataclass(frozen=True)
class Wanted:
    """A run that the reader has put together, and what it is called."""

    name: str
    request: Request


def choose() -> tuple[Wanted, ...] | None:
    """Draw the controls: the network without a remedy, then with each one; None (with a sentence said) without data."""
    try:
        variant = data.banner(DATASET).variant
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return None
    ticked = _ticked()
    knobs = st.container()
    base = _base()
    plain = base.request(variant)
    with knobs:
        remedied = [_remedied(name, plain) for name in ticked]
    added = _details(base)
    return (Wanted(t(N_("No remedy")) + added, plain), *(Wanted(one.name + added, one.request) for one in remedied))


def _ticked() -> list[str]:
    titles = {name: _(remedy.title) for name, remedy in REMEDIES.items()}
    ticked = link.several(
        _("Remedies"), titles, BEGIN, TICKED, help=_("Each one is trained beside the network without any.")
    )
    if len(ticked) > MOST:
        st.warning(t(N_("{count} remedies can be trained at once; the first ones are."), count=MOST))
    return ticked[:MOST]


def _base() -> Base:
    """The settings of the network that overfits, one click away."""
    with st.popover(_("The network without a remedy"), icon=":material/tune:", width="stretch"):
        st.caption(_("Two hidden layers with ReLU, trained by SGD whose learning rate falls from 0.1 to 0."))
        default = Base()
        chosen = {name: knob(PREFIX + name, control, getattr(default, name)) for name, control in declared(Base)}
    return Base(**chosen)


def _details(base: Base) -> str:
    """What is not as usual in the network without a remedy, for the names of runs."""
    changed = [
        f" · {_(control.label)} {getattr(base, name)}"
        for name, control in declared(Base)
        if getattr(base, name) != getattr(Base(), name)
    ]
    return "".join(changed)


def _remedied(name: str, plain: Request) -> Wanted:
    """Draw the knob of one remedy, and what it makes of the network."""
    remedy = REMEDIES[name]
    label = f"{_(remedy.title)} · {_(remedy.knob.label)}"
    value = knob(PREFIX + name, dataclasses.replace(remedy.knob, label=label), remedy.value)
    request = remedy.apply(plain, value)
    _say_size(plain, request)
    if request.recipe.proximal and not _exact():
        request = dataclasses.replace(request, recipe=dataclasses.replace(request.recipe, proximal=False))
        return Wanted(t(_as_keras(remedy, value)), request)
    return Wanted(t(remedy.name(value)), request)


def _as_keras(remedy: Remedy, value: Any) -> Any:
    return message(N_("{remedy} (Keras)"), remedy=remedy.name(value))


def _exact() -> bool:
    """Whether L1 reaches zero by soft thresholds, or only comes near it, as Keras's own."""
    return bool(knob(EXACT, dict(declared(Recipe))["proximal"], True))


def _say_size(plain: Request, request: Request) -> None:
    """The capacity and the number of images, where the remedy changes them."""
    parameters, images = request.spec.parameters, request.recipe.training_examples
    if parameters != plain.spec.parameters:
        st.caption(
            md(
                N_("{parameters} parameters; without the remedy {before}."),
                parameters=f"{parameters:,}",
                before=f"{plain.spec.parameters:,}",
            )
        )
    if images != plain.recipe.training_examples:
        st.caption(
            md(
                N_("{images} training images; without the remedy {before}."),
                images=f"{images:,}",
                before=f"{plain.recipe.training_examples:,}",
            )
        )


def knob(key: str, control: Control, default: Any) -> Any:
    """Draw one setting, kept in the link: numbers as sliders."""
    stops = control.stops if isinstance(control, Scale) else ()
    link.restore(key, link.one_of(stops) if stops else lambda text: settings.parse(control, text))
    draw = settings.draw if stops else settings.slide
    chosen = draw(control, default, key=key, persist_state="session")
    link.keep(key, chosen, default)
    return chosen
