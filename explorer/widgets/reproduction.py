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
from explorer.widgets import figure, link, run_curves, shell, table
from explorer.widgets.language import _, escape, md, t

MODEL = "notes_model"


@dataclass(frozen=True)
class Entry:
    """A preset and the record of its shipped model, if there is one."""

    preset: Preset
    record: RunRecord | None

    @property
    def accuracy(self) -> float | None:
        return None if self.record is None else self.record.test_accuracy

    @property
    def difference(self) -> float | None:
        """Ours minus the notes' test accuracy, in percentage points."""
        if self.accuracy is None or self.preset.source.accuracy is None:
            return None
        return (self.accuracy - self.preset.source.accuracy) * 100


def entries() -> dict[str, Entry]:
    """Every preset in the order of the notes, with what came of it here."""
    return {name: Entry(preset, _record(name)) for name, preset in PRESETS.items()}


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
        st.page_link(
            shell.CNN_LAB, label=_("Open in the lab"), icon=":material/experiment:", query_params={"preset": name}
        )
        if chosen.record is not None:
            st.page_link(
                shell.INSIDE_CNN, label=_("Look inside"), icon=":material/visibility:", query_params={"model": name}
            )
    if chosen.record is None:
        st.info(t(N_("Not trained yet: `make train NAME={name}` in the app's folder."), name=name))
    return chosen


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
        results = [Result(name, entry.preset.source.accuracy, entry.accuracy) for name, entry in known.items()]
        drawn = results_figure(
            results,
            _("Test accuracy: ◇ notes, ● ours"),
            _("notes"),
            _("ours"),
            _("test accuracy"),
            chosen=list(known).index(chosen.preset.name),
            dark=shell.dark(),
            height=290,
        )
        figure.show(drawn, "results", ", ".join(_sentence(entry) for entry in known.values()))
    if right is not None and course is not None:
        with right:
            _course(course)


def _sentence(entry: Entry) -> str:
    shares = [_share(entry.preset.source.accuracy), _share(entry.accuracy)]
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
        _("Test accuracy, notes"),
        _("ours"),
        _("Difference"),
        _("Test images"),
    )
    table.show(head, [_row(entry) for entry in known.values()])
    measured = [entry.record for entry in known.values() if entry.record is not None]
    if measured:
        widest = max(measured, key=lambda record: comparison.chance(record.test_accuracy or 0, record.test_images))
        st.caption(
            md(
                N_(
                    "Differences are percentage points. On {images} images an accuracy is sure to about ±{points}; "
                    "another seed moves it too."
                ),
                images=f"{widest.test_images:,}",
                points=f"{comparison.chance(widest.test_accuracy or 0, widest.test_images) * 100:.1f}",
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
        _share(entry.accuracy),
        difference,
        "–" if entry.record is None else f"{entry.record.test_images:,}",
    )


def _share(accuracy: float | None) -> str:
    return "–" if accuracy is None else f"{accuracy:.2%}"
