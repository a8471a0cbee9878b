"""A room of a class: who is in it, and which runs they have started. JSON in and out."""

from __future__ import annotations

import dataclasses
import json
import secrets
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from explorer.classroom.codes import ALPHABET, CODE_LENGTH, digest, new_code, new_secret, same, tidy_nickname

DEFAULT_HOURS, MAXIMUM_HOURS = 4, 12
MAXIMUM_MEMBERS, MAXIMUM_RUNS = 60, 300


@dataclass(frozen=True)
class Member:
    """A learner: an id for the board, the nickname, when they came, and the digest of what their browser keeps."""

    id: str
    nickname: str
    joined: float
    key: str


@dataclass(frozen=True)
class Started:
    """One run on the board, by its id, and the id of the member who started it."""

    run: str
    member: str
    hidden: bool = False


@dataclass(frozen=True)
class Room:
    """An open room; `opened` and `ends` are seconds of the clock, `key` is the digest of the teacher's secret."""

    code: str
    key: str
    opened: float
    ends: float
    members: tuple[Member, ...] = ()
    runs: tuple[Started, ...] = ()

    def member(self, member_id: str) -> Member | None:
        return next((member for member in self.members if member.id == member_id), None)

    def seated(self, key: str) -> Member | None:
        """The member whose key has this digest."""
        return next((member for member in self.members if same(member.key, key)), None)

    def called(self, nickname: str) -> Member | None:
        """The member of that nickname, however it is written."""
        return next((one for one in self.members if one.nickname.casefold() == nickname.casefold()), None)

    def with_member(self, member: Member) -> Room:
        return dataclasses.replace(self, members=(*self.members, member))

    def without_member(self, member_id: str) -> Room:
        """Without the member and their runs."""
        members = tuple(member for member in self.members if member.id != member_id)
        runs = tuple(started for started in self.runs if started.member != member_id)
        return dataclasses.replace(self, members=members, runs=runs)

    def with_run(self, run_id: str, member_id: str) -> Room:
        """With one run more; the oldest make room for it."""
        if any(started.run == run_id for started in self.runs):
            return self
        return dataclasses.replace(self, runs=(*self.runs, Started(run_id, member_id))[-MAXIMUM_RUNS:])

    def with_hidden(self, run_id: str, hidden: bool) -> Room:
        runs = tuple(
            dataclasses.replace(started, hidden=hidden) if started.run == run_id else started for started in self.runs
        )
        return dataclasses.replace(self, runs=runs)

    @cached_property
    def text(self) -> str:
        """The room as JSON; made once, as a room never changes."""
        parts = {"members": list(map(vars, self.members)), "runs": list(map(vars, self.runs))}
        return json.dumps({**vars(self), **parts}, ensure_ascii=False, separators=(",", ":"))

    @staticmethod
    def from_dict(data: Any) -> Room:
        """Rebuild a room from the data in `text`.

        Raises:
            ValueError, TypeError, KeyError, ExplorerError: if the data is not of that form, or beyond the bounds.
        """
        room = Room(
            str(data["code"]),
            str(data["key"]),
            float(data["opened"]),
            float(data["ends"]),
            tuple(_member(member) for member in data["members"][:MAXIMUM_MEMBERS]),
            tuple(Started(str(one["run"]), str(one["member"]), bool(one["hidden"])) for one in data["runs"]),
        )
        if len(room.code) != CODE_LENGTH or set(room.code) - set(ALPHABET) or not room.ends > room.opened:
            raise ValueError(room.code)
        return dataclasses.replace(room, runs=room.runs[-MAXIMUM_RUNS:])


def _member(data: Any) -> Member:
    return Member(str(data["id"]), tidy_nickname(str(data["nickname"])), float(data["joined"]), str(data["key"]))


def new_room(now: float, hours: float) -> tuple[Room, str]:
    """A room that ends after so many hours (1 to `MAXIMUM_HOURS`), and its teacher's secret."""
    secret = new_secret()
    span = min(max(hours, 1), MAXIMUM_HOURS) * 3600
    return Room(new_code(), digest(secret), now, now + span), secret


def new_member(nickname: str, now: float) -> tuple[Member, str]:
    """A member, and the secret that their browser keeps."""
    secret = new_secret()
    return Member(secrets.token_hex(6), nickname, now, digest(secret)), secret
