"""All open rooms of the server: opened, joined, left and closed by any number of sessions at once."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from explorer.classroom import keeping
from explorer.classroom.codes import digest, same, shown_code, tidy_code, tidy_nickname
from explorer.classroom.rooms import DEFAULT_HOURS, MAXIMUM_HOURS, MAXIMUM_MEMBERS, Member, Room, new_member, new_room
from explorer.classroom.tries import Tries
from explorer.messages import N_, ExplorerError, message

MAXIMUM_ROOMS = 50
DESERTED_SECONDS = 900
"""A room that nobody has joined for so long makes room for another one."""
TRIES, TRIES_OF_ALL, TRY_SECONDS = 5, 120, 60.0
"""Wrong codes that a session, and all sessions together, may try in a minute."""
ALARM_SECONDS = 0.1
FILE = "rooms.json"


@dataclass(frozen=True)
class Seat:
    """A member in their room."""

    room: Room
    member: Member


class Rooms:
    """The rooms by their codes. Every method may be called from any thread; rooms themselves never change."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time):
        self._path = path
        self._clock = clock
        self._lock = threading.RLock()
        self._tries = Tries(TRIES_OF_ALL, TRY_SECONDS, clock)
        self._alarm: threading.Timer | None = None
        self._alarm_at: float | None = None
        self._rooms = {room.code: room for room in keeping.read(path, MAXIMUM_ROOMS)}
        self.sweep(True)

    def new_tries(self) -> Tries:
        """What counts the wrong codes of one session."""
        return Tries(TRIES, TRY_SECONDS, self._clock)

    def open(self, hours: float = DEFAULT_HOURS) -> tuple[Room, str]:
        """A new room, and the teacher's secret, which is told only here.

        Raises:
            ExplorerError: if there are too many rooms.
        """
        with self._changing():
            self._make_room()
            room, secret = new_room(self._clock(), hours)
            while room.code in self._rooms:
                room, secret = new_room(self._clock(), hours)
            self._rooms[room.code] = room
        return room, secret

    def find(self, text: str, tries: Tries) -> Room:
        """The open room of a code as it was typed; `tries` are those of the session.

        Raises:
            ExplorerError: if there is none, or too many wrong codes have been tried lately.
        """
        with self._lock:
            self.sweep()
            wait = max(tries.wait(), self._tries.wait())
            if wait > 0:
                raise ExplorerError(
                    message(N_("Too many wrong codes; try again in {count} seconds."), count=int(wait) + 1)
                )
            code = tidy_code(text)
            # Every room is compared, so that the time tells nothing.
            (*found,) = (room for room in self._rooms.values() if same(room.code, code))
            if not found:
                tries.wrong()
                self._tries.wrong()
                raise ExplorerError(
                    message(N_("There is no open room of the code {code}; ask your teacher for it."), code=text[:20])
                )
            return found[0]

    def join(self, text: str, nickname: str, tries: Tries) -> tuple[Seat, str]:
        """A seat in the room of that code, and the secret that the learner's browser keeps.

        Raises:
            ExplorerError: as `find`; if the nickname cannot be had, or the room is full.
        """
        name = tidy_nickname(nickname)
        with self._changing():
            room = self.find(text, tries)
            if room.called(name) is not None:
                raise ExplorerError(
                    message(N_("Somebody in this room is called {name} already; choose another nickname."), name=name)
                )
            if len(room.members) >= MAXIMUM_MEMBERS:
                raise ExplorerError(
                    message(
                        N_("The room {code} is full: {count} members at most."),
                        code=shown_code(room.code),
                        count=MAXIMUM_MEMBERS,
                    )
                )
            member, secret = new_member(name, self._clock())
            self._rooms[room.code] = room = room.with_member(member)
        return Seat(room, member), secret

    def seat(self, secret: str) -> Seat | None:
        """Where the browser with this secret sits; None if it has left, was removed, or the room is gone."""
        key = digest(secret)
        for room in self._open():
            member = room.seated(key)
            if member is not None:
                return Seat(room, member)
        return None

    def taught(self, secret: str) -> Room | None:
        """The room whose teacher has this secret; None if it is gone."""
        key = digest(secret)
        (*found,) = (room for room in self._open() if same(room.key, key))
        return found[0] if found else None

    def leave(self, secret: str) -> None:
        """Take a member and their runs off the board."""
        with self._changing():
            seat = self.seat(secret)
            if seat is not None:
                self._rooms[seat.room.code] = seat.room.without_member(seat.member.id)

    def started(self, secret: str, run_id: str) -> None:
        """Put a run that a member has started on the board."""
        with self._changing():
            seat = self.seat(secret)
            if seat is not None:
                self._rooms[seat.room.code] = seat.room.with_run(run_id, seat.member.id)

    def remove(self, secret: str, member_id: str) -> None:
        """The teacher takes a member and their runs off the board."""
        self._teach(secret, lambda room: room.without_member(member_id))

    def hide(self, secret: str, run_id: str, hidden: bool = True) -> None:
        """The teacher takes one run off the board, or puts it back."""
        self._teach(secret, lambda room: room.with_hidden(run_id, hidden))

    def close(self, secret: str) -> None:
        """The teacher ends the room, with everything in it."""
        with self._changing():
            room = self.taught(secret)
            if room is not None:
                del self._rooms[room.code]

    def sweep(self, anew: bool = False) -> None:
        """Drop the rooms whose time is over, or ends later than any can, also from the disk.

        `anew` writes the file even if none is dropped.
        """
        with self._lock:
            now = self._clock()
            latest = now + MAXIMUM_HOURS * 3600
            over = [code for code, room in self._rooms.items() if not now < room.ends <= latest]
            if over or (anew and self._path.exists()):
                for code in over:
                    del self._rooms[code]
                keeping.write(self._path, self._rooms.values())
            self._set_alarm()

    def end(self) -> None:
        """Stop watching the time; the rooms stay on disk."""
        with self._lock:
            if self._alarm is not None:
                self._alarm.cancel()

    def _teach(self, secret: str, change: Callable[[Room], Room]) -> None:
        with self._changing():
            room = self.taught(secret)
            if room is not None:
                self._rooms[room.code] = change(room)

    def _open(self) -> list[Room]:
        with self._lock:
            self.sweep()
            return list(self._rooms.values())

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        """Alone with the rooms; what has changed is on disk at the end."""
        with self._lock:
            self.sweep()
            before = dict(self._rooms)
            yield
            if self._rooms != before:
                keeping.write(self._path, self._rooms.values())
                self._set_alarm()

    def _make_room(self) -> None:
        """Drop the room that nobody has come to for longest, if there are too many.

        Raises:
            ExplorerError: if all are in use.
        """
        if len(self._rooms) < MAXIMUM_ROOMS:
            return
        deserted = [room for room in self._rooms.values() if not room.members]
        oldest = min(deserted, key=lambda room: room.opened, default=None)
        if oldest is None or self._clock() - oldest.opened < DESERTED_SECONDS:
            minutes = (min(room.ends for room in self._rooms.values()) - self._clock()) / 60
            text = N_("All {count} rooms of this server are in use; the first one ends in {minutes} minutes.")
            raise ExplorerError(message(text, count=MAXIMUM_ROOMS, minutes=int(minutes) + 1))
        del self._rooms[oldest.code]

    def _set_alarm(self) -> None:
        """Sweep when the next room ends, also if nobody is there to see it."""
        ends = min((room.ends for room in self._rooms.values()), default=None)
        if ends == self._alarm_at:
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm, self._alarm_at = None, ends
        if ends is not None:
            self._alarm = threading.Timer(max(0.0, ends - self._clock()) + ALARM_SECONDS, self._ring)
            self._alarm.daemon = True
            self._alarm.start()

    def _ring(self) -> None:
        with self._lock:
            self._alarm, self._alarm_at = None, None
            self.sweep()
