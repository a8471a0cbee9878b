"""The same text with more and more padding: what it does to state and prediction, with and without a mask."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import streamlit as st

from explorer.figures.padding_drift import DriftLabels, distances_figure, predictions_figure
from explorer.inspection.padding_drift import SIDES, Drift, drift
from explorer.messages import N_, ExplorerError
from explorer.network import Network
from explorer.text import POST, PRE
from explorer.widgets import figure, shell, table
from explorer.widgets.language import _, md, t
from explorer.widgets.text_choice import Choice
from explorer.widgets.text_vectors import model

COUNTS = tuple(range(0, 101, 10))


def drifts(choice: Choice) -> None:
    """Prediction and state over the number of padding tokens."""
    padded = choice.stages.padded
    words = padded.row[padded.before : len(padded.row) - padded.after]
    try:
        name, network = model(choice)
        found = _drifts(network.fingerprint, words.tobytes(), network)
    except ExplorerError as error:
        st.info(md(error.problem), icon=":material/info:")
        return
    sides = {PRE: _("padding before"), POST: _("padding after")}
    title = t(N_("Prediction of {model} for the same {words} ids, more and more padding"), model=name, words=len(words))
    value = _("probability of “positive”")
    labels = DriftLabels(title, _("padding tokens"), value, sides, _("mask_zero"), _("no mask"))
    figure.show(predictions_figure(found, labels, dark=shell.dark()), "text-drift", f"{title}: {_spoken(found, sides)}")
    title = t(N_("How far the last state moves from that without padding"))
    labels = replace(labels, title=title, value=_("distance of the state"))
    figure.show(distances_figure(found, labels, dark=shell.dark()), "text-drift-state", title)
    st.caption(
        _(
            "Keras pads before the text, so that the last thing read is a word and not token 0 a hundred times. With "
            "mask_zero the cell skips token 0 and hands its state on: both masked lines are flat, the weights the same."
        )
    )
    _numbers(found, sides)


def _spoken(found: list[Drift], sides: dict[str, str]) -> str:
    return "; ".join(
        f"{sides[one.side]} {one.predictions[0]:.3f} → {one.predictions[-1]:.3f}" for one in found if not one.masked
    )


@st.cache_data(max_entries=64, show_spinner=False)
def _drifts(_fingerprint: str, words: bytes, _network: Network) -> list[Drift]:
    ids = np.frombuffer(words, np.int32)
    return [drift(_network, ids, COUNTS, side, masked) for side in SIDES for masked in (False, True)]


def _numbers(found: list[Drift], sides: dict[str, str]) -> None:
    with st.expander(_("Show numbers"), icon=":material/table:"):
        head = [_("padding tokens")]
        head += [f"{sides[one.side]}, {_('mask_zero') if one.masked else _('no mask')}" for one in found]
        rows = [(str(count), *(f"{one.predictions[place]:.4f}" for one in found)) for place, count in enumerate(COUNTS)]
        table.show(head, rows)
