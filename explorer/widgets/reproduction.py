"""The numbers of the course notes beside those of the shipped models, and why they are not the same."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import streamlit as st

from explorer.figures.curves import curves_figure
from explorer.figures.reproduction import Result, mark_gap, results_figure
from explorer.messages import N_, ExplorerError
from explorer.presets import PRESETS, Preset
from explorer.training import comparison, differences
from explorer.training.record import RunRecord, Status
from explorer.widgets import figure, lab, link, run_curves, shell, table
from explorer.widgets.language import _, escape, md, t
from explorer.widgets.run_choice import look_inside

MODEL = "notes_model"


@dataclass(frozen=True)
class Entry:
    """A preset and the record of its shipped model, if there is one."""

    preset: Preset
    record: RunRecord | None

    @property
    def share(self) -> float | None:
        """Our share of right answers, measured where the notes measured theirs."""
        if self.record is None:
            return None
        return self.record.val_accuracy if self.preset.source.validated else self.record.test_accuracy

    @property
    def difference(self) -> float | None:
        """Ours minus the notes' share of right answers, in percentage points."""
        if self.share is None or self.preset.source.accuracy is None:
            return None
        return (self.share - self.preset.source.accuracy) * 100


def entries() -> dict[str, Entry]:
    """Every model of the notes in their order, with what came of it here."""
    return {name: Entry(preset, _record(name)) for name, preset in PRESETS.items() if preset.noted}


def _record(name: str) -> RunRecord | None:
    with contextlib.suppress(ExplorerError):
        run = shell.engine().store.open(name)
        return run.record if run.shipped and run.record.status is Status.FINISHED else None
    return None


def choice(known: dict[str, Entry]) -> Entry:
    """The model whose details are shown, with ways to change it and to look into it."""
    name = link.selectbox(
        _("Model"),
        list(known),
        MODEL,
        help=_("The models that the course notes define, in the app's own names."),
    )
    chosen = known[name]
    st.caption(md(chosen.preset.idea))
    with st.container(horizontal=True):
        _open(chosen.preset)
        if chosen.record is not None:
            look_inside(chosen.record, _("Look inside"))
    if chosen.record is None:
        st.info(t(N_("Not trained yet: `make train NAME={name}` in the app's folder."), name=name))
    return chosen


PAGES = {"counting": shell.PUZZLES, "multiply": shell.PUZZLES, "series": shell.SERIES, "passages": shell.GENERATION}
"""Where the models of the small sequence problems are tried, by their data."""


def _open(preset: Preset) -> None:
    """The way to where the model can be changed and trained."""
    for found in lab.LABS:
        if preset.name in found.presets:
            query = {found.prefix + lab.PRESET: preset.name}
            st.page_link(found.page, label=_("Open in the lab"), icon=":material/experiment:", query_params=query)
            return
    st.page_link(PAGES[preset.dataset], label=_("Open in the lab"), icon=":material/experiment:")


def what_differs(chosen: Entry) -> None:
    """What the notes say of the model, and in what our training is not theirs."""
    source = chosen.preset.source
    if source.finding is not None:
        st.markdown("\n\n".join([_("**The notes**"), md(source.finding)]))
    lines = [*_recipe_lines(chosen), *(md(line) for line in source.differs)]
    if lines:
        st.markdown("\n".join([_("**What is not the same, notes → ours**"), "", *(f"- {line}" for line in lines)]))


def _recipe_lines(chosen: Entry) -> Iterator[str]:
    source = chosen.preset.source
    if source.recipe is None:
        return
    record = chosen.record
    recipe = chosen.preset.recipe if record is None else record.recipe
    for found in differences.recipe_differences(source.recipe, recipe):
        yield md(found.sentence)
    if record is not None and recipe.restore_best_weights and not source.recipe.restore_best_weights:
        yield md(
            N_("The notes measure the weights of the last epoch; ours are those of epoch {epoch} of {epochs}."),
            epoch=record.best_epoch,
            epochs=len(record.history),
        )


def overview(known: dict[str, Entry], chosen: Entry) -> None:
    """All models: their accuracies as a picture, beside the course of the chosen one."""
    course = chosen.record if chosen.record is not None and chosen.record.history else None
    left, right = st.columns(2) if course is not None else (st.container(), None)
    with left:
        shown = {name: entry for name, entry in known.items() if _kind(entry) == _kind(chosen)}
        results = [Result(name, entry.preset.source.accuracy, entry.share) for name, entry in shown.items()]
        drawn = results_figure(
            results,
            _("Right answers: ◇ notes, ● ours"),
            _("notes"),
            _("ours"),
            _("validation accuracy") if chosen.preset.source.validated else _("test accuracy"),
            chosen=list(shown).index(chosen.preset.name),
            dark=shell.dark(),
            height=290,
        )
        figure.show(drawn, "results", ", ".join(_sentence(entry) for entry in shown.values()))
    if right is not None and course is not None:
        with right:
            _course(course)


def _kind(entry: Entry) -> str:
    """What models are drawn together: those of images, of reviews, and the small sequence problems."""
    dataset = entry.preset.dataset
    return dataset if dataset in ("fashion-mnist", "imdb") else ""


def _sentence(entry: Entry) -> str:
    shares = [_share(entry.preset.source.accuracy), _share(entry.share)]
    return t(N_("{name}: notes {source}, ours {ours}"), name=entry.preset.name, source=shares[0], ours=shares[1])


def _course(record: RunRecord) -> None:
    """Accuracy by epoch, with the gap between training and validation at the end."""
    last = record.history[-1]
    gap = t(N_("gap {points} points"), points=f"{(comparison.accuracy_gap(record) or 0) * 100:+.1f}")
    title = t(N_("Accuracy, {gap} at epoch {epoch}"), gap=gap, epoch=last.epoch)
    drawn = curves_figure(
        [run_curves.accuracy(record)], run_curves.labels(title), percent=True, dark=shell.dark(), height=290
    )
    mark_gap(drawn, last.epoch, last.accuracy, last.val_accuracy, dark=shell.dark())
    drawn.update_layout(showlegend=True)
    figure.show(drawn, "course", f"{record.name}: {title}")


def numbers(known: dict[str, Entry]) -> None:
    """The table behind the picture."""
    head = (
        _("Model"),
        _("Parameters, notes"),
        _("ours"),
        _("Right, notes"),
        _("ours"),
        _("Difference"),
        _("measured on"),
        _("Test accuracy"),
    )
    table.show(head, [_row(entry) for entry in known.values()])
    measured = [entry.record for entry in known.values() if entry.record is not None]
    if measured:
        widest = max(measured, key=lambda record: comparison.chance(record.test_accuracy or 0, record.test_examples))
        st.caption(
            md(
                N_(
                    "Differences are percentage points. On {examples} examples an accuracy is sure to about ±{points}; "
                    "another seed moves it too."
                ),
                examples=f"{widest.test_examples:,}",
                points=f"{comparison.chance(widest.test_accuracy or 0, widest.test_examples) * 100:.1f}",
            )
        )


def _row(entry: Entry) -> tuple[str, ...]:
    source = entry.preset.source
    difference = "–" if entry.difference is None else f"{entry.difference:+.2f}"
    return (
        escape(entry.preset.name),
        "–" if source.parameters is None else f"{source.parameters:,}",
        f"{entry.preset.spec.parameters:,}",
        _share(source.accuracy),
        _share(entry.share),
        difference,
        _("validation") if source.validated else _("test"),
        _share(None if entry.record is None else entry.record.test_accuracy),
    )


def _share(accuracy: float | None) -> str:
    return "–" if accuracy is None else f"{accuracy:.2%}"
