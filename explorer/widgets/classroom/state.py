"""What a session knows of rooms: the secret of its seat, and that of the room it teaches.

Secrets are kept in the session and in the reader's own browser (`memory.js`), never in the link:
a link that a learner passes on would carry the membership along.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import streamlit as st

from explorer.classroom.registry import FILE, Rooms, Seat
from explorer.classroom.rooms import Room
from explorer.classroom.tries import Tries
from explorer.training.store import Store
from explorer.widgets.language import _

SEAT, TEACHER = "room_seat", "room_teacher"
KINDS = (SEAT, TEACHER)
_DROPPED, _TRIES = "room_dropped", "room_tries"
LONGEST_SECRET = 64


@dataclass(frozen=True)
class Kept:
    """A secret to keep in the browser, and one to take out of it."""

    keep: str
    drop: str


@st.cache_resource(show_spinner=False)
def rooms() -> Rooms:
    """The server's open rooms, kept beside its runs."""
    return Rooms(Store.from_environment().folder / FILE)


def tries() -> Tries:
    """The wrong codes of this session."""
    found: Tries = st.session_state.setdefault(_TRIES, rooms().new_tries())
    return found


def seat() -> Seat | None:
    """Where the reader sits; one whose seat is gone is told so once."""
    secret = st.session_state.get(SEAT)
    found = rooms().seat(secret) if secret else None
    if secret and found is None:
        drop(SEAT)
        st.toast(_("You are in no room any more: it has ended, or you were taken off."), icon=":material/logout:")
    return found


def taught() -> Room | None:
    """The room that the reader teaches; one that has ended is told once."""
    secret = st.session_state.get(TEACHER)
    found = rooms().taught(secret) if secret else None
    if secret and found is None:
        drop(TEACHER)
        st.toast(_("Your room has ended, and everything in it is gone."), icon=":material/logout:")
    return found


def secret(kind: str) -> str:
    """The session's secret of that kind, or an empty text."""
    return str(st.session_state.get(kind) or "")


def take(kind: str, found: str) -> None:
    """Take a seat, or a room to teach."""
    st.session_state[kind] = found


def drop(kind: str) -> None:
    """Forget a secret, here and in the browser."""
    st.session_state.setdefault(_DROPPED, {})[kind] = st.session_state.pop(kind, "")


def kept(kind: str) -> Kept:
    """What the browser shall keep, and what it shall forget."""
    return Kept(secret(kind), str(st.session_state.get(_DROPPED, {}).get(kind, "")))


def leave() -> None:
    """Leave the room at once."""
    rooms().leave(secret(SEAT))
    drop(SEAT)


def started(run_id: str) -> None:
    """Tell the room, if the reader is in one, of a run that they have started."""
    if secret(SEAT):
        rooms().started(secret(SEAT), run_id)


def remember(text: str) -> None:
    """Take over the secrets that the browser has kept from before; those that open nothing are forgotten there."""
    try:
        stored = json.loads(text)
    except ValueError:
        return
    for kind, opens in ((SEAT, rooms().seat), (TEACHER, rooms().taught)):
        found = stored.get(kind) if isinstance(stored, dict) else None
        if isinstance(found, str) and 0 < len(found) <= LONGEST_SECRET and not secret(kind):
            take(kind, found)
            if opens(found) is None:
                drop(kind)
