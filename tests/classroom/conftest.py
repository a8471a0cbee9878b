"""Rooms on a clock that only the test moves."""

from dataclasses import dataclass

import pytest

from explorer.classroom.registry import Rooms

NOON = 1_800_000_000.0


@dataclass
class Clock:
    now: float = NOON

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "runs" / "rooms.json"


@pytest.fixture
def start(path, clock):
    """Starts a server's rooms; a second one reads what the first has kept."""
    begun = []

    def begin():
        begun.append(Rooms(path, clock))
        return begun[-1]

    yield begin
    for rooms in begun:
        rooms.end()


@pytest.fixture
def rooms(start):
    return start()
