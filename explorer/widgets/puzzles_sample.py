"""The multiplication problem, one sample at a time and all at once: the models' answers and how far off they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from explorer.datasets import Split
from explorer.datasets.puzzles import MARK, NUMBER, TOLERANCE, marked
from explorer.figures import puzzles as drawing
from explorer.figures.puzzles import Answer, AnswerLabels, SampleLabels
from explorer.inspection import reading
from explorer.messages import N_
from explorer.presets import PRESETS
from explorer.training.store import Run
from explorer.widgets import figure, link, puzzles_models, shell, table
from explorer.widgets.language import _, escape, md, t
from explorer.widgets.puzzles_models import MULTIPLY, Entrant

ORDER, SAMPLE, RANK = "puzzle_order", "puzzle_sample", "puzzle_rank"


@dataclass(frozen=True)
class Shown:
    """Test samples, the models' answers to them, and the sample that is looked at, from 0."""

    steps: int
    split: Split
    entrants: tuple[Entrant, ...]
    run: Run
    sample: int

    @property
    def numbers(self) -> np.ndarray:
        """The numbers of the sample: (time steps,)."""
        return np.asarray(self.split.inputs[self.sample, :, NUMBER])

    @property
    def marks(self) -> np.ndarray:
        """Which of them are marked: (time steps,)."""
        return np.asarray(self.split.inputs[self.sample, :, MARK] > 0)

    @property
    def places(self) -> tuple[int, int]:
        """The two marked steps, from 1."""
        first, second = marked(self.split.inputs[self.sample : self.sample + 1])[0] + 1
        return int(first), int(second)

    @property
    def truth(self) -> float:
        return float(self.split.labels[self.sample])


def controls() -> Shown | None:
    """Model, sample and length; None, with a sentence said, while there is no model."""
    run = puzzles_models.model_choice(MULTIPLY, _("Model"))
    if run is None:
        return None
    steps = puzzles_models.steps_choice()
    return chosen(run, steps)


def chosen(run: Run, steps: int, place: Any = None) -> Shown:
    """The sample that the reader picks by number, or by how wrong the model is about it; `place` holds the number."""
    split = puzzles_models.samples(steps)
    found = puzzles_models.entrants(MULTIPLY, split, f"multiply-{steps}", run)
    orders = {"number": _("by number"), "worst": _("worst first")}
    order = link.segmented(
        _("Order of samples"), orders, ORDER, help=_("Worst first: by how far off the chosen model is.")
    )
    with place or st.container():
        sample = _worst(run, found) if order == "worst" else _by_number(len(split.labels))
    return Shown(steps, split, found, run, sample)


def _by_number(count: int) -> int:
    return link.number(_("Test sample"), 0, count - 1, 0, SAMPLE)


def _worst(run: Run, found: tuple[Entrant, ...]) -> int:
    answers = next((entrant.answers for entrant in found if entrant.run.record.id == run.record.id), None)
    if answers is None:
        return 0
    ranks = len(answers.truth)
    return int(answers.worst_first()[link.number(_("Rank"), 1, ranks, 1, RANK, help=_("1 is the worst.")) - 1])


def words() -> AnswerLabels:
    """The words of figures of answers."""
    return AnswerLabels(_("answer"), _("true product"), _("right: no more than 0.04 off"))


def sample(shown: Shown) -> None:
    """The numbers with the marked ones, the product written out, and every model's answer."""
    first, second = shown.places
    a, b = shown.numbers[first - 1], shown.numbers[second - 1]
    title = t(N_("Test sample {number}: multiply the two marked numbers"), number=shown.sample)
    labels = SampleLabels(_("time step"), _("number"), _("marked"), _("not marked"))
    sum_text = f"{a:.4f} × {b:.4f} = {shown.truth:.4f}"
    drawn = drawing.sample_figure(shown.numbers, shown.marks, title, labels, dark=shell.dark())
    figure.show(drawn, "puzzle-numbers", f"{title}: {_('time step')} {first}, {second}; {sum_text}")
    left, right = st.columns([2, 3])
    with left:
        _answers(shown)
    with right:
        _readings(shown)
    st.markdown(
        md(
            N_(
                "Steps {first} and {second} are marked: **{product}**. The first number has to be remembered for {gap} "
                "steps, {between} of them before the second one comes; all other numbers have to be ignored."
            ),
            first=first,
            second=second,
            product=sum_text,
            gap=shown.steps - first,
            between=second - first - 1,
        )
    )
    numbers(shown)


