"""Which runs a session follows: its own, those in its link, and on a private server all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import streamlit as st

from explorer.messages import N_, ExplorerError, message
from explorer.training.jobs import Engine
from explorer.training.progress import Progress
from explorer.training.record import Request, RunRecord, Status
from explorer.widgets import host, shell
from explorer.widgets.classroom import state as classroom
from explorer.widgets.language import md

KNOWN, SHOWN = "known_runs", "shown_runs"
LINK = "run"
MAXIMUM_SHOWN = 6
MAXIMUM_LISTED = 30
AGAIN = (Status.STOPPED, Status.FAILED, Status.LOST)
"""Runs that ended so say nothing of what their request leads to."""
_OWN_NAME = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?")

Fits = Callable[[RunRecord], bool]


def known(limit: int = MAXIMUM_LISTED) -> list[str]:
    """The ids of the runs that the reader may choose from, newest first."""
    ids = [*st.session_state.setdefault(KNOWN, []), *shown()]
    if private_server():
        ids.extend(run.record.id for run in shell.engine().store.runs())
    return list(dict.fromkeys(ids))[:limit]


def private_server() -> bool:
    """Whether only this machine reaches the server, so that all its runs are the reader's.

    A proxy may pass others on to such a server: then it is asked for by another name than this
    machine's own, or says whom it stands for.
    """
    asked = st.context.headers
    passed_on = any(name in asked for name in ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host"))
    own_name = _OWN_NAME.fullmatch(asked.get("Host", "localhost"))
    return not host.hosted() and own_name is not None and not passed_on


def know(run_id: str) -> None:
    """Put a run first among those that the session may choose from, and on the board of the reader's room, if any."""
    st.session_state[KNOWN] = [run_id, *st.session_state.get(KNOWN, [])][:MAXIMUM_LISTED]
    classroom.started(run_id)


def mine(run_id: str) -> bool:
    """Whether the reader may rename and delete a run: on a private server any, else those of this session.

    A run that a link has opened may be looked at, no more.
    """
    return private_server() or run_id in st.session_state.get(KNOWN, [])


def keeper(run_id: str) -> Engine:
    """The engine, to rename or delete a run that is the reader's own.

    Raises:
        ExplorerError: if it is not.
    """
    if not mine(run_id):
        raise ExplorerError(
            message(N_("This run was opened by a link and is not yours to change; train it again to have one."))
        )
    return shell.engine()


def forget(run_id: str) -> None:
    """Take a deleted run out of the session and out of the link."""
    st.session_state[KNOWN] = [known_id for known_id in st.session_state.get(KNOWN, []) if known_id != run_id]
    show([shown_id for shown_id in shown() if shown_id != run_id])


def follow(run_id: str) -> None:
    """Put a new run first, in the session and in the link."""
    know(run_id)
    show([run_id, *shown()])


def show(run_ids: Sequence[str]) -> None:
    """Choose the runs that are drawn together; they are in the link."""
    chosen = list(dict.fromkeys(run_ids))[:MAXIMUM_SHOWN]
    st.session_state[SHOWN] = chosen
    st.query_params[LINK] = chosen


def shown() -> list[str]:
    """The runs that are drawn: the link's, or on a return to the page the session's."""
    linked = st.query_params.get_all(LINK)[:MAXIMUM_SHOWN]
    if linked:
        st.session_state[SHOWN] = linked
    elif st.session_state.get(SHOWN):
        st.query_params[LINK] = st.session_state[SHOWN]
    return list(st.session_state.get(SHOWN, []))


def progresses(run_ids: Sequence[str], quiet: bool = False) -> list[Progress]:
    """How each run stands; those that cannot be found are said (unless `quiet`) and left out."""
    found = []
    for run_id in run_ids:
        try:
            found.append(shell.engine().progress(run_id))
        except ExplorerError as error:
            if not quiet:
                st.warning(md(error.problem), icon=":material/search_off:")
    return found


def trained(request: Request, among: Sequence[Progress]) -> str | None:
    """The id of a run of this very request that need not be trained again: it ended by itself, or still goes on."""
    fitting = (run.record.id for run in among if run.record.request == request and run.status not in AGAIN)
    return next(fitting, None)


def every(record: RunRecord) -> bool:
    """A run of any kind."""
    return True


def title(record: RunRecord) -> str:
    """A run's name with what it reached."""
    if record.test_accuracy is None:
        return record.name
    return f"{record.name} · {record.test_accuracy:.1%}"
