"""Which series the page *Series* looks at, and how it becomes windows. All of it in the link."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from explorer.datasets import own_series, tables
from explorer.datasets.series import MAXIMUM_FEATURES, Prepared, Windows, prepared
from explorer.datasets.series_sources import GENERATORS, OWN, STOCKS, Series, keep_own, series_of
from explorer.messages import N_, ExplorerError, Message, message
from explorer.widgets import link
from explorer.widgets.language import _, md, t

SERIES, UPLOADED, FEATURES, TARGET = "series_data", "series_own", "series_features", "series_target"
YOURS, TRIED = "own", "series_tried"
TITLES = {name: generator.title for name, generator in GENERATORS.items()} | {
    STOCKS: N_("Six stock prices, 2018 to 2019, weekly"),
    YOURS: N_("Your own CSV file"),
}
FIRST_FEATURES = 4


def choose() -> Windows | None:
    """Draw the controls; None, with a sentence said, while there is no series to look at."""
    name = link.selectbox(_("Series"), list(TITLES), SERIES, format_func=lambda option: _(TITLES[option]))
    generated = _generated(name) if name in GENERATORS else {}
    try:
        chosen = _own() if name == YOURS else name
        if chosen is None:
            return None
        series = series_of(chosen, **generated)
        target = link.selectbox(
            _("Target: the column to forecast"), series.columns, TARGET, format_func=lambda option: title(name, option)
        )
        features = _features(name, series)
        wanted = Windows(chosen, features, target, **_window(), **generated)
        prepared(wanted)
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return None
    return wanted


def title(series: str, column: str) -> str:
    """What readers call a column; only those of generated series are in the catalogue."""
    return _(column) if series in GENERATORS else column


def times(found: Prepared) -> np.ndarray:
    """What the rows are drawn over: their dates, or their numbers from 0."""
    return np.arange(found.rows) if found.series.dates is None else found.series.dates


def time_label(found: Prepared) -> str:
    """The name of that axis."""
    return _("time step") if found.series.dates is None else _("date")


def when(found: Prepared, row: int) -> str:
    """A row's date, or its number."""
    dates = found.series.dates
    return f"{row:,}" if dates is None else str(dates[row]).replace("T00:00:00", "").replace("T", " ")


def numbers(columns: dict[str, Any], key: str) -> None:
    """The numbers behind a picture, one click away."""
    with st.expander(_("Show numbers"), icon=":material/table:", key=key, on_change="rerun") as shown:
        if shown.open:
            st.dataframe(columns, hide_index=True, height=240)


def told(found: Prepared) -> list[Message]:
    """What to know of the series: gaps, filled cells, columns without range."""
    series = found.series
    notes = []
    if series.gaps.size:
        notes.append(
            message(
                N_("{count} gaps in the dates, the longest after {date}: they are left, and windows reach over them."),
                count=f"{len(series.gaps):,}",
                date=when(found, series.longest_gap),
            )
        )
    if series.filled:
        notes.append(
            message(N_("{count} empty cells hold the value of the row before them."), count=f"{series.filled:,}")
        )
    if series.sorted_here:
        notes.append(message(N_("The rows were not in the order of time; here they are.")))
    if series.left_out:
        notes.append(message(N_("Left out, as they hold no numbers: {columns}."), columns=", ".join(series.left_out)))
    flats = np.ptp(found.features[: found.cut], axis=0) == 0
    constant = [name for name, flat in zip(found.names, flats, strict=True) if flat]
    if constant:
        notes.append(
            message(
                N_("The same value in the whole training part (min = max): {columns}. Scaled, it is 0 there."),
                columns=", ".join(constant),
            )
        )
    return notes


