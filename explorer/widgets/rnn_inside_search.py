"""Which units stay on over some words, and where else in the data the same units are on: after LSTMVis."""

from __future__ import annotations

import time
from collections.abc import Container
from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.datasets import TEST, TRAIN
from explorer.figures.chips import ChipScale
from explorer.figures.gates import Line, Panel, gates_figure
from explorer.inspection import clamps as clamping
from explorer.inspection import patterns
from explorer.inspection.passage import at
from explorer.inspection.patterns import ALL, SAME, SIMILAR, Activations, Pattern
from explorer.messages import N_, ExplorerError
from explorer.widgets import chips, figure, link, rnn_inside, rnn_inside_passages, shell
from explorer.widgets.language import _, md, t
from explorer.widgets.rnn_inside_choice import Choice, title_of
from explorer.widgets.work import Report, Work, Works

RANGE, THRESHOLD, MODE, PART, TEXTS = "read_range", "read_threshold", "read_mode", "read_part", "read_texts"
THRESHOLDS = (*(round(0.05 * n, 2) for n in range(1, 21)), 1.5, 2.0, 3.0)
DEFAULT_THRESHOLD = 0.1
DEFAULT_LENGTH = 3
COUNTS = (25_000, 5_000, 1_000)
KEPT = 2
DRAWN = 6
POLL_SECONDS = 0.7
MODES = {ALL: N_("at least these units"), SAME: N_("exactly these units"), SIMILAR: N_("the most similar")}
PARTS = {TEST: N_("test texts"), TRAIN: N_("training texts")}


@dataclass(frozen=True)
class Query:
    """A pattern, and where to look for it."""

    pattern: Pattern
    mode: str
    part: str
    texts: int


@st.cache_resource(show_spinner=False)
def prepared() -> Works[Activations]:
    """The activations of whole data sets that the server keeps, for all sessions."""
    return Works(KEPT)


