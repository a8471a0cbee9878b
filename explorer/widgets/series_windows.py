"""How a series becomes examples: windows that slide over the curve, min–max scaling, training and test part."""

from __future__ import annotations

import numpy as np
import streamlit as st

from explorer.datasets.series import Prepared, Windows, prepared
from explorer.figures.series import Line, SeriesLabels, WindowMarks, series_figure
from explorer.messages import N_
from explorer.widgets import figure, link, series_data, shell, table
from explorer.widgets.language import _, escape, md, t

WINDOW = "series_window"
AROUND = 24
"""Rows on each side of the window in the close-up."""
HEAD_ROWS, TAIL_ROWS = 4, 4


def controls() -> Windows | None:
    """The series, and which of its windows is in sight."""
    wanted = series_data.choose()
    if wanted is not None:
        last = prepared(wanted).rows - wanted.seq_length
        link.slider(_("Window number"), 1, last, min(last, 60), WINDOW, help=_("Slide it: each window is one example."))
    return wanted


def _place() -> int:
    return int(st.session_state[WINDOW]) - 1


def windows(wanted: Windows) -> None:
    """The window on the whole curve and close up, the numbers that the model gets, and all shapes."""
    found, place = prepared(wanted), _place()
    target = place + found.seq_length
    name = series_data.title(wanted.series, found.target_name)
    part = _("a training window") if target < found.cut else _("a test window")
    heading = t(
        N_("Window {number} of {count} of “{target}”: {part}"),
        number=f"{place + 1:,}",
        count=f"{found.rows - found.seq_length:,}",
        target=name,
        part=part,
    )
    _curve(found, name, place, slice(0, found.rows), heading, "series-whole", 165)
    near = slice(max(0, place - AROUND), min(found.rows, target + AROUND + 1))
    close = t(
        N_("Close up: {steps} steps go in, the next value ★ should come out"),
        steps=found.seq_length,
    )
    _curve(found, name, place, near, close, "series-close", 225)
    _numbers(wanted, found, place)
    _shapes(found)
    rows = range(near.start, near.stop)
    columns = {series_data.title(wanted.series, name): found.features[near, n] for n, name in enumerate(found.names)}
    shown = {series_data.time_label(found): [series_data.when(found, row) for row in rows], name: found.target[near]}
    series_data.numbers(shown | columns, "series_window_numbers")
    for note in series_data.told(found):
        st.caption(md(note))


def _curve(found: Prepared, name: str, place: int, rows: slice, heading: str, key: str, height: int) -> None:
    times, target = series_data.times(found), place + found.seq_length
    marks = WindowMarks(times[place], times[target - 1], times[target], found.target[target])
    time = series_data.time_label(found) if key == "series-close" else ""
    labels = SeriesLabels(heading, time, name, _("test part"), _("window"), _("target"))
    line = Line(name, times[rows], found.target[rows], markers=key == "series-close")
    cut = times[max(found.cut, rows.start)] if found.cut < rows.stop else None
    drawn = series_figure([line], labels, cut=cut, window=marks, legend=False, dark=shell.dark(), height=height)
    figure.show(drawn, key, heading)


def _numbers(wanted: Windows, found: Prepared, place: int) -> None:
    """The window as the model gets it, long ones without their middle."""
    window = found.windows(place, place + 1)[0]
    columns = [escape(series_data.title(wanted.series, name)) for name in found.names]
    head = (_("What the model gets"), *columns, _("target"))
    rows: list[tuple[str, ...]] = [
        (escape(series_data.when(found, place + step)), *(f"{value:.3f}" for value in row), "")
        for step, row in enumerate(window)
    ]
    if len(rows) > HEAD_ROWS + TAIL_ROWS + 1:
        rows = [*rows[:HEAD_ROWS], ("…", *[""] * (len(columns) + 1)), *rows[-TAIL_ROWS:]]
    target = place + found.seq_length
    label = f"★ **{found.labels[target]:.3f}**"
    table.show(head, [*rows, (escape(series_data.when(found, target)), *[""] * len(columns), label)])


def _shapes(found: Prepared) -> None:
    counts, window = found.counts, (found.seq_length, len(found.names))
    st.markdown(
        md(
            N_(
                "(samples, seq_length, features): {train} to train on and {test} to test on, in the order of time. "
                "The first {cut} rows are the training part; no window of it reaches a row of the test part, "
                "but test windows may begin before it, as the past is known when a forecast is made."
            ),
            train=str((counts.train, *window)),
            test=str((counts.test, *window)),
            cut=f"{found.cut:,}",
        )
    )


def scaling(wanted: Windows) -> None:
    """All features before and after min–max scaling, and the arithmetic of one value."""
    found = prepared(wanted)
    before = _("Features in their own units: large numbers drown small ones")
    after = (
        _("What the model reads: from 0 to 1 in the training part, perhaps beyond it later")
        if wanted.min_max
        else _("What the model reads: the same numbers, as min–max scaling is off")
    )
    _features(wanted, found, found.features, before, "series-before", _("value"), 185)
    _features(
        wanted, found, found.inputs, after, "series-after", _("scaled value") if wanted.min_max else _("value"), 225
    )
    if wanted.min_max:
        _arithmetic(wanted, found)
    for note in series_data.told(found):
        st.caption(md(note))


def _features(
    wanted: Windows, found: Prepared, values: np.ndarray, heading: str, key: str, unit: str, height: int
) -> None:
    times = series_data.times(found)
    lines = [
        Line(series_data.title(wanted.series, name), times, values[:, place]) for place, name in enumerate(found.names)
    ]
    time = series_data.time_label(found) if key == "series-after" else ""
    labels = SeriesLabels(heading, time, unit, _("test part"))
    drawn = series_figure(lines, labels, cut=times[found.cut], dark=shell.dark(), height=height)
    figure.show(drawn, key, heading)


def _arithmetic(wanted: Windows, found: Prepared) -> None:
    """The formula with the numbers of every feature, for the row that the window's target lies in."""
    row = min(_place() + found.seq_length, found.rows - 1)
    st.markdown(
        md(
            N_(
                "x′ = (x − min) / (max − min), with min and max of the **training part only** (rows before {cut}): "
                "the test part is the future, and nothing may be known of it. Row {row} in numbers:"
            ),
            cut=f"{found.cut:,}",
            row=series_data.when(found, row),
        )
    )
    flat = found.scale.constant
    rows = []
    for place, name in enumerate(found.names):
        x, low, high = (float(array[place]) for array in (found.features[row], found.scale.low, found.scale.high))
        below = "1" if flat[place] else f"({high:.4g} − {low:.4g})".replace("-", "−")
        sum_ = f"({x:.4g} − {low:.4g}) / {below}".replace("-", "−")
        rows.append(
            (
                escape(series_data.title(wanted.series, name)),
                f"{low:.4g}",
                f"{high:.4g}",
                f"{x:.4g}",
                f"{sum_} = **{found.inputs[row, place]:.4f}**",
            )
        )
    table.show((_("feature"), _("min"), _("max"), "x", "x′"), rows)
