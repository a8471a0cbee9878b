"""The line above every page while the reader is in a room, with the way out of it."""

from __future__ import annotations

import streamlit as st

from explorer.classroom.codes import shown_code
from explorer.messages import N_
from explorer.widgets import clock
from explorer.widgets.classroom import memory, state
from explorer.widgets.language import _, md

# A small line: the page below it keeps its place.
_STYLE = "<style>.st-key-room_line { margin: -0.75rem 0; } .st-key-room_line p { font-size: 0.875rem; }</style>"


def draw() -> None:
    """Say which room the reader is in and under which name; nothing for one who is in none."""
    seat = state.seat()
    if seat is not None:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="room_line"):
            st.html(_STYLE)
            st.markdown(
                ":material/groups: "
                + md(
                    N_("In room **{code}** as **{name}**"), code=shown_code(seat.room.code), name=seat.member.nickname
                ),
                width="content",
                help=told(seat.room.ends),
            )
            st.button(
                _("Leave"),
                key="room_leave",
                type="tertiary",
                icon=":material/logout:",
                help=_("Takes you and your runs off the board at once. The runs stay yours."),
                on_click=state.leave,
            )
    memory.sync()


def told(ends: float) -> str:
    """What the teacher sees of a member, and until when."""
    return md(
        N_(
            "Your teacher sees your nickname and every run that you start from now on: its name, settings, curves "
            "and results, and the inside of its model with the data it learned from, your own data too. "
            "At {time} the room is gone with everything in it. Leave earlier, and you and your runs are off the "
            "board at once; the runs stay yours."
        ),
        time=clock.hour(ends),
    )
