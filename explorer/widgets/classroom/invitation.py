"""How learners come into the room, and what its teacher can do with the room as a whole."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

import streamlit as st

from explorer.classroom.codes import shown_code
from explorer.classroom.rooms import MAXIMUM_MEMBERS, Room
from explorer.messages import N_
from explorer.widgets import clock, qr
from explorer.widgets.classroom import state
from explorer.widgets.classroom.welcome import CODE
from explorer.widgets.language import _, md

BOARD = "board"
"""The teacher's secret in a link to their own board; it is taken out of the link at once."""
OWN_NAMES = ("127.0.0.1", "localhost", "::1")
"""What a computer calls itself: a link of that name leads nobody else here."""
_OPENED = "room_invitation"


def take_link() -> None:
    """Take the teacher's secret out of the link, where those who look on could read it."""
    linked = st.query_params.get(BOARD)
    if linked is None:
        return
    del st.query_params[BOARD]
    if state.rooms().taught(linked) is None:
        st.error(_("The room of this link has ended; open a new one."), icon=":material/error:")
    else:
        state.take(state.TEACHER, linked)


def show(room: Room) -> None:
    """The code, the link and the QR code, which the teacher may fold; and the ways to end the room."""
    st.session_state.setdefault(_OPENED, not room.members)
    with st.expander(_("How to join"), icon=":material/qr_code_2:", expanded=st.session_state[_OPENED]):
        words, picture = st.columns([2.6, 1], gap="medium", vertical_alignment="center")
        with words:
            st.metric(_("Code"), shown_code(room.code), width="content")
            st.caption(_("Learners open this link, or choose Class board in the menu and type the code."))
            st.code(_link(CODE, room.code), language=None, wrap_lines=True)
            if urlsplit(_link(CODE, room.code)).hostname in OWN_NAMES:
                st.warning(
                    _("This link works on this computer only. Open the app by the address that learners use."),
                    icon=":material/link_off:",
                )
        with picture:
            qr.show(_link(CODE, room.code), _("QR code of the link to join"), width=180)
        _ways(room)


def _ways(room: Room) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            md(
                N_("At {time} the room is gone with everything in it. {count} members at most."),
                time=clock.hour(room.ends),
                count=MAXIMUM_MEMBERS,
            ),
            width="stretch",
        )
        with st.popover(_("On another device"), icon=":material/devices:", key="room_devices"):
            st.markdown(_("This link opens your board elsewhere. Keep it to yourself: whoever has it is the teacher."))
            st.code(_link(BOARD, state.secret(state.TEACHER)), language=None, wrap_lines=True)
        with st.popover(_("Close the room"), icon=":material/door_front:", key="room_end"):
            st.markdown(_("The room, its nicknames and its board are gone at once. The runs stay."))
            st.button(_("Close it for good"), key="room_close", type="primary", on_click=_close)


def _close() -> None:
    state.rooms().close(state.secret(state.TEACHER))
    state.drop(state.TEACHER)


def _link(name: str, value: str) -> str:
    return f"{(st.context.url or '').rstrip('/')}?{urlencode({name: value})}"
