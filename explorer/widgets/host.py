"""Whom the server serves, and how many of them at the same time."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

import streamlit as st
from streamlit.runtime import Runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from explorer.training.bounds import Limits
from explorer.widgets.language import _

LOOPBACK = ("127.0.0.1", "localhost", "::1")
RETRY_SECONDS = 10


def hosted() -> bool:
    """Whether others than this machine are served: EXPLORER_HOSTED=1 or 0 says so, else the address listened on."""
    said = os.environ.get("EXPLORER_HOSTED")
    return said == "1" if said in ("0", "1") else st.get_option("server.address") not in LOOPBACK


@st.cache_resource(show_spinner=False)
def limits() -> Limits:
    """What this server allows."""
    return Limits.from_environment(hosted())


class Places:
    """At most `maximum` sessions, first come, first served.

    A session whose connection is gone keeps its place until somebody else needs it, so that a
    short break costs nothing. `connected` says whether a session still has its connection.
    """

    def __init__(self, maximum: int, connected: Callable[[str], bool]):
        self.maximum = maximum
        self._connected = connected
        self._taken: set[str] = set()
        self._lock = threading.Lock()

    def enter(self, session: str) -> bool:
        """Whether the session has a place, or gets one now."""
        with self._lock:
            if session not in self._taken and len(self._taken) >= self.maximum:
                self._free()
            if session in self._taken or len(self._taken) < self.maximum:
                self._taken.add(session)
                return True
            return False

    def count(self) -> int:
        """How many sessions are connected and have a place."""
        with self._lock:
            self._free()
            return len(self._taken)

    def _free(self) -> None:
        self._taken = {session for session in self._taken if self._connected(session)}


@st.cache_resource(show_spinner=False)
def places() -> Places:
    """The places of this server's readers."""
    return Places(limits().sessions, lambda session: Runtime.instance().is_active_session(session))


def admitted() -> bool:
    """Whether this session has a place."""
    context = get_script_run_ctx()
    return context is None or places().enter(context.session_id)


def refuse() -> None:
    """Say in one sentence that the server is full, and end the run; once there is a place the page opens by itself."""
    st.fragment(_full, run_every=RETRY_SECONDS)()
    st.stop()


def _full() -> None:
    if admitted():
        st.rerun()
    st.info(
        _("The server is full at the moment; this page opens by itself as soon as somebody leaves."),
        icon=":material/hourglass_top:",
    )
