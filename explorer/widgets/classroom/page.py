"""The page *Class board*: for its teacher the board, live; for a member their seat; for all others the ways in."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from explorer.classroom import board
from explorer.classroom.board import Row
from explorer.classroom.codes import shown_code
from explorer.classroom.rooms import Room
from explorer.messages import N_
from explorer.training.record import Request
from explorer.widgets import clock, shell
from explorer.widgets.classroom import choice, grid, invitation, member, state, table, welcome
from explorer.widgets.language import _, md, t

SECONDS = 2.0
# Long boards scroll beside what is said of the chosen member.
_STYLE = """<style>
@media (min-width: 700px) {
  .st-key-controls { position: sticky; top: 4.5rem; max-height: calc(100vh - 5.5rem); overflow-y: auto; }
}
</style>"""


def draw() -> None:
    """Whatever the reader is here for."""
    invitation.take_link()
    room = state.taught()
    if room is not None:
        st.html(_STYLE)
        invitation.show(room)
        st.fragment(_live, run_every=SECONDS)()
        return
    seat = state.seat()
    if seat is not None:
        welcome.seated(seat)
    else:
        welcome.ways_in()


def _live() -> None:
    """The board as it stands now."""
    room = state.taught()
    if room is None:
        st.rerun()
        return
    rows = board.rows(room, shell.engine().progress)
    _standing(room, rows)
    if not rows:
        _nothing(room)
        return
    side, pictures = shell.sides()
    differs = _differing(rows)
    with side:
        wanted = choice.controls(rows)
        chosen = member.choice(room)
        member.show(room, chosen, rows, differs, wanted.measure)
    with pictures:
        _pictures(room, rows, wanted, differs, chosen)


def _pictures(room: Room, rows: Sequence[Row], wanted: choice.Choice, differs: dict[str, str], chosen: str) -> None:
    shown = wanted.shown(rows)
    if not shown:
        st.info(_("No run is like that: change what is chosen at the left."), icon=":material/filter_alt_off:")
        return
    grid.show(shown, differs, wanted.measure, chosen, member.choose)
    _waiting(room, rows)
    table.show(shown, differs)
    st.caption(_("What differs is told against the most common setting among the room's runs on the same data."))


def _standing(room: Room, rows: Sequence[Row]) -> None:
    active = sum(row.progress.status.active for row in rows)
    text = N_("Room **{code}** · members: {members} · runs: {runs} · waiting or in training: {active} · until {time}")
    st.markdown(
        md(
            text,
            code=shown_code(room.code),
            members=len(room.members),
            runs=len(rows),
            active=active,
            time=clock.hour(room.ends),
        )
    )


def _nothing(room: Room) -> None:
    """What to do while there is no run."""
    if not room.members:
        text = _("Nobody is here yet. Show the code: everyone who joins is counted above.")
        st.info(text, icon=":material/qr_code_2:")
        return
    text = _("No run yet. As soon as somebody presses Train, in the CNN lab for example, the curve grows here.")
    st.info(text, icon=":material/hourglass_empty:")
    _waiting(room, ())
    member.show(room, member.choice(room), (), {}, choice.ACCURACY)


def _waiting(room: Room, rows: Sequence[Row]) -> None:
    """The members who have started nothing."""
    busy = {row.member.id for row in rows}
    names = [one.nickname for one in room.members if one.id not in busy]
    if names:
        st.caption(md(N_("No run yet: {names}"), names=", ".join(names)))


def _differing(rows: Sequence[Row]) -> dict[str, str]:
    """In what each run differs from the usual ones, by its id, as plain text."""
    # The oldest first: of two settings that are equally frequent, the one that came first is the usual one.
    usual = board.common([row.record.request for row in reversed(rows) if not row.hidden])
    return {row.record.id: _told(usual, row.record.request) for row in rows}


def _told(usual: dict[str, Request], request: Request) -> str:
    if request.dataset not in usual:
        return ""
    return "; ".join(t(board.sentence(one)) for one in board.differing(usual[request.dataset], request))
