"""The recipe and the weights of one model, the notes' beside ours."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from explorer.inspection.weights import WeightStatistics
from explorer.messages import N_, ExplorerError, Message
from explorer.training import differences
from explorer.training.differences import Setting
from explorer.training.recipe import Recipe
from explorer.training.record import RunRecord
from explorer.widgets import shell, table
from explorer.widgets.inside_choice import network
from explorer.widgets.language import _, escape, md
from explorer.widgets.reproduction import Entry


def recipe(chosen: Entry) -> None:
    """Every setting of the training, the notes' beside ours, and the epochs that came of it."""
    record, source = chosen.record, chosen.preset.source
    theirs = {} if source.recipe is None else _settings(source.recipe)
    theirs.pop("seed", None)  # The notes fix none for a training.
    ours = _settings(chosen.preset.recipe if record is None else record.recipe)
    rows = [(md(label), *(_value(side, name) for side in (theirs, ours))) for name, label in _labels(theirs, ours)]
    if record is not None:
        rows.append((_("Epochs trained"), _last_epoch(source.recipe), str(len(record.history))))
        rows.append((_("Epoch of the kept weights"), _last_epoch(source.recipe), str(record.best_epoch)))
        versions = ", ".join(f"{name} {version}" for name, version in record.versions.items())
        rows.append((_("Versions"), "–", escape(versions)))
    st.markdown(md(N_("**Training of {name}**"), name=chosen.preset.name))
    table.show((" ", _("notes"), _("ours")), rows)


def _settings(recipe: Recipe) -> dict[str, Setting]:
    return {setting.name: setting for setting in differences.recipe_settings(recipe)}


def _labels(theirs: dict[str, Setting], ours: dict[str, Setting]) -> Iterator[tuple[str, Message]]:
    for name, setting in (ours | theirs).items():
        yield name, setting.label


def _value(side: dict[str, Setting], name: str) -> str:
    if name not in side:
        return differences.MISSING
    value = side[name].value
    return md(value) if isinstance(value, Message) else escape(value)


def _last_epoch(recipe: Recipe | None) -> str:
    """The notes do not say where early stopping ended a training; without it, the plan says it."""
    return differences.MISSING if recipe is None or recipe.patience else str(recipe.epochs)


def weights(chosen: Entry) -> None:
    """Mean and deviation of the kernel that the notes print, trained and untrained, where they do."""
    noted = chosen.preset.source.weights
    if chosen.record is None or noted is None:
        return
    try:
        found = _kernels(chosen.record, noted.layer)
    except ExplorerError as error:
        st.warning(md(error.problem), icon=":material/error:")
        return
    st.markdown(md(N_("**Weights of {layer} in {name}**"), layer=noted.layer, name=chosen.preset.name))
    head = (" ", _("mean, notes"), _("ours"), _("standard deviation, notes"), _("ours"))
    rows = [
        (state, f"{mean:+.4f}", f"{ours.mean:+.4f}", f"{std:.4f}", f"{ours.std:.4f}")
        for state, (mean, std), ours in zip(
            (_("trained"), _("untrained")), (noted.trained, noted.untrained), found, strict=True
        )
    ]
    table.show(head, rows)


def _kernels(record: RunRecord, layer: str) -> tuple[WeightStatistics, WeightStatistics]:
    """The layer's kernel as it was kept, and untrained."""
    run = shell.engine().store.open(record.id)
    kept, untrained = (network(run, epoch).weights[layer]["kernel"] for epoch in (run.kept_epoch, 0))
    return WeightStatistics.of(kept), WeightStatistics.of(untrained)
