"""Rooms: opened, joined, left, bounded, kept over a restart, and gone when their time is over."""

import json
import threading
import time

import pytest

from explorer.classroom import registry
from explorer.classroom.codes import ALPHABET, shown_code
from explorer.classroom.keeping import LARGEST_FILE
from explorer.classroom.registry import MAXIMUM_ROOMS, TRIES, TRIES_OF_ALL, TRY_SECONDS, Rooms
from explorer.classroom.rooms import MAXIMUM_HOURS, MAXIMUM_MEMBERS, MAXIMUM_RUNS
from explorer.messages import ExplorerError


def joined(rooms, room, name="Mina"):
    return rooms.join(room.code, name, rooms.new_tries())


def ids(room):
    return [started.run for started in room.runs]


def test_a_member_s_runs_are_in_the_room_until_they_leave(rooms):
    room, secret = rooms.open()
    seat, key = joined(rooms, room)
    assert seat.member.nickname == "Mina"
    rooms.started(key, "a")
    rooms.started(key, "b")
    rooms.started(key, "a")
    assert ids(rooms.taught(secret)) == ["a", "b"]
    rooms.leave(key)
    assert rooms.seat(key) is None
    assert rooms.taught(secret).members == rooms.taught(secret).runs == ()
    rooms.started(key, "c")
    assert ids(rooms.taught(secret)) == []


def test_the_code_opens_no_board_and_the_board_s_secret_no_seat(rooms):
    room, secret = rooms.open()
    _seat, key = joined(rooms, room)
    for wrong in (room.code, shown_code(room.code), room.key, key, "", secret[:-1], secret + "a"):
        assert rooms.taught(wrong) is None
    for wrong in (room.code, secret, "", rooms.taught(secret).members[0].id, rooms.taught(secret).members[0].key):
        assert rooms.seat(wrong) is None


def test_a_stranger_changes_nothing(rooms):
    room, secret = rooms.open()
    seat, key = joined(rooms, room)
    rooms.started(key, "a")
    before = rooms.taught(secret)
    for wrong in (key, room.code, room.key, "x"):
        rooms.close(wrong)
        rooms.hide(wrong, "a")
        rooms.remove(wrong, seat.member.id)
    assert rooms.taught(secret) == before


def test_the_teacher_hides_removes_and_closes(rooms):
    room, secret = rooms.open()
    seat, key = joined(rooms, room)
    rooms.started(key, "a")
    rooms.hide(secret, "a")
    assert rooms.taught(secret).runs[0].hidden
    rooms.hide(secret, "a", False)
    assert not rooms.taught(secret).runs[0].hidden
    rooms.remove(secret, seat.member.id)
    assert rooms.seat(key) is None
    joined(rooms, room)
    rooms.close(secret)
    assert rooms.taught(secret) is None
    with pytest.raises(ExplorerError, match="no open room"):
        joined(rooms, room)


def test_nicknames_are_told_apart(rooms):
    room, _secret = rooms.open()
    joined(rooms, room, "Mina")
    with pytest.raises(ExplorerError, match="called MINA already"):
        joined(rooms, room, " MINA ")


def test_rooms_members_and_runs_are_bounded(rooms):
    room, secret = rooms.open()
    keys = [joined(rooms, room, f"m{number}")[1] for number in range(MAXIMUM_MEMBERS)]
    with pytest.raises(ExplorerError, match="is full: 60 members"):
        joined(rooms, room, "late")
    for number in range(MAXIMUM_RUNS + 7):
        rooms.started(keys[number % len(keys)], f"run{number}")
    kept = ids(rooms.taught(secret))
    assert len(kept) == MAXIMUM_RUNS
    assert kept[0] == "run7"
    assert kept[-1] == f"run{MAXIMUM_RUNS + 6}"