def search(choice: Choice) -> None:
    """The choice of words and threshold, the units that are on there, and passages of the data like it."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        first, last = _range_choice(choice)
        threshold = _threshold_choice()
    values = choice.quantities[choice.quantity]
    found = patterns.pattern(values[_steps(choice, first, last)], threshold)
    _words(choice, values, range(first, last + 1))
    _picture(choice, values, found, first, last)
    if not found.units.size:
        nothing = N_(
            "No unit of {quantity} stays beyond ±{threshold} over all these tokens. Choose fewer tokens or a lower one."
        )
        st.info(md(nothing, quantity=choice.quantity, threshold=f"{threshold:g}"), icon=":material/search_off:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        mode = link.segmented(_("Passages with"), {name: _(title) for name, title in MODES.items()}, MODE)
        part = link.segmented(_("among the"), {name: _(title) for name, title in PARTS.items()}, PART)
        texts = _texts_choice(choice, part)
        if texts is None:
            return
    _results(choice, Query(found, mode, part, texts))


def _steps(choice: Choice, first: int, last: int) -> slice:
    """The time steps of some tokens of the text; of the last one if the model gets none of these."""
    kept = choice.passage.kept
    inside = kept[(kept >= first) & (kept <= last)]
    steps = choice.passage.steps[inside if inside.size else kept[-1:]]
    return slice(int(steps[0]), int(steps[-1]) + 1)


@dataclass(frozen=True)
class _Within:
    """The pairs of tokens that a text has, from 1."""

    low: int
    high: int

    def __contains__(self, pair: object) -> bool:
        return isinstance(pair, tuple) and self.low <= pair[0] <= pair[1] <= self.high


def _range_choice(choice: Choice) -> tuple[int, int]:
    """Some tokens in a row, from 0."""
    low, high = int(choice.passage.kept[0]) + 1, int(choice.passage.kept[-1]) + 1
    if low == high:
        return low - 1, low - 1
    usual = (max(low, high + 1 - DEFAULT_LENGTH), high)
    link.restore(RANGE, _parse(low, high))
    link.limit(RANGE, _Within(low, high))
    told = _("The units that are on over all of these tokens are the pattern.")
    chosen = st.slider(_("Tokens"), low, high, usual, key=RANGE, persist_state="session", help=told, width=380)
    link.keep(RANGE, f"{chosen[0]}-{chosen[1]}", f"{usual[0]}-{usual[1]}")
    return chosen[0] - 1, chosen[1] - 1


def _parse(low: int, high: int) -> link.Parse:
    def parse(text: str) -> tuple[int, int]:
        first, last = (int(part) for part in text.split("-"))
        if (first, last) not in _Within(low, high):
            raise ValueError(text)
        return first, last

    return parse


def _threshold_choice() -> float:
    link.restore(THRESHOLD, link.one_of(THRESHOLDS))
    link.limit(THRESHOLD, THRESHOLDS)
    chosen = st.select_slider(
        _("Threshold"),
        THRESHOLDS,
        DEFAULT_THRESHOLD,
        format_func=lambda value: f"{value:g}",
        key=THRESHOLD,
        persist_state="session",
        help=_("A unit is on where its value is at least this, or at most its negative. Chosen at the left: of what."),
        width=260,
    )
    link.keep(THRESHOLD, float(chosen), DEFAULT_THRESHOLD)
    return float(chosen)


def _texts_choice(choice: Choice, part: str) -> int | None:
    """How many texts are searched; None, with a sentence said, if there are none here."""
    request = choice.run.record.request
    try:
        counts = choice.dataset.counts(request.variant, choice.settings)
        choice.dataset.raw(request.variant, part)
    except ExplorerError as error:
        st.warning(md(error.problem), icon=":material/database_off:")
        return None
    there = counts.test if part == TEST else counts.train
    most = min(there, patterns.most_texts(choice.network, choice.layer, choice.quantity))
    options = [most, *(count for count in COUNTS if count < most)]
    names = [str(count) for count in options]
    told = t(
        N_("Of {there}; for a model of this size at most {most} can be kept."), there=f"{there:,}", most=f"{most:,}"
    )
    return int(
        link.selectbox(_("Texts"), names, TEXTS, help=told, format_func=lambda name: f"{int(name):,}", width=120)
    )


def _words(choice: Choice, values: np.ndarray, marked: Container[int]) -> None:
    coloured = values.mean(axis=1) if choice.unit is None else values[:, choice.unit]
    of = _("mean of all units") if choice.unit is None else t(N_("unit {unit}"), unit=choice.unit + 1)
    title = f"{title_of(choice.quantity)}, {of}"
    shown = coloured[choice.passage.steps[choice.passage.kept]]
    signed = clamping.limits(choice.quantity)[0] < 0
    high = (rnn_inside.round_reach(shown) or 1.0) if signed else 1.0
    said = t(N_("{count} words coloured by {title}"), count=len(shown), title=title)
    row = list(rnn_inside.coloured_chips(choice, coloured, marked))
    chips.show(row, ChipScale(-high if signed else 0.0, high, title), "read-search-words", said)


def _picture(choice: Choice, values: np.ndarray, found: Pattern, first: int, last: int) -> None:
    """The values of the pattern's units as lines, and those of all units as colours, with the range marked."""
    axis = choice.axis
    units = ", ".join(_signed(found, int(unit)) for unit in found.units)
    title = (
        t(N_("On over tokens {first}–{last}: units {units}"), first=first + 1, last=last + 1, units=units)
        if units
        else t(N_("No unit is on over tokens {first}–{last}"), first=first + 1, last=last + 1)
    )
    lines = [
        Line(t(N_("unit {unit}"), unit=int(unit) + 1), at(values[:, unit], axis.steps)) for unit in found.units[:DRAWN]
    ]
    marks = [(sign * found.threshold, f"{sign * found.threshold:+g}") for sign in (-1, 1)]
    panel = [Panel(choice.quantity, lines, marks=[*marks, (0.0, "0")], rule=0.0)] if lines else []
    band = rnn_inside.band(choice.quantity, at(values, axis.steps), None)
    steps = choice.passage.steps[[first, last]]
    ends = np.flatnonzero(np.isin(axis.steps, steps)).tolist()
    reach = rnn_inside.round_reach(values) or 1.0
    labels = rnn_inside.labels(title)
    drawn = gates_figure(axis.names, panel, [band], labels, reach=reach, marked=ends, dark=shell.dark())
    figure.show(drawn, "read-search", title)
    rnn_inside.numbers(choice)


