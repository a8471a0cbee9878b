"""Chosen runs kept up to date on the page while one of them trains."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from explorer.training.progress import Progress
from explorer.widgets import runs
from explorer.widgets.job_panel import POLL_SECONDS


def follow(run_ids: Sequence[str], draw: Callable[[Sequence[Progress]], None], seconds: float = POLL_SECONDS) -> None:
    """Call `draw` with how these runs stand; in a fragment of its own, every so many `seconds` while one is active.

    Runs that cannot be found are said and left out.
    """
    active = any(progress.status.active for progress in runs.progresses(run_ids, quiet=True))
    st.fragment(_draw, run_every=seconds if active else None)(run_ids, draw, active)


def _draw(run_ids: Sequence[str], draw: Callable[[Sequence[Progress]], None], was_active: bool) -> None:
    shown = runs.progresses(run_ids)
    if was_active != any(progress.status.active for progress in shown):
        # Only a run of the whole page can start or end the fragment's own clock.
        st.rerun()
    draw(shown)
