"""What a reader can take away: a run's model, history and description, and the numbers of a page's pictures."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from explorer.figures.numbers import HEAD, rows
from explorer.training import exports
from explorer.training.store import Run
from explorer.widgets import figure
from explorer.widgets.language import _

JSON, CSV, KERAS = "application/json", "text/csv", "application/octet-stream"
BYTE_ORDER_MARK = "\ufeff"
"""Spreadsheets take a CSV without it for another encoding than UTF-8."""


def file_button(label: str, make: Callable[[], str | bytes], name: str, mime: str, key: str, help: str = "") -> None:
    """A button for a file that is made when it is pressed, and not before; the page stays as it is."""
    st.download_button(
        label,
        data=make,
        file_name=name,
        mime=mime,
        key=key,
        help=help or None,
        on_click="ignore",
        icon=":material/download:",
    )


def buttons(run: Run, key: str = "take") -> None:
    """The model, the history and the description of a run; `key` keeps several rows of buttons apart."""
    record = run.record
    key = f"{key}-{record.id}"
    with st.container(horizontal=True):
        if exports.has_model(run):
            file_button(
                _("Model (.keras)"),
                lambda: exports.model_file(run),
                exports.file_name(record.name, ".keras"),
                KERAS,
                f"{key}-model",
                _("keras.models.load_model opens it."),
            )
        if record.history:
            file_button(
                _("History (.csv)"),
                lambda: BYTE_ORDER_MARK + exports.history_csv(record),
                exports.file_name(record.name, ".csv"),
                CSV,
                f"{key}-history",
            )
        file_button(
            _("Run (.json)"),
            lambda: exports.run_json(record),
            exports.file_name(record.name, ".json"),
            JSON,
            f"{key}-run",
        )


def pictures_button() -> None:
    """The numbers of all pictures that the page shows, as one CSV; nothing on a page without pictures."""
    shown = figure.shown()
    if not shown:
        return
    st.download_button(
        _("Numbers of these pictures (.csv)"),
        data=lambda: BYTE_ORDER_MARK + exports.table_csv(HEAD, rows({key: make() for key, make in shown.items()})),
        file_name="pictures.csv",
        mime=CSV,
        key="pictures-csv",
        on_click="ignore",
        type="tertiary",
        icon=":material/table:",
        help=_("One row for each point: picture, series, x, y and value."),
    )
