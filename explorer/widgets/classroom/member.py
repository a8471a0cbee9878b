"""One member's runs: to look inside, to hide, and the way to take the member off the board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from explorer.classroom.board import Row
from explorer.classroom.rooms import Room
from explorer.messages import N_
from explorer.widgets import link
from explorer.widgets.classroom import grid, state
from explorer.widgets.language import _, escape, md
from explorer.widgets.run_choice import look_inside

CHOSEN = "board_member"
LISTED = 5


def choose(member_id: str) -> None:
    """Show this member's runs; for callbacks."""
    st.session_state[CHOSEN] = member_id


def choice(room: Room) -> str:
    """A select box of the members, for those whom no picture shows too; returns the id of the chosen one."""
    names = {member.id: member.nickname for member in sorted(room.members, key=lambda one: one.nickname.casefold())}
    link.limit(CHOSEN, names)
    chosen = st.selectbox(
        _("Member"),
        list(names),
        index=None,
        key=CHOSEN,
        format_func=lambda member_id: names.get(member_id, ""),
        placeholder=_("Choose, or click a picture"),
    )
    return chosen or ""


def show(room: Room, member_id: str, rows: Sequence[Row], differs: Mapping[str, str], measure: str) -> None:
    """The newest runs of the chosen member, with what the teacher can do."""
    member = room.member(member_id)
    if member is None:
        return
    own = [row for row in rows if row.member.id == member_id]
    with st.container(border=True, gap="small", key="board_detail"):
        st.markdown(f"**{escape(member.nickname)}** · " + md(N_("runs: {count}"), count=len(own)))
        for row in own[:LISTED]:
            _run(row, differs[row.record.id], measure)
        if len(own) > LISTED:
            st.caption(md(N_("{count} earlier ones are in the table."), count=len(own) - LISTED))
        with st.popover(_("Remove"), icon=":material/person_remove:", key="board_remove_open"):
            st.markdown(
                md(
                    N_("{name} and their runs leave the board. Whoever has the code can join again."),
                    name=member.nickname,
                )
            )
            st.button(
                _("Remove from the room"), key="board_remove", type="primary", on_click=_remove, args=(member_id,)
            )


def _run(row: Row, differs: str, measure: str) -> None:
    record = row.record
    st.markdown(f"{escape(record.name)} · {escape(grid.state(row))} · **{escape(grid.result(row, measure))}**")
    if differs:
        st.caption(escape(differs))
    with st.container(horizontal=True, vertical_alignment="center"):
        look_inside(record, _("Look inside"))
        st.button(
            _("Show again") if row.hidden else _("Hide"),
            key=f"board_hide-{record.id}",
            icon=":material/visibility:" if row.hidden else ":material/visibility_off:",
            type="tertiary",
            on_click=_hide,
            args=(record.id, not row.hidden),
        )


def _hide(run_id: str, hidden: bool) -> None:
    state.rooms().hide(state.secret(state.TEACHER), run_id, hidden)


def _remove(member_id: str) -> None:
    state.rooms().remove(state.secret(state.TEACHER), member_id)
    st.session_state.pop(CHOSEN, None)
