"""What `stateful` does, by experiment: one trained cell reads the same rows whole and in chunks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.datasets.series import Windows, prepared
from explorer.figures.series import BASELINE, CARRIED, Line, SeriesLabels, state_figure
from explorer.figures.theme import tones
from explorer.inspection import forecast
from explorer.inspection.forecast import Readings
from explorer.messages import N_
from explorer.network import Network
from explorer.widgets import figure, link, series_data, shell
from explorer.widgets.language import _, md, t
from explorer.widgets.series_forecast import Trained, trained

LAYER, UNIT, CHUNK, READ = "series_layer", "series_unit", "series_chunk", "series_read"
FEWEST_READ, DEFAULT_READ = 20, 120


@dataclass(frozen=True)
class Experiment:
    """A trained model, one layer and unit of it, and what it made of the rows in chunks of so many steps."""

    chosen: Trained
    layer: str
    unit: int
    chunk: int
    read: Readings


def controls() -> Experiment | None:
    """The model, one of its units, and the length of the chunks."""
    chosen = trained()
    if chosen is None:
        return None
    names = forecast.recurrent_layers(chosen.network)
    if not names:
        st.info(_("This model does not begin with a recurrent layer, so it has no state to carry on."))
        return None
    layer = link.selectbox(_("Layer"), names, LAYER) if len(names) > 1 else names[0]
    chunk = link.slider(_("Steps in a chunk"), 1, 60, 20, CHUNK, help=_("One batch of training would hold one chunk."))
    longest = min(forecast.LONGEST_READ, chosen.found.rows)
    count = (
        link.slider(_("Rows read"), FEWEST_READ, longest, min(DEFAULT_READ, longest), READ)
        if longest > FEWEST_READ
        else longest
    )
    read = _readings(chosen.network.fingerprint, chosen.windows, layer, count, chunk, chosen.network)
    return Experiment(chosen, layer, _unit(read), chunk, read)


def _unit(read: Readings) -> int:
    """The unit in sight; at first the one that reading from zero changes most."""
    units = read.whole.shape[1]
    most = int(np.abs(read.reset - read.whole).max(axis=0).argmax())
    return link.slider(_("Unit"), 1, units, most + 1, UNIT) - 1 if units > 1 else 0


def stateful(experiment: Experiment) -> None:
    """One unit's state in the three readings, the measured differences, and the lesson."""
    found, read, unit = experiment.chosen.found, experiment.read, experiment.unit
    times = series_data.times(found)[-len(read.whole) :]
    heading = t(
        N_("State h of unit {unit} of {layer}, read in chunks of {chunk} steps"),
        unit=unit + 1,
        layer=experiment.layer,
        chunk=experiment.chunk,
    )
    readings = {
        _("read whole"): (read.whole[:, unit], tones(shell.dark()).quiet, "solid"),
        _("in chunks, state carried on (stateful)"): (read.carried[:, unit], CARRIED, "solid"),
        _("in chunks, each from zero"): (read.reset[:, unit], BASELINE, "dash"),
    }
    lines = [Line(name, times, values, colour, dash) for name, (values, colour, dash) in readings.items()]
    labels = SeriesLabels(heading, series_data.time_label(found), "h")
    drawn = state_figure(lines, times[:: experiment.chunk], labels, dark=shell.dark(), height=360)
    figure.show(drawn, "series-state", heading)
    _lesson(read)
    rows = range(found.rows - len(times), found.rows)
    shown = {series_data.time_label(found): [series_data.when(found, row) for row in rows]}
    series_data.numbers(shown | {name: parts[0] for name, parts in readings.items()}, "series_state_numbers")


def _lesson(read: Readings) -> None:
    st.markdown(
        md(
            N_(
                "Largest difference to reading the whole, over all units: **{carried}** with the state carried on, "
                "**{reset}** from zero."
            ),
            carried=f"{read.carried_difference:.1e}" if read.carried_difference else "0",
            reset=f"{read.reset_difference:.3f}",
        )
    )
    st.markdown(
        _(
            "`stateful=False` (the usual): each batch begins with a state of zeros, so a cell never sees further back "
            "than its window. `stateful=True`: the last state of one batch is the first of the next, so batches must "
            "follow each other in time, unshuffled, and the state is reset between epochs. The weights are the same."
        )
    )


@st.cache_data(max_entries=64, show_spinner=False)
def _readings(fingerprint: str, windows: Windows, layer: str, count: int, chunk: int, _network: Network) -> Readings:
    rows: np.ndarray = prepared(windows).inputs[-count:]
    return forecast.readings(_network, layer, rows, chunk)
