"""The page of one who teaches no room: open one, or join one."""

from __future__ import annotations

import streamlit as st

from explorer.classroom.codes import CODE_LENGTH, LONGEST_NICKNAME, shown_code
from explorer.classroom.registry import Seat
from explorer.classroom.rooms import DEFAULT_HOURS, MAXIMUM_HOURS, MAXIMUM_MEMBERS, Room
from explorer.messages import N_, ExplorerError
from explorer.widgets import shell
from explorer.widgets.classroom import line, state
from explorer.widgets.language import _, md, t

CODE = "room"
"""The code in the link that a teacher gives."""
_TYPED = "room_code"


def ways_in() -> None:
    """Both ways into a room; one who has a code in the link sees only that of learners."""
    room = _linked_room()
    if room is not None:
        _nickname(room)
        return
    join, teach = st.columns(2, gap="medium")
    with join, st.container(border=True):
        _code()
    with teach, st.container(border=True):
        _open()


def seated(seat: Seat) -> None:
    """What a member does now."""
    st.success(
        md(
            N_("You are in room {code} as {name}. Train something: your run appears on the board."),
            code=shown_code(seat.room.code),
            name=seat.member.nickname,
        ),
        icon=":material/groups:",
    )
    st.markdown(line.told(seat.room.ends))
    count = sum(started.member == seat.member.id for started in seat.room.runs)
    st.caption(md(N_("Runs of yours on the board: {count}"), count=count))
    with st.container(horizontal=True):
        st.page_link(shell.CNN_LAB, label=_("CNN lab"), icon=":material/experiment:")
        st.page_link(shell.RNN_LAB, label=_("RNN lab"), icon=":material/experiment:")
        st.page_link("pages/overfitting.py", label=_("Overfitting"), icon=":material/balance:")


def _linked_room() -> Room | None:
    """The room of the code in the link; a code that opens none is said once, and taken out of the link."""
    code = st.query_params.get(CODE)
    if code is None:
        return None
    try:
        return state.rooms().find(code, state.tries())
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        st.session_state[_TYPED] = code[: 2 * CODE_LENGTH]
        del st.query_params[CODE]
        return None


def _code() -> None:
    st.subheader(_("Join a room"), anchor=False)
    st.markdown(_("Your teacher has a code for you. You need no account, only a nickname."))
    with st.form("room_find", border=False):
        typed = st.text_input(_("Code"), key=_TYPED, max_chars=2 * CODE_LENGTH, placeholder="HJKM-3479")
        if st.form_submit_button(_("Next"), type="primary", icon=":material/login:") and typed:
            st.query_params[CODE] = typed
            st.rerun()


def _nickname(room: Room) -> None:
    """What joining means, and the nickname."""
    with st.container(border=True, width=640):
        st.subheader(t(N_("Join room {code}"), code=shown_code(room.code)), anchor=False)
        st.markdown(line.told(room.ends))
        with st.form("room_join", border=False):
            name = st.text_input(
                _("Nickname"),
                key="room_nickname",
                max_chars=LONGEST_NICKNAME,
                help=_("Everybody who looks at the board reads it. It need not be your name."),
            )
            if st.form_submit_button(_("Join"), type="primary", icon=":material/login:"):
                _join(room, name or "")
        st.button(_("Cancel"), key="room_cancel", type="tertiary", on_click=_forget_code)


def _join(room: Room, name: str) -> None:
    try:
        _seat, secret = state.rooms().join(room.code, name, state.tries())
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return
    state.take(state.SEAT, secret)
    _forget_code()
    st.rerun()


def _forget_code() -> None:
    st.query_params.pop(CODE, None)
    st.session_state.pop(_TYPED, None)


def _open() -> None:
    st.subheader(_("Open a room"), anchor=False)
    st.markdown(
        md(
            N_(
                "For teachers: learners come in by a code, a link or a QR code, {count} at most, and their newest runs "
                "stand side by side here, live."
            ),
            count=MAXIMUM_MEMBERS,
        )
    )
    with st.form("room_open", border=False):
        hours = st.slider(_("Hours until it ends"), 1, MAXIMUM_HOURS, DEFAULT_HOURS, key="room_hours")
        st.caption(_("Then the room is gone with all nicknames in it. The runs stay as long as the server keeps runs."))
        if st.form_submit_button(_("Open the room"), type="primary", icon=":material/meeting_room:"):
            _teach(int(hours))


def _teach(hours: int) -> None:
    try:
        _room, secret = state.rooms().open(hours)
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return
    state.take(state.TEACHER, secret)
    st.rerun()
