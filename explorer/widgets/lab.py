"""What a lab adds to its forms: the choice of preset, the Train button, the runs to draw."""

from __future__ import annotations

import streamlit as st

from explorer.messages import ExplorerError, Message
from explorer.presets import PRESETS, Preset
from explorer.specs import ModelSpec
from explorer.training import limits
from explorer.training.recipe import Recipe
from explorer.training.record import Request
from explorer.widgets import link, model_form, model_view, recipe_form, runs, shell
from explorer.widgets.language import _, escape, md, t

PRESET = "preset"


def preset_choice(available: int) -> Preset:
    """The model to start from; choosing one puts the forms back to it."""
    name = link.selectbox(
        _("Start from"),
        list(PRESETS),
        PRESET,
        format_func=lambda name: t(PRESETS[name].title),
        on_change=_apply_preset,
        args=(available,),
        help="\n\n".join([_("Choosing a model puts layers and training back to it."), *_ideas()]),
    )
    return PRESETS[name]


def _ideas() -> list[str]:
    return [f"**{escape(t(preset.title))}**: {md(preset.idea)}" for preset in PRESETS.values()]


def _apply_preset(available: int) -> None:
    preset = PRESETS[st.session_state[PRESET]]
    model_form.reset(preset.spec)
    recipe_form.reset(preset.recipe, available)


def train_row(spec: ModelSpec, recipe: Recipe, preset: Preset, variant: str) -> None:
    """The Train button beside the model's size and the expected time, or what stands in its way."""
    engine = shell.engine()
    wanted = Request(spec, recipe, preset.dataset, variant)
    problem = _problem(wanted)
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            _("Train"), type="primary", icon=":material/play_arrow:", key="train", disabled=problem is not None
        )
        if problem is None:
            model_view.size(wanted.spec, limits.predicted_seconds(wanted, engine.rate))
    if problem is not None and wanted.spec.checked()[1] is None:
        st.error(md(problem), icon=":material/error:")
    if pressed:
        _train(wanted, preset)


def _problem(wanted: Request) -> Message | None:
    engine = shell.engine()
    try:
        limits.check(wanted, engine.bounds, engine.rate)
    except ExplorerError as error:
        return error.problem
    return None


def _train(wanted: Request, preset: Preset) -> None:
    try:
        runs.follow(shell.engine().submit(wanted, _run_name(wanted, preset)))
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")


def _run_name(wanted: Request, preset: Preset) -> str:
    """What tells a run from its neighbours: the model, the optimizer, the data."""
    changed = "" if wanted.spec == preset.spec else " ✎"
    recipe = wanted.recipe
    parts = [preset.name + changed, f"{recipe.optimizer} {recipe.learning_rate:g}", f"{recipe.images:,}"]
    if (recipe.augmentation is None) != (preset.recipe.augmentation is None):
        parts.append(_("not augmented") if recipe.augmentation is None else _("augmented"))
    return " · ".join(parts)


def run_choice() -> None:
    """Which runs are drawn over each other."""
    known = runs.progresses(runs.known(), quiet=True)
    if not known:
        return
    titles = {progress.record.id: runs.title(progress.record) for progress in known}
    chosen = st.multiselect(
        _("Runs shown"),
        list(titles),
        default=[run_id for run_id in runs.shown() if run_id in titles],
        format_func=titles.__getitem__,
        max_selections=runs.MAXIMUM_SHOWN,
        placeholder=_("Choose runs to compare"),
    )
    if chosen != [run_id for run_id in runs.shown() if run_id in titles]:
        runs.show(chosen)
        st.rerun()
    if len(chosen) == 2:
        st.page_link(
            shell.COMPARE,
            label=_("Compare these two"),
            icon=":material/compare:",
            query_params={"a": chosen[1], "b": chosen[0]},
        )
