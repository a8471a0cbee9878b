"""The views of the page *Optimisers*: a drawn surface, or a slice of a real model's loss."""

from __future__ import annotations

import streamlit as st

from explorer.inspection.surfaces import SURFACES
from explorer.messages import N_
from explorer.widgets import link, optimisers, optimisers_choice, optimisers_slice, views
from explorer.widgets.language import _
from explorer.widgets.optimisers import Scene
from explorer.widgets.optimisers_choice import Place
from explorer.widgets.views import View

VIEW, SURFACE, X, Y = "optim_view", "optim_surface", "optim_x", "optim_y"
AXES = ("w₁", "w₂")


def drawn_controls() -> Scene:
    """The surface, and what goes down it."""
    names = {key: _(surface.title) for key, surface in SURFACES.items()}
    key = link.selectbox(_("Surface"), list(SURFACES), SURFACE, format_func=names.__getitem__, on_change=_anew)
    surface = SURFACES[key]
    places = (
        Place(X, _("Start w₁"), surface.x, surface.start[0]),
        Place(Y, _("Start w₂"), surface.y, surface.start[1]),
    )
    going = optimisers_choice.going(places)
    return Scene(key, surface, going, places, AXES, names[key], surface.minima)


def _anew() -> None:
    """Another surface has a start of its own."""
    for key in (X, Y):
        st.session_state.pop(key, None)


def drawn_pictures(scene: Scene) -> None:
    """The idea of the surface, and the paths down it."""
    surface = SURFACES[str(scene.key)]
    st.markdown(f"${surface.formula}$ · {_(surface.idea)}")
    optimisers.pictures(scene)


VIEWS = {
    "drawn": View(N_("Drawn surface"), drawn_controls, drawn_pictures),
    "slice": View(N_("A real model's loss"), optimisers_slice.controls, optimisers_slice.pictures),
}


def choice() -> View:
    """Which view is in sight."""
    return views.choose(VIEWS, VIEW)
