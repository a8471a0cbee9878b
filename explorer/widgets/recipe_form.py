"""How to train: the recipe's settings, each kept in the link."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from explorer.controls import Control, Whole, controls
from explorer.training.recipe import Recipe
from explorer.widgets import augmentation_form, link, settings
from explorer.widgets.language import _

IN_SIGHT = ("images", "epochs", "batch_size", "optimizer", "learning_rate")


def reset(recipe: Recipe, available: int) -> None:
    """Put the form back to a recipe."""
    wanted = fitted(recipe, available)
    for name, _control in controls(Recipe):
        st.session_state[name] = getattr(wanted, name)
    augmentation_form.reset(wanted.augmentation)


def fitted(recipe: Recipe, available: int) -> Recipe:
    """The recipe with no more images than there are."""
    return dataclasses.replace(recipe, images=min(recipe.images, available))


def recipe_form(default: Recipe, available: int) -> Recipe:
    """Draw the form: what matters most in sight, the rest one click away."""
    default = fitted(default, available)
    declared = {
        name: dataclasses.replace(control, maximum=available)
        if name == "images" and isinstance(control, Whole)
        else control
        for name, control in controls(Recipe)
    }
    chosen = {name: _draw(name, declared[name], getattr(default, name)) for name in IN_SIGHT}
    augmentation = augmentation_form.switch(default.augmentation)
    with st.popover(_("More settings"), icon=":material/tune:", width="stretch"):
        for name, control in declared.items():
            if name not in chosen:
                chosen[name] = _draw(name, control, getattr(default, name))
    return Recipe(**chosen, augmentation=augmentation)


def _draw(name: str, control: Control, default: Any) -> Any:
    link.restore(name, lambda text: settings.parse(control, text))
    value = settings.draw(control, default, key=name, persist_state="session")
    link.keep(name, value, default)
    return value
