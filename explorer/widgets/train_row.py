"""The Train button beside the model's size and the expected time, or what stands in its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from explorer.messages import ExplorerError, Message
from explorer.training import limits
from explorer.training.record import Request
from explorer.widgets import model_view, runs, session, shell
from explorer.widgets.language import _, md


@dataclass(frozen=True)
class Plan:
    """What a Train button would train, and what the run is called."""

    request: Request
    name: str


def train_row(request: Request, name: str, key: str, submitted: Callable[[str], None] = lambda run_id: None) -> None:
    """Draw the row; a press queues the run, which the page follows then. `submitted` is told its id."""
    problem = _problem(request)
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            _("Train"), type="primary", icon=":material/play_arrow:", key=key, disabled=problem is not None
        )
        if problem is None:
            speed = shell.engine().speed(request.spec)
            model_view.size(request.spec, limits.predicted_seconds(request, speed))
    # What is wrong with the model itself is said below its picture.
    if problem is not None and request.spec.checked()[1] is None:
        st.error(md(problem), icon=":material/error:")
    if pressed:
        submit(request, name, submitted)


def _problem(request: Request) -> Message | None:
    try:
        shell.engine().check(request)
    except ExplorerError as error:
        return error.problem
    return None


def submit(request: Request, name: str, submitted: Callable[[str], None] = lambda run_id: None) -> None:
    """Queue a run, which the page follows then; what stands in its way is said in place."""
    try:
        run_id = session.submit(request, name)
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return
    runs.follow(run_id)
    submitted(run_id)
