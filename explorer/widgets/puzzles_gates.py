"""What the gates of a multiplying network do at the marked steps, in one sample and on average."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.datasets import Split
from explorer.datasets.puzzles import MARK, NUMBER
from explorer.figures.steps import Band, StepLabels, bands_figure, means_figure, sensitivities_figure
from explorer.inspection import puzzles as solving
from explorer.inspection.puzzles import StepMeans
from explorer.messages import N_, ExplorerError
from explorer.network import Network
from explorer.specs import Bidirectional, Recurrent
from explorer.widgets import figure, inside_choice, link, puzzles_models, puzzles_sample, shell
from explorer.widgets.language import _, md, t
from explorer.widgets.puzzles_models import MULTIPLY
from explorer.widgets.puzzles_sample import Shown

EPOCH, LAYER, LETTER = "puzzle_epoch", "puzzle_layer", "puzzle_letter"
ALL = "all"
UNITS_OF_ALL = 6
"""Units drawn of each gate when all gates are drawn."""
GATES = "ifozr"
"""The letters whose values lie between 0 and 1."""


@dataclass(frozen=True)
class Inspected:
    """A model at an epoch, one of its recurrent layers, and the letter that is drawn ("all" for all)."""

    shown: Shown
    epoch: int
    network: Network
    layer: str
    letter: str


def controls() -> Inspected | None:
    """Model, epoch, layer, gate and sample; None, with a sentence said, if there is nothing to see."""
    run = puzzles_models.model_choice(MULTIPLY, _("Model"))
    if run is None:
        return None
    try:
        left, right = st.columns(2)
        with left:
            epoch = inside_choice.epoch_choice(run, EPOCH)
        with right:
            shape = (puzzles_models.steps_choice(), 2)
        network = solving.resized(inside_choice.network(run, epoch), shape)
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return None
    layers = recurrent_layers(network)
    if not layers:
        st.info(_("This model has no recurrent layer, so it has no gates. Choose another one."))
        return None
    left, right = st.columns(2)
    with left:
        layer = link.selectbox(_("Layer"), layers, LAYER)
    letters = _letters(network, layer)
    names = {ALL: _("all"), **{letter: letter for letter in letters}}
    letter = link.segmented(_("Gate or state"), names, LETTER) if len(letters) > 1 else ALL
    return Inspected(puzzles_sample.chosen(run, shape[0], right), epoch, network, layer, letter)


def recurrent_layers(network: Network) -> list[str]:
    """Names of the layers that have gates or states."""
    layers = zip(network.spec.names(), network.spec.layers, strict=True)
    return [name for name, layer in layers if isinstance(layer, (Recurrent, Bidirectional))]


def _letters(network: Network, layer: str) -> list[str]:
    probe = np.zeros((1, *network.spec.input_shape), np.float32)
    return list(network.trace(probe, until=layer)[layer].result.gates)


def pictures(inspected: Inspected) -> None:
    """The gates over the steps of the sample, their means over all samples, and what the answer depends on."""
    means = _means(inspected)
    _heat_maps(inspected, means)
    left, right = st.columns(2)
    with left:
        _mean_bars(inspected, means)
    with right:
        _sensitivity(inspected.shown)
    st.markdown(_finding(means))


def _heat_maps(inspected: Inspected, means: Mapping[str, StepMeans]) -> None:
    shown, layer = inspected.shown, inspected.layer
    inputs = shown.split.inputs[shown.sample : shown.sample + 1]
    gates = inspected.network.trace(inputs, until=layer)[layer].result.gates
    letters = list(gates) if inspected.letter == ALL else [inspected.letter]
    ranked = units_by_change(means, "" if inspected.letter == ALL else inspected.letter)
    units = ranked[:UNITS_OF_ALL] if inspected.letter == ALL else ranked
    bands = [Band(letter, gates[letter][0], units, not between(letter)) for letter in letters]
    text = N_("{layer}, epoch {epoch}, test sample {number}: the {count} units that change most at marked steps")
    title = t(text, layer=layer, epoch=inspected.epoch, number=shown.sample, count=len(units))
    labels = StepLabels(_("time step"), _("unit"))
    drawn = bands_figure(bands, shown.places, title, labels, dark=shell.dark())
    figure.show(drawn, "puzzle-gates", f"{title}. {_('marked')}: {shown.places[0]}, {shown.places[1]}")


def units_by_change(means: Mapping[str, StepMeans], letter: str = "") -> list[int]:
    """Units from 0, those first whose gate differs most between marked and other steps.

    Without a `letter` it is the first gate that counts: i in an LSTM, z in a GRU.
    """
    found = means[letter or next(iter(means))]
    return [int(unit) for unit in np.argsort(-np.abs(found.opening), kind="stable")]


def between(letter: str) -> bool:
    """Whether the values lie between 0 and 1."""
    return letter.split("_")[-1] in GATES


def _means(inspected: Inspected) -> dict[str, StepMeans]:
    network, shown = inspected.network, inspected.shown
    return _step_means(network.fingerprint, shown.steps, inspected.layer, network, shown.split)


@st.cache_resource(max_entries=64, show_spinner=False)
def _step_means(fingerprint: str, steps: int, layer: str, _network: Network, _split: Split) -> dict[str, StepMeans]:
    return solving.step_means(_network, _split.inputs, _split.inputs[..., MARK] > 0, layer)


def _mean_bars(inspected: Inspected, means: Mapping[str, StepMeans]) -> None:
    count = len(inspected.shown.split.labels)
    title = t(N_("Mean over {count} test samples and all units (g, c, h: of the size)"), count=count)
    drawn = means_figure(means, title, _("marked steps"), _("other steps"), _("mean"), dark=shell.dark())
    said = [f"{letter} {mean.marked.mean():.3f} / {mean.unmarked.mean():.3f}" for letter, mean in means.items()]
    figure.show(drawn, "puzzle-means", f"{title}: {', '.join(said)}")


def _sensitivity(shown: Shown) -> None:
    """How much each model's answer depends on each number of the sample."""
    first, second = shown.places
    a, b = float(shown.numbers[first - 1]), float(shown.numbers[second - 1])
    lines = {
        entrant.name: _gradients(entrant.network.fingerprint, shown.steps, shown.sample, entrant.network, shown.split)
        for entrant in shown.entrants
    }
    title = t(N_("How much the answer grows with each number"))
    words = (_("time step"), _("∂ answer / ∂ number"), _("right"))
    drawn = sensitivities_figure(lines, {first: b, second: a}, title, words, dark=shell.dark())
    said = "; ".join(f"{name} {_plain(line[first - 1])}, {_plain(line[second - 1])}" for name, line in lines.items())
    figure.show(drawn, "puzzle-sensitivity", f"{title}. {said}")
    st.caption(
        md(
            N_(
                "The slope of a · b along a is b: at steps {first} and {second} the slopes should be {b} and "
                "{a}, and 0 everywhere else. Found: {said}. A SimpleRNN mixes its whole state anew at every step, so "
                "that nothing of a number is left at the end; gates can keep it."
            ),
            first=first,
            second=second,
            a=f"{a:.3f}",
            b=f"{b:.3f}",
            said=said,
        )
    )


def _plain(value: float) -> str:
    """Three decimals, and no minus before a 0."""
    return f"{round(float(value), 3) + 0.0:.3f}"


@st.cache_resource(max_entries=256, show_spinner=False)
def _gradients(fingerprint: str, steps: int, sample: int, _network: Network, _split: Split) -> np.ndarray:
    return solving.sensitivity(_network, _split.inputs[sample], NUMBER)


def _finding(means: Mapping[str, StepMeans]) -> str:
    """What the first gate does, in a sentence."""
    letter = next(iter(means))
    mean = means[letter]
    values = {
        "letter": letter,
        "marked": f"{mean.marked.mean():.2f}",
        "unmarked": f"{mean.unmarked.mean():.2f}",
        "unit": units_by_change(means)[0] + 1,
        "most": f"{mean.marked[units_by_change(means)[0]]:.2f}",
        "least": f"{mean.unmarked[units_by_change(means)[0]]:.2f}",
    }
    return md(
        N_(
            "**{letter}** is {marked} on average at marked steps and {unmarked} at the others; of unit {unit} it is "
            "{most} and {least}. Move the epoch to see how the network learned to tell the steps apart."
        ),
        **values,
    )