def _answers(shown: Shown) -> None:
    title = t(N_("Answers; green: the truth ±{tolerance}"), tolerance=TOLERANCE)
    answers = [
        Answer(e.name, float(e.answers.predicted[shown.sample]), bool(e.answers.right[shown.sample]))
        for e in shown.entrants
    ]
    drawn = drawing.answers_figure(
        answers, shown.truth, TOLERANCE, title, words(), dark=shell.dark(), height=110 + 42 * max(len(answers), 1)
    )
    figure.show(drawn, "puzzle-answers", ", ".join(_said(answer, shown.truth) for answer in answers) or title)


def _said(answer: Answer, truth: float) -> str:
    text = N_("{name} {value}, off by {error}: right") if answer.right else N_("{name} {value}, off by {error}: wrong")
    return t(text, name=answer.name, value=f"{answer.value:.4f}", error=f"{answer.value - truth:+.4f}")


def _readings(shown: Shown) -> None:
    """The answer that each model would give after each step."""
    inputs = shown.split.inputs[shown.sample]
    lines = {e.name: reading.read(e.network, inputs).predictions[:, 0] for e in shown.entrants}
    title = t(N_("The answer so far, step by step"))
    drawn = drawing.readings_figure(
        lines, shown.places, shown.truth, TOLERANCE, title, words(), _("time step"), dark=shell.dark(), height=236
    )
    figure.show(drawn, "puzzle-readings", title)


def errors(shown: Shown) -> None:
    """Every test sample of every model: truth against answer, and the scores in a table."""
    title = t(
        N_("All {count} test samples; the ring is sample {number}"), count=len(shown.split.labels), number=shown.sample
    )
    found = {entrant.name: entrant.answers for entrant in shown.entrants}
    drawn = drawing.errors_figure(
        found, title, words(), _("test sample"), chosen=shown.sample, dark=shell.dark(), height=400
    )
    said = [f"{name}: {puzzles_models.score(answers)}" for name, answers in found.items()]
    figure.show(drawn, "puzzle-errors", f"{title}. {'; '.join(said)}")
    _scores(shown.entrants)
    numbers(shown)


def _scores(entrants: tuple[Entrant, ...]) -> None:
    """A row per model: size, share of right answers, test loss, and what the notes have."""
    head = (_("Model"), _("Parameters"), _("right (≤ 0.04)"), _("test loss"), _("notes"))
    table.show(head, (_score_row(entrant) for entrant in entrants))
    trained = {entrant.run.record.spec.input_shape[0] for entrant in entrants}
    steps = trained - {entrant.network.spec.input_shape[0] for entrant in entrants}
    if steps:
        st.caption(
            md(
                N_("Trained with other lengths ({steps} steps) too; the test samples are new to all models."),
                steps=", ".join(str(count) for count in sorted(steps)),
            )
        )


def _score_row(entrant: Entrant) -> tuple[str, ...]:
    preset = PRESETS.get(entrant.run.record.id)
    noted = preset.source.accuracy if preset is not None else None
    return (
        escape(entrant.name),
        f"{entrant.run.record.spec.parameters:,}",
        f"{entrant.answers.share:.2%}",
        f"{entrant.answers.loss:.2g}",
        "–" if noted is None else f"{noted:.2%}",
    )


def numbers(shown: Shown) -> None:
    """Truth and answers of all samples as a table, one click away."""
    with st.expander(_("Show numbers"), icon=":material/table:", key="puzzle-table", on_change="rerun") as opened:
        if not opened.open:
            return
        places = marked(shown.split.inputs) + 1
        st.dataframe(
            {
                _("test sample"): np.arange(len(places)),
                _("first marked step"): places[:, 0],
                _("second marked step"): places[:, 1],
                _("true product"): shown.split.labels,
                **{entrant.name: entrant.answers.predicted for entrant in shown.entrants},
            },
            hide_index=True,
            height=240,
        )