def test_too_many_rooms_are_refused_until_one_is_deserted(rooms, clock):
    first, first_secret = rooms.open(12)
    joined(rooms, first)
    second, second_secret = rooms.open(1)
    for _ in range(MAXIMUM_ROOMS - 2):
        rooms.open(12)
    with pytest.raises(ExplorerError, match=r"All 50 rooms .* ends in 61 minutes"):
        rooms.open()
    clock.now += registry.DESERTED_SECONDS
    _room, secret = rooms.open()
    assert rooms.taught(second_secret) is None, "the deserted one that was opened first"
    assert rooms.taught(first_secret) is not None, "somebody is in it"
    assert rooms.taught(secret) is not None
    assert second.code != first.code


@pytest.mark.parametrize(("asked", "hours"), [(4, 4), (0, 1), (12, 12), (1000, MAXIMUM_HOURS)])
def test_a_room_is_gone_with_everything_after_its_time(rooms, clock, path, asked, hours):
    room, secret = rooms.open(asked)
    seat, key = joined(rooms, room, "Wilhelmina")
    rooms.started(key, "a")
    assert seat.room.ends == clock.now + hours * 3600
    clock.now += hours * 3600 - 1
    assert rooms.taught(secret) is not None
    clock.now += 1
    assert "Wilhelmina" in path.read_text()
    assert rooms.taught(secret) is None
    assert rooms.seat(key) is None
    assert "Wilhelmina" not in path.read_text()


def test_a_room_is_gone_from_the_disk_though_nobody_looks(path, monkeypatch):
    monkeypatch.setattr(registry, "ALARM_SECONDS", 0.01)
    rooms = Rooms(path)
    room, _secret = rooms.open()
    joined(rooms, room)
    # A room that is nearly over when the server starts.
    listed = json.loads(path.read_text())
    rooms.end()
    listed[0]["ends"] = time.time() + 0.2
    path.write_text(json.dumps(listed))
    again = Rooms(path)
    assert "Mina" in path.read_text()
    deadline = time.monotonic() + 10
    while "Mina" in path.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    again.end()


def test_wrong_codes_are_limited_in_a_session(rooms, clock):
    room, _secret = rooms.open()
    tries = rooms.new_tries()
    for _ in range(TRIES):
        with pytest.raises(ExplorerError, match="no open room"):
            rooms.find("AAAA-AAAA", tries)
        clock.now += 1
    with pytest.raises(ExplorerError, match=f"try again in {int(TRY_SECONDS) - TRIES + 1} seconds"):
        rooms.find(room.code, tries)
    assert rooms.find(room.code, rooms.new_tries()) == room, "others are not held up"
    clock.now += TRY_SECONDS - TRIES
    assert rooms.find(room.code, tries) == room


def test_wrong_codes_are_limited_in_all(rooms, clock):
    room, _secret = rooms.open()
    for _ in range(TRIES_OF_ALL):
        with pytest.raises(ExplorerError, match="no open room"):
            rooms.find("AAAA-AAAA", rooms.new_tries())
    with pytest.raises(ExplorerError, match="Too many wrong codes"):
        rooms.join(room.code, "Mina", rooms.new_tries())
    clock.now += TRY_SECONDS
    assert rooms.join(room.code, "Mina", rooms.new_tries())


def test_guessing_for_half_a_day_finds_no_room():
    tried = TRIES_OF_ALL * MAXIMUM_HOURS * 3600 / TRY_SECONDS
    assert tried * MAXIMUM_ROOMS / len(ALPHABET) ** 8 < 1e-4


def test_right_codes_cost_no_try(rooms):
    room, _secret = rooms.open()
    tries = rooms.new_tries()
    for _ in range(10 * TRIES):
        assert rooms.find(shown_code(room.code).lower(), tries).code == room.code


def test_rooms_survive_a_restart(start):
    before = start()
    room, secret = before.open()
    _seat, key = joined(before, room, "지우 <b>")
    before.started(key, "a")
    before.hide(secret, "a")
    after = start()
    assert after.taught(secret) == before.taught(secret)
    assert after.seat(key).member.nickname == "지우 <b>"
    after.started(key, "b")
    assert ids(start().taught(secret)) == ["a", "b"]


