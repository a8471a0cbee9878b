"""What goes down a surface on the page *Optimisers*: who, from where, how fast and how far. All in the link."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from explorer.controls import controls as declared
from explorer.inspection.descent import MAXIMUM_STEPS
from explorer.inspection.optimizers import OPTIMIZERS, Constants, Optimizer
from explorer.inspection.surfaces import Span
from explorer.messages import N_
from explorer.widgets import link, settings
from explorer.widgets.language import _

CHOSEN, RATE, STEPS = "optim_chosen", "optim_rate", "optim_steps"
CONSTANT = "optim_{name}"
NAMES = {
    "sgd": "SGD",
    "momentum": N_("Momentum"),
    "nesterov": N_("Nesterov"),
    "rmsprop": "RMSprop",
    "adam": "Adam",
}
DEFAULT = ("sgd", "momentum", "rmsprop", "adam")
RATES = (*(float(f"{times}e{power}") for power in range(-5, 1) for times in (1, 2, 5)), 10.0)
DEFAULT_RATE = 0.02
FEWEST_STEPS, DEFAULT_STEPS = 10, 100
PLACE_STEP = 0.01


@dataclass(frozen=True)
class Going:
    """The optimizers by name, what they share, and where they start."""

    optimizers: tuple[str, ...]
    rate: float
    steps: int
    start: tuple[float, float]
    constants: Constants

    def optimizer(self, name: str) -> Optimizer:
        return OPTIMIZERS[name](self.rate, self.constants)


@dataclass(frozen=True)
class Place:
    """One coordinate of the start: its control's key and name, how far it reaches, and its default."""

    key: str
    name: str
    span: Span
    default: float

    def __contains__(self, value: object) -> bool:
        return isinstance(value, float) and self.span[0] <= value <= self.span[1]

    def parse(self, text: str) -> float:
        value = float(text)
        if value not in self:
            raise ValueError(text)
        return value

    def nearest(self, value: float) -> float:
        """The value that the control can stand at."""
        return round(min(max(value, self.span[0]), self.span[1]), 2)


def going(places: tuple[Place, Place]) -> Going:
    """Draw the controls that every surface has."""
    chosen = _optimizers_choice()
    rate = _rate_choice()
    steps = link.slider(
        _("Steps"), FEWEST_STEPS, MAXIMUM_STEPS, DEFAULT_STEPS, STEPS, help=_("How many times the weights are changed.")
    )
    left, right = st.columns(2)
    with left:
        x = _place_choice(places[0])
    with right:
        y = _place_choice(places[1])
    return Going(chosen, rate, steps, (x, y), _constants())


def _optimizers_choice() -> tuple[str, ...]:
    link.restore(CHOSEN, _several)
    chosen = st.pills(
        _("Optimisers"),
        list(OPTIMIZERS),
        selection_mode="multi",
        wrap=True,
        default=list(DEFAULT),
        format_func=lambda name: _(NAMES[name]),
        key=CHOSEN,
        persist_state="session",
    )
    kept = tuple(name for name in OPTIMIZERS if name in chosen)
    link.keep(CHOSEN, ",".join(kept), ",".join(DEFAULT))
    return kept


def _several(text: str) -> list[str]:
    names = text.split(",") if text else []
    if not set(names) <= set(OPTIMIZERS):
        raise ValueError(text)
    return [name for name in OPTIMIZERS if name in names]


def _rate_choice() -> float:
    link.restore(RATE, link.one_of(RATES))
    chosen = float(
        st.select_slider(
            _("Learning rate η"),
            RATES,
            DEFAULT_RATE,
            format_func=settings.plain,
            key=RATE,
            persist_state="session",
            help=_("One learning rate for all of them: move it and all paths move."),
        )
    )
    link.keep(RATE, chosen, DEFAULT_RATE)
    return chosen


def _place_choice(place: Place) -> float:
    link.restore(place.key, place.parse)
    link.limit(place.key, place)
    chosen = float(
        st.slider(
            place.name,
            *place.span,
            place.default,
            PLACE_STEP,
            key=place.key,
            persist_state="session",
            help=_("Where all of them start; or click on the surface."),
        )
    )
    link.keep(place.key, chosen, place.default)
    return chosen


def _constants() -> Constants:
    chosen: dict[str, Any] = {}
    with st.popover(_("Constants of the optimisers"), icon=":material/tune:", width="stretch"):
        for name, control in declared(Constants):
            key, default = CONSTANT.format(name=name), getattr(Constants, name)
            link.restore(key, partial(settings.parse, control))
            chosen[name] = settings.draw(control, default, key=key, persist_state="session")
            link.keep(key, chosen[name], default)
    return Constants(**chosen)


def started(message: Any, places: tuple[Place, Place]) -> None:
    """Take a start that the browser sent, if it can be one: it may have been written by anyone."""
    try:
        values = float(message["x"]), float(message["y"])
    except (KeyError, TypeError, ValueError):
        return
    if all(math.isfinite(value) for value in values):
        for place, value in zip(places, values, strict=True):
            st.session_state[place.key] = place.nearest(value)
