"""What the page *Pooling and dropout* shows of dropout: the masks of training steps, and prediction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.datasets import DATASETS, SAMPLE
from explorer.figures.mosaic import MosaicLabels, mosaic_figure
from explorer.figures.spread import spread_figure
from explorer.inspection import mosaic as mosaics
from explorer.inspection.dropout import DropoutSteps, dropout_steps
from explorer.messages import N_, ExplorerError
from explorer.widgets import data, example, figure, link, shell
from explorer.widgets.inside_image import images
from explorer.widgets.language import _, escape, md, t

LAYER = "dropout_1"
STEPS = 50
STEP = "drop_step"


@dataclass(frozen=True)
class Setup:
    """Training steps of one image, the step looked at (from 1), and what is predicted without dropout."""

    found: DropoutSteps
    step: int
    prediction: np.ndarray
    label: int


def controls() -> Setup | None:
    """Draw the controls of the dropout view; None (with a sentence said) without the shipped model."""
    split = data.test_split("fashion-mnist")
    image = link.number(_("Test image"), 0, len(split.labels) - 1, 3, "drop_image")
    percent = link.slider(
        _("rate, in percent"), 0, 90, 40, "drop_rate", step=10, help=_("Share of the units that are switched off.")
    )
    step = link.slider(_("Training step"), 1, STEPS, 1, STEP, help=_("Each step draws a new mask."))
    last = step >= STEPS
    st.button(_("Next step"), icon=":material/skip_next:", disabled=last, on_click=_next, args=(step,))
    seed = link.number(_("Seed"), 0, 9999, 0, "drop_seed")
    try:
        network = example.network()
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return None
    trace = network.trace(images(split, image, image + 1))
    found = dropout_steps(network, trace, LAYER, percent / 100, STEPS, seed)
    return Setup(found, step, trace.output[0], int(split.labels[image]))


def _next(step: int) -> None:
    st.session_state[STEP] = step + 1


def pictures(setup: Setup) -> None:
    """The units of this step, how often each was off, and the predictions with and without dropout."""
    found, step = setup.found, setup.step
    off = int((~found.kept[step - 1]).sum())
    titles = (
        t(N_("Training step {step}: {off} of {units} units off"), step=step, off=off, units=found.values.size),
        t(N_("Prediction: all {units} units on"), units=found.values.size),
        t(N_("How often each unit was off, steps 1 to {step}"), step=step),
    )
    sheets = (np.where(found.kept[step - 1], found.outputs[step - 1], np.nan), found.values, found.share_off(step))
    labels = MosaicLabels("", _("row"), _("column"), _("value"))
    reach = float(np.abs(found.outputs).max()) or 1.0
    for column, sheet, title, key in zip(st.columns(3), sheets, titles, ("off", "on", "share"), strict=True):
        high = 1.0 if key == "share" else reach
        drawn = mosaic_figure(mosaics.tile_values(sheet, 1), "", labels, high=high, dark=shell.dark(), height=210)
        with column:
            # A line of text breaks where the column is narrow; a figure's title is cut off.
            st.caption(escape(title))
            figure.show(drawn, f"drop-{key}", title)
    st.markdown(_arithmetic(setup))
    _predictions(setup)


def _arithmetic(setup: Setup) -> str:
    """One unit that is on, with its numbers, and the sums."""
    found, step = setup.found, setup.step - 1
    on = np.flatnonzero(found.kept[step] & (found.values > 0))
    parts = []
    if on.size:
        unit = int(on[found.values[on].argmax()])
        parts.append(
            md(
                N_("Unit {unit} is on: {value} × 1 / (1 − {rate}) = **{output}**; a unit that is off gives 0."),
                unit=unit + 1,
                value=f"{found.values[unit]:.3f}",
                rate=f"{found.rate:g}",
                output=f"{found.outputs[step, unit]:.3f}",
            )
        )
    parts.append(
        md(
            N_(
                "The factor keeps the sum the same on average: {now} in this step, {mean} on average over "
                "{steps} steps, {predicted} at prediction, when nothing is switched off and nothing multiplied."
            ),
            now=f"{found.outputs[step].sum():.1f}",
            mean=f"{found.outputs.sum(axis=1).mean():.1f}",
            steps=STEPS,
            predicted=f"{found.values.sum():.1f}",
        )
    )
    return " ".join(parts)


def _predictions(setup: Setup) -> None:
    classes = [t(name) for name in DATASETS["fashion-mnist"].task(SAMPLE).classes]
    title = t(N_("Class probabilities in {steps} training steps (dots) and at prediction (bar)"), steps=STEPS)
    drawn = spread_figure(
        classes,
        setup.found.predictions,
        setup.prediction,
        setup.step - 1,
        title,
        (_("training step {step}"), _("prediction")),
        dark=shell.dark(),
    )
    figure.show(drawn, "drop-predictions", title)
