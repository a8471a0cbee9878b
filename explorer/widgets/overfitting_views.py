"""The pictures of the page *Overfitting*: the gap of every run, live, its numbers, and what each remedy changes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st

from explorer.figures.gaps import GapLabels, Panel, gaps_figure
from explorer.messages import N_, ExplorerError
from explorer.presets.remedies import REMEDIES
from explorer.training.gaps import ACCURACY, LOSS, Gap, gap
from explorer.training.progress import Progress
from explorer.training.record import RunRecord, Status
from explorer.widgets import figure, link, live, overfitting_runs, overfitting_weights, shell, table
from explorer.widgets.job_panel import waiting
from explorer.widgets.language import _, escape, md, t
from explorer.widgets.overfitting import PREFIX, Wanted
from explorer.widgets.run_choice import look_inside

VIEW = PREFIX + "view"
WEIGHTS = "weights"
VIEWS = {LOSS: N_("Loss"), ACCURACY: N_("Accuracy"), WEIGHTS: N_("Weights")}


def pictures(wanted: Sequence[Wanted]) -> None:
    """The Train button, the view in sight of the shown runs as they train, and what the remedies are."""
    overfitting_runs.train_row(wanted)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        titles = {name: _(title) for name, title in VIEWS.items()}
        view = link.segmented(_("View"), titles, VIEW, label_visibility="collapsed")
        layer = overfitting_weights.layer_choice() if view == WEIGHTS else ""
    names = [one.name for one in wanted]
    draw = partial(_weights, layer=layer) if view == WEIGHTS else partial(_gaps, view=view, names=names)
    live.follow(overfitting_runs.shown(), draw)
    _remedies()


def _gaps(shown: Sequence[Progress], view: str, names: Sequence[str]) -> None:
    _standing(shown)
    records = [progress.record for progress in shown]
    found = [gap(record, view) for record in records]
    panels = [_panel(progress, one, view) for progress, one in zip(shown, found, strict=True)]
    if not panels:
        empty = np.array([])
        middle, note = (len(names) - 1) // 2, _("Press Train: the curve grows here.")
        panels = [Panel(name, empty, empty, note=note if place == middle else "") for place, name in enumerate(names)]
    epochs = max((record.recipe.epochs for record in records), default=30)
    title = (
        _("Loss (cross-entropy): — training, ┄ validation, the area is the gap")
        if view == LOSS
        else _("Accuracy: — training, ┄ validation, the area is the gap")
    )
    labels = GapLabels(title, _("epoch"), _("training"), _("validation"), _("kept weights"))
    drawn = gaps_figure(panels, epochs, labels, percent=view == ACCURACY, dark=shell.dark())
    figure.show(drawn, f"{PREFIX}gaps", _alt(title, panels))
    st.caption(_caption(view))
    if shown:
        _table(records, found, view)
        _numbers(records, found, view)
        _links(records)


def _panel(progress: Progress, found: Gap, view: str) -> Panel:
    final = found.final
    told = "" if final is None else t(N_("gap {gap}"), gap=_number(final[2], view))
    return Panel(progress.record.name, found.training, found.validation, found.kept, told, _note(progress))


def _note(progress: Progress) -> str:
    """What stands in the place of a curve."""
    if progress.record.history:
        return ""
    if progress.status is Status.QUEUED:
        return _("waiting")
    return _("starting") if progress.status is Status.RUNNING else _("no epoch has ended")


def _number(value: float, view: str) -> str:
    return f"{value:.3f}" if view == LOSS else f"{value:.1%}"


def _alt(title: str, panels: Sequence[Panel]) -> str:
    return ". ".join([title, *(f"{panel.name}: {panel.gap or panel.note}" for panel in panels)])


def _caption(view: str) -> str:
    parts = [_("The same seed, the same scale and as many validation images for all; ● and ○ are the weights kept.")]
    if view == LOSS:
        parts.append(_("Losses are without the penalties of L1 and L2, so that they can be compared."))
    parts.append(
        _("Training is measured as it trains, with dropout and changed images, so it may look worse than validation.")
    )
    return " ".join(parts)


def _standing(shown: Sequence[Progress]) -> None:
    """What is training now, how many wait, a way to stop, and which runs ended badly."""
    active = [progress for progress in shown if progress.status.active]
    if active:
        with st.container(horizontal=True, vertical_alignment="center"):
            done = sum(_done(progress) for progress in shown) / len(shown)
            st.progress(done, _sentence(shown, active))
            ids = [progress.record.id for progress in active]
            st.button(
                _("Stop"), key=f"{PREFIX}stop", icon=":material/stop:", on_click=overfitting_runs.stop, args=(ids,)
            )
    for progress in shown:
        if progress.problem is not None:
            st.warning(f"**{escape(progress.record.name)}**: {md(progress.problem)}", icon=":material/warning:")


def _done(progress: Progress) -> float:
    """The share of a run that is over, 0 to 1."""
    if not progress.status.active:
        return 1.0
    return min(1.0, progress.latest.position / progress.record.recipe.epochs) if progress.latest else 0.0


def _sentence(shown: Sequence[Progress], active: Sequence[Progress]) -> str:
    engine = shell.engine()
    if engine.problem is not None:
        return md(engine.problem)
    if not engine.ready:
        return _("the training process is starting; the first time takes about 15 seconds.")
    running = [progress for progress in active if progress.status is Status.RUNNING]
    if not running:
        return waiting(min(active, key=lambda progress: progress.ahead))
    progress = running[0]
    return md(
        N_("{name}: epoch {epoch} of {epochs} · {done} of {count} runs have ended"),
        name=progress.record.name,
        epoch=min(len(progress.record.history) + 1, progress.record.recipe.epochs),
        epochs=progress.record.recipe.epochs,
        done=len(shown) - len(active),
        count=len(shown),
    )


def _table(records: Sequence[RunRecord], found: Sequence[Gap], view: str) -> None:
    """One row for each run, with the weights that were kept."""
    head = (
        _("Run"),
        _("Parameters"),
        _("Training images"),
        _("Best epoch"),
        _("Training"),
        _("Validation"),
        _("Gap"),
        _("Test accuracy"),
    )
    table.show(head, (_row(record, one, view) for record, one in zip(records, found, strict=True)))


def _row(record: RunRecord, found: Gap, view: str) -> tuple[str, ...]:
    training, validation, difference = (
        ("–",) * 3 if found.final is None else (_number(value, view) for value in found.final)
    )
    return (
        escape(record.name),
        f"{record.spec.parameters:,}",
        f"{record.recipe.training_examples:,}",
        "–" if found.best is None else str(found.best),
        training,
        validation,
        f"**{difference}**",
        "–" if record.test_accuracy is None else f"{record.test_accuracy:.1%}",
    )


def _numbers(records: Sequence[RunRecord], found: Sequence[Gap], view: str) -> None:
    """Training and validation of every epoch."""
    key = f"{PREFIX}numbers"
    with st.expander(_("Show numbers"), icon=":material/table:", key=key, on_change="rerun") as opened:
        if not opened.open:
            return
        parts = [(_("training"), [one.training for one in found]), (_("validation"), [one.validation for one in found])]
        head = [_("epoch"), *(f"{escape(record.name)}, {part}" for record in records for part, _values in parts)]
        columns = [values[place] for place in range(len(records)) for _part, values in parts]
        rows = (
            [str(epoch + 1), *(_number(column[epoch], view) if epoch < len(column) else "" for column in columns)]
            for epoch in range(max(map(len, columns)))
        )
        table.show(head, rows)


def _links(records: Sequence[RunRecord]) -> None:
    """To the pages that look inside a run, and that compare the first two."""
    ended = [record for record in records if record.best_epoch is not None and not record.status.active]
    with st.container(horizontal=True):
        for record in ended:
            look_inside(record, t(N_("Inside {name}"), name=record.name))
        if len(ended) > 1:
            places = {"a": ended[0].id, "b": ended[1].id}
            st.page_link(
                shell.COMPARE, label=_("Compare the first two"), icon=":material/compare:", query_params=places
            )


def _weights(shown: Sequence[Progress], layer: str) -> None:
    _standing(shown)
    try:
        overfitting_weights.picture([progress.record for progress in shown], layer)
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")


def _remedies() -> None:
    """What each remedy changes, in a sentence and as an equation."""
    with st.expander(_("What each remedy changes"), icon=":material/medication:"):
        lines = [f"- **{_(remedy.title)}**: {_(remedy.idea)}  \n  ${remedy.equation}$" for remedy in REMEDIES.values()]
        st.markdown("\n".join(lines))
