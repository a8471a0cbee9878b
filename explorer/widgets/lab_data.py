"""Which data a lab works on, and how texts become a model's input."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from explorer.controls import controls
from explorer.datasets import DATASETS, Counts, Dataset, Preparation
from explorer.datasets.tokens import TextDataset
from explorer.messages import ExplorerError
from explorer.presets import Preset
from explorer.training.recipe import Recipe
from explorer.widgets import data, link, own_images, own_text, settings
from explorer.widgets.language import _, md, t

DATA = "data"
_QUICK = Recipe(epochs=10, batch_size=64, learning_rate=0.003, patience=2)
"""For data that a preset was not made for."""
_FEW = Recipe(epochs=20, batch_size=16, patience=5)
"""For images of a reader's own, of which there are mostly few."""


@dataclass(frozen=True)
class Data:
    """The chosen data set and its best variant."""

    source: Dataset
    variant: str
    counts: Counts


@dataclass(frozen=True)
class Own:
    """How readers bring data: `choose` draws the form under a key and returns the variant, None while there is none."""

    choose: Callable[[str], str | None]
    key: str
    recipe: Recipe = _QUICK


OWN_DATA = {"own-text": Own(own_text.choose, "own"), "own-images": Own(own_images.choose, "own_images", _FEW)}
"""The data sets that readers bring, by name."""


def choice(prefix: str, names: Sequence[str], on_change: Callable[[str], None]) -> Data | None:
    """Draw the choice of data, if there is one; None (with a sentence said) while there is no data.

    `on_change` is called with the name of the data set that the reader has turned to.
    """
    name = names[0] if len(names) == 1 else _dataset(prefix + DATA, names, on_change)
    if name in OWN_DATA:
        variant = OWN_DATA[name].choose(prefix + OWN_DATA[name].key)
        return None if variant is None else _own(prefix, name, variant)
    try:
        found = data.banner(name)
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return None
    return Data(DATASETS[name], found.variant, found.counts)


def _own(prefix: str, name: str, variant: str) -> Data:
    """The data that the reader brought; as many examples as there are, if there were others before."""
    place, counts = f"{prefix}{OWN_DATA[name].key}-counts", DATASETS[name].counts(variant)
    if st.session_state.get(place, counts) != counts:
        st.session_state.pop(prefix + "examples", None)
    st.session_state[place] = counts
    return Data(DATASETS[name], variant, counts)


def _dataset(key: str, names: Sequence[str], on_change: Callable[[str], None]) -> str:
    """The data sets by their titles, those at hand first."""
    order = sorted(names, key=lambda name: not _at_hand(name))

    def changed() -> None:
        on_change(st.session_state[key])

    return link.selectbox(_("Data"), order, key, format_func=lambda name: t(DATASETS[name].title), on_change=changed)


def _at_hand(name: str) -> bool:
    if name in OWN_DATA:
        return False
    try:
        DATASETS[name].available()
    except ExplorerError:
        return False
    return True


def recipe(preset: Preset, dataset: str) -> Recipe:
    """The preset's own recipe for its own data, a quick one for any other."""
    if preset.dataset == dataset:
        return preset.recipe
    return OWN_DATA[dataset].recipe if dataset in OWN_DATA else _QUICK


def preparation_form(prefix: str, preset: Preset, chosen: Data) -> Preparation | None:
    """Draw the settings of the preparation, each in the link."""
    default = _default(preset, chosen.source.name)
    return (
        None
        if default is None
        else type(default)(
            **{name: _draw(prefix + name, control, getattr(default, name)) for name, control in controls(default)}
        )
    )


def reset(prefix: str, preset: Preset, dataset: str) -> None:
    """Put the preparation's settings to what suits the preset and the data; for callbacks."""
    default = _default(preset, dataset)
    if default is not None:
        for name, _control in controls(default):
            st.session_state[prefix + name] = getattr(default, name)


def _default(preset: Preset, dataset: str) -> Preparation | None:
    if preset.dataset == dataset:
        return preset.preparation
    source = DATASETS[dataset]
    return source.defaults if isinstance(source, TextDataset) else None


def _draw(key: str, control: Any, default: Any) -> Any:
    link.restore(key, lambda text: settings.parse(control, text))
    value = settings.draw(control, default, key=key, persist_state="session")
    link.keep(key, value, default)
    return value
