"""A lab: data, model and training chosen at the left; the picture, the runs and the curves at the right.

There is one engine for all labs; a `Lab` says which models and data are tried in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from explorer.datasets import Preparation
from explorer.presets import PRESETS, Preset
from explorer.specs import ANY, IMAGE, SEQUENCE
from explorer.training.adaptation import adapted
from explorer.training.record import Request, RunRecord
from explorer.widgets import (
    code_panel,
    job_panel,
    lab_data,
    link,
    model_form,
    model_view,
    recipe_form,
    shell,
    shown_runs,
)
from explorer.widgets.language import _, escape, md, t
from explorer.widgets.train_row import train_row

PRESET = "preset"


@dataclass(frozen=True)
class Lab:
    """One lab: `prefix` stands before the names of its settings, `datasets` are those on offer.

    Its presets are those made for the first of the data sets, its layers those of the named families.
    """

    page: str
    prefix: str
    datasets: tuple[str, ...]
    families: tuple[str, ...]

    @property
    def presets(self) -> dict[str, Preset]:
        return {name: preset for name, preset in PRESETS.items() if preset.dataset == self.datasets[0]}

    def trained(self, record: RunRecord) -> bool:
        """Whether a run is one of this lab."""
        return record.request.dataset in self.datasets


CNN = Lab(shell.CNN_LAB, "", ("fashion-mnist", "own-images"), (IMAGE, ANY))
RNN = Lab(shell.RNN_LAB, "rnn_", ("imdb", "snippets", "own-text"), (SEQUENCE, ANY))
LABS = (CNN, RNN)


@dataclass(frozen=True)
class Setup:
    """What the reader has put together."""

    lab: Lab
    preset: Preset
    request: Request


def controls(lab: Lab) -> Setup | None:
    """Draw the forms; None (with a sentence said) while there is no data."""
    data = lab_data.choice(lab.prefix, lab.datasets, lambda name: _start_over(lab, name))
    if data is None:
        return None
    preset = _preset_choice(lab, data)
    titles = [_("Model"), _("Training"), *([_("Text")] if data.source.preparation else [])]
    model_tab, training_tab, *data_tab = st.tabs(titles)
    preparation: Preparation | None = None
    if data_tab:
        with data_tab[0]:
            preparation = lab_data.preparation_form(lab.prefix, preset, data)
    task = data.source.task(data.variant, preparation)
    with model_tab:
        spec = model_form.model_form(preset.spec, task, lab.prefix, lab.families)
    with training_tab:
        recipe = recipe_form.recipe_form(
            lab_data.recipe(preset, data.source.name), data.counts.train, lab.prefix, IMAGE in lab.families
        )
    return Setup(lab, preset, Request(spec, recipe, data.source.name, data.variant, preparation))


def _preset_choice(lab: Lab, data: lab_data.Data) -> Preset:
    """The model to start from; choosing one puts the forms back to it, and so does a link that asks for one."""
    key = lab.prefix + PRESET
    asked = link.asked(key)
    name = link.selectbox(
        _("Start from"),
        list(lab.presets),
        key,
        format_func=lambda name: t(lab.presets[name].title),
        on_change=_start_over,
        args=(lab, data.source.name),
        help="\n\n".join([_("Choosing a model puts layers and training back to it."), *_ideas(lab)]),
    )
    if asked == name:
        _start_over(lab, data.source.name)
    return lab.presets[name]


def _ideas(lab: Lab) -> list[str]:
    return [f"**{escape(t(preset.title))}**: {md(preset.idea)}" for preset in lab.presets.values()]


def _start_over(lab: Lab, dataset: str) -> None:
    """Put all forms back to the chosen preset, as it suits a data set; for callbacks."""
    name = st.session_state.get(lab.prefix + PRESET)
    preset = lab.presets.get(str(name)) or next(iter(lab.presets.values()))
    lab_data.reset(lab.prefix, preset, dataset)
    model_form.reset(preset.spec, lab.prefix)
    recipe_form.reset(lab_data.recipe(preset, dataset), lab.prefix)


def pictures(setup: Setup) -> None:
    """The model, the Train button and the runs of this lab with their curves."""
    spec = setup.request.spec
    model_view.picture(spec)
    train_row(setup.request, _run_name(setup), "train")
    job_panel.job_panel(setup.lab.trained)
    _run_choice(setup.lab)
    model_view.table(spec)
    code_panel.training_panel(setup.request, "lab")


def _run_name(setup: Setup) -> str:
    """What tells a run from its neighbours: the model, the optimizer, the data."""
    preset, request = setup.preset, setup.request
    changed = "" if request.spec == adapted(preset.spec, request.task) else " ✎"
    recipe = request.recipe
    parts = [preset.name + changed, f"{recipe.optimizer} {recipe.learning_rate:g}", f"{recipe.examples:,}"]
    if request.dataset != preset.dataset:
        parts.append(t(request.source.title))
    if (recipe.augmentation is None) != (preset.recipe.augmentation is None):
        parts.append(_("not augmented") if recipe.augmentation is None else _("augmented"))
    return " · ".join(parts)


def _run_choice(lab: Lab) -> None:
    """Which runs are drawn over each other, and the way to compare two."""
    chosen = shown_runs.choose(lab.trained)
    if len(chosen) == 2:
        st.page_link(
            shell.COMPARE,
            label=_("Compare these two"),
            icon=":material/compare:",
            query_params={"a": chosen[1], "b": chosen[0]},
        )