def _own() -> str | None:
    """The name of the reader's series: of the file just given, or of the one in the link."""
    linked = _linked_own()
    file = st.file_uploader(
        t(
            N_("CSV file with a date column, at most {megabytes} MB, {rows} rows and {columns} columns"),
            megabytes=tables.Bounds().megabytes,
            rows=f"{tables.Bounds().rows:,}",
            columns=tables.Bounds().columns,
        ),
        ["csv", "tsv", "txt"],
        key="series_file",
        max_upload_size=tables.Bounds().megabytes,
    )
    if file is not None:
        linked = _taken(file) or linked
    link.keep(UPLOADED, linked)
    if linked is None:
        st.info(
            _("Give a file with one row for each day or hour: a column of dates, and columns of numbers."),
            icon=":material/upload_file:",
        )
    return linked


def _linked_own() -> str | None:
    """The own series of the link or of the session."""
    linked = st.query_params.get(UPLOADED, "")[:40]
    if linked.startswith(OWN):
        st.session_state[UPLOADED] = linked
    kept: str | None = st.session_state.get(UPLOADED)
    return kept


def _taken(file: Any) -> str | None:
    """The name that the file's series is kept by, read once; one that is no series is told."""
    if st.session_state.get(TRIED, ("",))[0] != file.file_id:
        try:
            name = keep_own(own_series.read_series(file.getvalue()))
            st.session_state[UPLOADED] = name
            st.session_state[TRIED] = (file.file_id, name, None)
        except ExplorerError as error:
            st.session_state[TRIED] = (file.file_id, None, error.problem)
    _file, name, problem = st.session_state[TRIED]
    if problem is not None:
        st.error(md(problem), icon=":material/error:")
    return name


def _generated(name: str) -> dict[str, Any]:
    """How a generated series is made."""
    with st.popover(_("Length and chance"), icon=":material/tune:", width="stretch"):
        rows = link.slider(_("Steps"), 100, 5000, 1000, "series_rows", step=100)
        noise = link.slider(_("Noise (%)"), 0, 100, 10, "series_noise", step=5)
        seed = link.number(_("Seed"), 0, 99_999, 1, "series_seed", help=_("Another seed draws another series."))
    return {"rows": rows, "noise": noise / 100, "seed": seed}


def _window() -> dict[str, Any]:
    """How long windows are, what is kept for the test, and the scale."""
    left, right = st.columns(2)
    with left:
        seq_length = link.slider(
            "seq_length",
            1,
            100,
            2,
            "series_length",
            help=_("Time steps that the model sees before the one it forecasts."),
        )
    with right:
        share = link.slider(
            _("Test share (%)"),
            5,
            50,
            20,
            "series_test",
            step=5,
            help=_("The last part of the series, kept for testing."),
        )
    names = {"on": _("from 0 to 1"), "off": _("as it is")}
    scale = link.segmented(_("Min–max scaling"), names, "series_scale")
    return {"seq_length": seq_length, "test_share": share / 100, "min_max": scale == "on"}


def _features(name: str, series: Series) -> tuple[str, ...]:
    """The columns that the model reads; at first the first four.

    Raises:
        ExplorerError: if none is chosen.
    """
    count = len(series.columns)
    if count == 1:
        return series.columns
    default = list(range(min(FIRST_FEATURES, count)))
    link.restore(FEATURES, _places(count))
    if any(place >= count for place in st.session_state.get(FEATURES, [])):
        del st.session_state[FEATURES]
    chosen = st.multiselect(
        _("Features: the columns that the model reads"),
        range(count),
        default=default,
        format_func=lambda place: title(name, series.columns[place]),
        max_selections=MAXIMUM_FEATURES,
        key=FEATURES,
        persist_state="session",
    )
    link.keep(FEATURES, _written(chosen), _written(default))
    if not chosen:
        raise ExplorerError(message(N_("Choose at least one feature for the model to read.")))
    return tuple(series.columns[place] for place in sorted(chosen))


def _places(count: int) -> link.Parse:
    """Reads numbers of columns with commas between them."""

    def parse(text: str) -> list[int]:
        places = [int(part) for part in text.split(",")]
        if len(set(places)) != len(places) or not all(0 <= place < count for place in places):
            raise ValueError(text)
        return places

    return parse


def _written(places: Sequence[int]) -> str:
    return ",".join(map(str, sorted(places)))
