"""The pictures of the page *Optimisers*: paths down a surface, and where every learning rate leads."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from explorer.figures import optimisers as drawing
from explorer.figures.learning_rates import RateCurve, RateLabels, learning_rates_figure
from explorer.figures.optimisers import Track
from explorer.inspection import descent, surfaces
from explorer.inspection.descent import Path
from explorer.inspection.surfaces import Picture, Surface
from explorer.messages import N_
from explorer.widgets import figure, optimisers_choice, optimisers_component, settings, shell
from explorer.widgets.language import _, md, t
from explorer.widgets.optimisers_choice import NAMES, RATES, Going, Place

RATES_DRAWN = np.logspace(np.log10(RATES[0]), np.log10(RATES[-1]), 37)


@dataclass(frozen=True)
class Scene:
    """A surface with what is drawn on it: its `key` tells it from all others, `axes` name its two weights."""

    key: Hashable
    surface: Surface
    going: Going
    places: tuple[Place, Place]
    axes: tuple[str, str]
    title: str
    minima: tuple[tuple[float, float], ...] = ()


def pictures(scene: Scene) -> None:
    """The paths with their equations, what became of them, the learning rates, and all numbers."""
    if not scene.going.optimizers:
        st.info(_("Choose at least one optimiser at the left."), icon=":material/arrow_back:")
        return
    tracks = [_track(scene, name) for name in scene.going.optimizers]
    picture = _picture(scene.key, scene.surface)
    _paths(scene, picture, tracks)
    _divergence(scene, tracks)
    _rates(scene, picture, tracks)
    _numbers(scene, tracks)


def _paths(scene: Scene, picture: Picture, tracks: list[Track]) -> None:
    ends = "; ".join(f"{track.name}: {track.fate}" for track in tracks)
    alt = t(N_("Paths of optimisers on {surface}. {ends}"), surface=scene.title, ends=ends)
    payload = drawing.pack(
        picture,
        tracks,
        optimisers_component.labels(scene.axes, alt),
        steps=scene.going.steps,
        lowest=scene.surface.lowest,
        endless=scene.surface.endless,
        minima=scene.minima,
        dark=shell.dark(),
    )
    optimisers_component.show(payload, "optim-paths", lambda place: optimisers_choice.started(place, scene.places))


def _track(scene: Scene, name: str) -> Track:
    path = _path(scene.key, scene.going, name, scene.surface)
    return Track(name, _(NAMES[name]), _fate(path, scene.surface.endless), path)


def _fate(path: Path, endless: bool) -> str:
    """What became of a path, in a few words."""
    if path.broken is not None:
        text = N_("diverged: left the picture at step {left}, no longer a number at step {broken}")
        return t(text, left=path.left, broken=path.broken)
    if path.left is not None and not endless:
        return t(N_("stopped: left the picture at step {left}, and no loss is known outside"), left=path.left)
    if path.left is not None and path.outside:
        return t(N_("left the picture at step {left} and is still outside"), left=path.left)
    if path.left is not None:
        return t(N_("left the picture at step {left} and came back"), left=path.left)
    best = int(np.argmin(path.losses))
    return t(N_("lowest loss {loss} at step {step}"), loss=f"{path.losses[best]:.3g}".replace("-", "−"), step=best)


def _divergence(scene: Scene, tracks: list[Track]) -> None:
    """Say it when the learning rate is too large for some."""
    lost = [track for track in tracks if track.path.diverged]
    if not lost:
        return
    text = N_(
        "Diverged with η = {rate}: {names}. The steps overshoot, and the loss grows instead of falling. "
        "In Keras the loss of such a training becomes `inf` and then `nan`. Lower the learning rate."
    )
    names = ", ".join(track.name for track in lost)
    st.warning(md(text, rate=settings.plain(scene.going.rate), names=names), icon=":material/trending_up:")


def _rates(scene: Scene, picture: Picture, tracks: list[Track]) -> None:
    going, lowest = scene.going, scene.surface.lowest
    rates = np.unique([*RATES_DRAWN[~np.isclose(RATES_DRAWN, going.rate)], going.rate])
    curves = [
        RateCurve(
            track.name,
            drawing.colour(track.key, shell.dark()),
            _final(scene.key, going, track.key, rates, scene.surface) - lowest,
        )
        for track in tracks
    ]
    title = t(N_("Loss after {steps} steps against the learning rate; no point: it diverged"), steps=going.steps)
    loss = t(N_("loss above the lowest ({lowest})"), lowest=f"{lowest:g}") if lowest else _("loss")
    words = RateLabels(title, _("learning rate"), loss, t(N_("now {rate}"), rate=settings.plain(going.rate)))
    most = float(picture.losses.max()) - lowest
    span = (max(drawing.least(curve.losses for curve in curves), most * drawing.DEEPEST), most)
    drawn = learning_rates_figure(rates, curves, going.rate, words, span=span, dark=shell.dark())
    figure.show(drawn, "optim-rates", title)


def _numbers(scene: Scene, tracks: list[Track]) -> None:
    with st.expander(_("Show numbers"), icon=":material/table:", key="optim_numbers", on_change="rerun") as shown:
        if not shown.open:
            return
        columns: dict[str, Any] = {_("step"): list(range(scene.going.steps + 1))}
        for track in tracks:
            path = track.path
            for axis, name in enumerate(scene.axes):
                columns[f"{track.name} {name}"] = _filled(path.places[:, axis], scene.going.steps)
            columns[f"{track.name} {_('loss')}"] = _filled(path.losses, scene.going.steps)
        st.dataframe(columns, hide_index=True, height=280)


def _filled(values: np.ndarray, steps: int) -> list[float | None]:
    """One value per step; None after the path's end."""
    return [*(float(value) for value in values), *[None] * (steps + 1 - len(values))]


@st.cache_data(max_entries=64, show_spinner=False)
def _picture(key: Hashable, _surface: Surface) -> Picture:
    return surfaces.picture(_surface)


@st.cache_data(max_entries=256, show_spinner=False, hash_funcs={Going: dataclasses.astuple})
def _path(key: Hashable, going: Going, name: str, _surface: Surface) -> Path:
    return descent.descend(_surface, going.optimizer(name), going.start, going.steps)


@st.cache_data(max_entries=256, show_spinner=False, hash_funcs={Going: dataclasses.astuple})
def _final(key: Hashable, going: Going, name: str, rates: np.ndarray, _surface: Surface) -> np.ndarray:
    return descent.final_losses(_surface, going.optimizer(name), rates, going.start, going.steps)
