"""Trainings in the name of the reader: every page submits them here."""

from __future__ import annotations

import secrets

import streamlit as st

from explorer.training.record import Request
from explorer.widgets import runs, shell

OWNER, SHOWN_AGAIN = "owner", "runs_shown_again"


def owner() -> str:
    """What the queue knows this session by; nobody can guess it."""
    return str(st.session_state.setdefault(OWNER, secrets.token_urlsafe(16)))


def submit(request: Request, name: str, again: bool = False) -> str:
    """Train, or if the same has been trained before show that, unless it is to be trained `again`; the run's id.

    Raises:
        ExplorerError: if the request cannot work or costs too much, or the server is full.
    """
    engine = shell.engine()
    run_id = engine.submit(request, name, owner(), again, runs.mine)
    if not (again or engine.progress(run_id).status.active):
        st.session_state[SHOWN_AGAIN] = [run_id, *st.session_state.get(SHOWN_AGAIN, [])][: runs.MAXIMUM_LISTED]
    return run_id


def shown_again(run_id: str) -> bool:
    """Whether the reader asked for a training and got this run, which had ended before."""
    return run_id in st.session_state.get(SHOWN_AGAIN, [])
