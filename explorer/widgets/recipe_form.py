"""How to train: the recipe's settings, each kept in the link."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from explorer.controls import Control, Whole, controls
from explorer.training.recipe import Recipe
from explorer.widgets import augmentation_form, link, settings
from explorer.widgets.language import _

IN_SIGHT = ("examples", "epochs", "batch_size", "optimizer", "learning_rate")


def reset(recipe: Recipe, prefix: str = "") -> None:
    """Put the form back to a recipe; `prefix` stands before the names of its settings."""
    for name, _control in controls(Recipe):
        st.session_state[prefix + name] = getattr(recipe, name)
    if not prefix:
        augmentation_form.reset(recipe.augmentation)


def fitted(recipe: Recipe, available: int) -> Recipe:
    """The recipe with no more examples than there are, and no larger a batch."""
    fewer = dataclasses.replace(recipe, examples=min(recipe.examples, available))
    return dataclasses.replace(fewer, batch_size=min(recipe.batch_size, fewer.training_examples))


def recipe_form(default: Recipe, available: int, prefix: str = "", images: bool = True) -> Recipe:
    """Draw the form: what matters most in sight, the rest one click away; augmentation is for images only."""
    default = fitted(default, available)
    declared = {
        name: dataclasses.replace(control, maximum=available)
        if name == "examples" and isinstance(control, Whole)
        else control
        for name, control in controls(Recipe)
    }
    _fit(prefix + "examples", available)
    _fit(prefix + "batch_size", default.training_examples)
    chosen = {name: _draw(prefix + name, declared[name], getattr(default, name)) for name in IN_SIGHT}
    augmentation = augmentation_form.switch(default.augmentation) if images else None
    with st.popover(_("More settings"), icon=":material/tune:", width="stretch", key=f"{prefix}more-settings"):
        for name, control in declared.items():
            if name not in chosen:
                chosen[name] = _draw(prefix + name, control, getattr(default, name))
    return Recipe(**chosen, augmentation=augmentation)


def _fit(key: str, available: int) -> None:
    """No more examples, and no larger a batch, than the data at hand has."""
    if key in st.session_state:
        st.session_state[key] = min(st.session_state[key], available)


def _draw(key: str, control: Control, default: Any) -> Any:
    link.restore(key, lambda text: settings.parse(control, text))
    value = settings.draw(control, default, key=key, persist_state="session")
    link.keep(key, value, default)
    return value
