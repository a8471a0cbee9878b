"""The models of the page *Architectures* and its views, each with controls of its own."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import streamlit as st

from explorer.datasets import DATASETS, FULL
from explorer.datasets.generated import Drawn, Generated
from explorer.messages import N_
from explorer.presets.architectures import ARCHITECTURES, Architecture
from explorer.training.recipe import LEARNING_RATES
from explorer.training.record import Request
from explorer.widgets import link, settings
from explorer.widgets.language import _, md, t

MODEL = "arch_model"
RATES = tuple(rate for rate in LEARNING_RATES if 1e-3 <= rate <= 1.0)
NOISES = (0.0, 0.1, 0.3, 1.0)


@dataclass(frozen=True)
class Setup:
    """The chosen model with the data and the training that the reader has set."""

    shape: Architecture
    request: Request

    @property
    def data(self) -> Generated:
        """The generated problem that the model learns."""
        found = DATASETS[self.shape.dataset]
        if not isinstance(found, Generated):
            raise TypeError(found.name)
        return found


def model() -> Setup:
    """The choice of a model alone."""
    name = link.selectbox(_("Model"), list(ARCHITECTURES), MODEL, format_func=lambda name: t(ARCHITECTURES[name].title))
    shape = ARCHITECTURES[name]
    st.caption(md(shape.idea))
    return Setup(shape, Request(shape.spec, shape.recipe, shape.dataset, FULL, shape.preparation))


def training() -> Setup:
    """The choice of a model, of its data and of its training."""
    setup = model()
    shape = setup.shape
    st.markdown(md(N_("**Data**: {rule}"), rule=setup.data.says))
    noise = _choice(_("Noise"), NOISES, shape.preparation.noise, "arch_noise", _("How far chance moves the labels."))
    epochs = link.slider(_("Epochs"), 1, 60, shape.recipe.epochs, f"arch_epochs_{shape.name}")
    rate = _choice(_("Learning rate"), RATES, shape.recipe.learning_rate, f"arch_rate_{shape.name}")
    recipe = dataclasses.replace(shape.recipe, epochs=epochs, learning_rate=rate)
    drawn = Drawn(shape.preparation.examples, noise, shape.preparation.seed)
    return Setup(shape, Request(shape.spec, recipe, shape.dataset, FULL, drawn))


def _choice(label: str, stops: tuple[float, ...], default: float, key: str, explained: str | None = None) -> float:
    link.restore(key, link.one_of(stops))
    link.limit(key, stops)
    chosen = st.select_slider(
        label, stops, default, format_func=settings.plain, key=key, persist_state="session", help=explained
    )
    link.keep(key, chosen, default)
    return float(chosen)