def test_no_secret_is_on_the_disk(rooms, path):
    room, secret = rooms.open()
    _seat, key = joined(rooms, room)
    text = path.read_text()
    assert room.code in text
    assert secret not in text
    assert key not in text


def test_a_room_that_ended_while_the_server_was_down_is_dropped(start, clock, path):
    _room, secret = start().open(1)
    clock.now += 3600
    assert start().taught(secret) is None
    assert json.loads(path.read_text()) == []


@pytest.mark.parametrize("text", ["", "{", "[1, null, {}]", '{"a": 1}', "[" * 100_000, "\x00\xff", "null", "NaN"])
def test_a_corrupt_file_is_begun_anew(start, path, text):
    path.parent.mkdir()
    path.write_bytes(text.encode("latin-1"))
    rooms = start()
    _room, secret = rooms.open()
    assert start().taught(secret) is not None


def test_a_file_that_is_too_large_is_not_read(start, path):
    _room, secret = start().open()
    with path.open("ab") as file:
        file.write(b" " * LARGEST_FILE)
    assert start().taught(secret) is None


@pytest.mark.parametrize(
    "change",
    [
        {"code": "short"},
        {"ends": 0},
        {"ends": float("nan")},
        {"ends": 1e300},
        {"members": [{"id": "x"}]},
        {"members": [{"id": "x", "nickname": "y" * 99, "joined": 0, "key": ""}]},
        {"runs": 5},
    ],
)
def test_a_damaged_room_is_left_out_and_the_others_stay(start, path, change):
    before = start()
    before.open()
    _room, secret = before.open()
    listed = json.loads(path.read_text())
    listed[0] |= change
    path.write_text(json.dumps(listed))
    after = start()
    assert after.taught(secret) is not None
    assert len(json.loads(path.read_text())) == 1


def test_what_was_kept_is_bounded_too(start, path):
    before = start()
    room, secret = before.open()
    joined(before, room)
    listed = json.loads(path.read_text())
    (member,) = listed[0]["members"]
    listed[0]["members"] = [{**member, "id": str(n), "nickname": f"n{n}"} for n in range(MAXIMUM_MEMBERS + 5)]
    listed[0]["runs"] = [{"run": str(n), "member": "0", "hidden": False} for n in range(MAXIMUM_RUNS + 5)]
    path.write_text(json.dumps(listed * (MAXIMUM_ROOMS + 5)))
    found = start().taught(secret)
    assert len(found.members) == MAXIMUM_MEMBERS
    assert ids(found) == [str(n) for n in range(5, MAXIMUM_RUNS + 5)]


def test_a_disk_that_takes_nothing_stops_no_class(tmp_path, clock):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    rooms = Rooms(blocked / "rooms.json", clock)
    room, secret = rooms.open()
    joined(rooms, room)
    assert len(rooms.taught(secret).members) == 1
    rooms.end()


def test_thirty_sessions_at_once_lose_nothing(rooms, start):
    room, secret = rooms.open()
    problems = []

    def learner(number):
        try:
            _seat, key = joined(rooms, room, f"learner {number}")
            for run in range(5):
                rooms.started(key, f"{number}-{run}")
                assert rooms.seat(key).member.nickname == f"learner {number}"
                assert rooms.taught(secret) is not None
            if number % 3 == 0:
                rooms.leave(key)
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=learner, args=(number,)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    stay = [number for number in range(30) if number % 3]
    found = rooms.taught(secret)
    assert {member.nickname for member in found.members} == {f"learner {number}" for number in stay}
    assert sorted(ids(found)) == sorted(f"{number}-{run}" for number in stay for run in range(5))
    assert start().taught(secret) == found


def test_no_more_than_sixty_come_in_at_once(rooms):
    room, secret = rooms.open()
    refused = []

    def learner(number):
        try:
            joined(rooms, room, f"n{number}")
        except ExplorerError:
            refused.append(number)

    threads = [threading.Thread(target=learner, args=(number,)) for number in range(MAXIMUM_MEMBERS + 15)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rooms.taught(secret).members) == MAXIMUM_MEMBERS
    assert len(refused) == 15