def _signed(found: Pattern, unit: int) -> str:
    return f"{'+' if found.signs[unit] > 0 else '−'}{unit + 1}"


def _results(choice: Choice, query: Query) -> None:
    """What was found; before that how far the preparation is, or the button that begins it."""
    work = prepared().get(key(choice, query))
    st.fragment(_panel, run_every=POLL_SECONDS if work and work.active else None)(
        choice, query, bool(work and work.active)
    )


def _panel(choice: Choice, query: Query, was_active: bool) -> None:
    work = prepared().get(key(choice, query))
    if was_active != bool(work and work.active):
        # Only a run of the whole page can start or end the fragment's own clock.
        st.rerun()
    if work is not None and work.active:
        told = N_("The network reads {count} texts: {share} after {seconds} s")
        said = md(told, count=f"{query.texts:,}", share=f"{work.share:.0%}", seconds=f"{work.seconds:.0f}")
        st.progress(min(1.0, work.share), said)
    elif work is None or work.result is None:
        if work is not None and work.problem is not None:
            st.error(md(work.problem), icon=":material/error:")
        _offer(choice, query)
    else:
        _matches(choice, query, work, work.result)


def _offer(choice: Choice, query: Query) -> None:
    label = t(N_("Let the network read {count} texts"), count=f"{query.texts:,}")
    st.button(
        label, key="read-search-go", icon=":material/search:", type="primary", on_click=begin, args=(choice, query)
    )
    told = N_("Once for this model, epoch and choice at the left; it takes some seconds. Then every search is quick.")
    st.caption(_(told))


def _matches(choice: Choice, query: Query, work: Work[Activations], kept: Activations) -> None:
    began = time.perf_counter()
    skip = choice.number if query.part == TEST and choice.number is not None and choice.number < len(kept) else None
    found = patterns.search(kept, query.pattern, query.mode, rnn_inside_passages.SHOWN, skip)
    seconds = time.perf_counter() - began
    rnn_inside_passages.show(choice, query.part, query.pattern, kept, found)
    told = N_(
        "The network read {count} texts once in {prepared} s ({megabytes} MB are kept); this search took {seconds} s. "
        "The text of this page is left out of what is found."
    )
    times = {"prepared": f"{work.seconds:.1f}", "seconds": f"{seconds:.2f}", "megabytes": f"{kept.nbytes / 1e6:.0f}"}
    st.caption(md(told, count=f"{len(kept):,}", **times))


def key(choice: Choice, query: Query) -> tuple[object, ...]:
    """What the activations depend on."""
    request = choice.run.record.request
    where = (request.dataset, request.variant, choice.settings, query.part, query.texts)
    return (choice.network.fingerprint, choice.layer, choice.quantity, *where)


def begin(choice: Choice, query: Query) -> None:
    """Let the network read the texts in the background, unless it does or has done so."""
    network, layer, quantity = choice.network, choice.layer, choice.quantity
    dataset, variant, settings = choice.dataset, choice.run.record.request.variant, choice.settings

    def compute(report: Report) -> Activations:
        split = dataset.load(variant, query.part, settings)
        rows, labels = split.inputs[: query.texts], split.labels[: query.texts]
        return patterns.collect(network, layer, quantity, rows, labels, report)

    prepared().start(key(choice, query), compute)
