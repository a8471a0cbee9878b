"""Which runs of a page are drawn over each other."""

from __future__ import annotations

import streamlit as st

from explorer.widgets import runs
from explorer.widgets.language import _


def choose(fits: runs.Fits) -> list[str]:
    """Which of the reader's runs that fit are drawn, by id; the others that are shown elsewhere stay."""
    known = [p.record for p in runs.progresses(runs.known(), quiet=True) if fits(p.record)]
    if not known:
        return []
    titles = {record.id: runs.title(record) for record in known}
    shown = [run_id for run_id in runs.shown() if run_id in titles]
    chosen = st.multiselect(
        _("Runs shown"),
        list(titles),
        default=shown,
        format_func=titles.__getitem__,
        max_selections=runs.MAXIMUM_SHOWN,
        placeholder=_("Choose runs to compare"),
    )
    if chosen != shown:
        runs.show([*chosen, *(run_id for run_id in runs.shown() if run_id not in titles)])
        st.rerun()
    return chosen
