"""Class board: a room is opened, joined and left; the teacher alone sees what its members train."""

import dataclasses
import json
import shutil

import pytest
from pages.conftest import plain, sent, show, texts
from pages.test_compare import run_of

from explorer.classroom.codes import shown_code
from explorer.classroom.registry import TRIES
from explorer.training import store
from explorer.training.record import Status
from explorer.widgets import runs
from explorer.widgets.classroom import state
from explorer.widgets.language import escape

pytestmark = pytest.mark.pages

BOARD, LAB = "pages/board.py", "pages/cnn_lab.py"
HOSTILE = ["![x](http://x)", "<script>", "😀 지우", "**b** `c` $x$", "=cmd()", ":red[r]", "a\u202eb"]
GO_ON, JOIN, OPEN = (
    "FormSubmitter:room_find-Next",
    "FormSubmitter:room_join-Join",
    "FormSubmitter:room_open-Open the room",
)


@pytest.fixture(autouse=True)
def rooms(runs_folder):
    """No room is left over from another test."""
    state.rooms.clear()
    (runs_folder / "rooms.json").unlink(missing_ok=True)
    yield state.rooms()
    state.rooms().end()
    state.rooms.clear()


@pytest.fixture
def room(rooms):
    return rooms.open()


@pytest.fixture
def train(rooms, runs_folder):
    """Puts a run of a member on the server's disk and on the board."""
    kept = []

    def put(key, run_id, **changes):
        folder = runs_folder / run_id
        folder.mkdir(parents=True)
        kept.append(folder)
        record = dataclasses.replace(run_of("cnn-two-blocks", run_id), **{"created": float(len(kept)), **changes})
        store.write_record(folder, record)
        rooms.started(key, run_id)
        return folder

    yield put
    for folder in kept:
        shutil.rmtree(folder, ignore_errors=True)


def join(rooms, room, name="Mina"):
    return rooms.join(room.code, name, rooms.new_tries())[1]


def board(secret, **link):
    at = show(BOARD, board=secret, **link)
    assert not at.exception
    return at


def click(at, key):
    at.button(key=key).click().run()
    assert not at.exception
    return at


def cells(at):
    found = dict(sent(at, "explorer_board"))
    return {cell["name"]: cell for cell in found["board_grid"]["cells"]} if found else {}


def seated(at):
    """What the line above the page says."""
    return [text for text in plain(at.markdown) if "In room" in text]


def remembered(at):
    """What the browser is told to keep and to forget."""
    return dict(sent(at, "explorer_room"))["room_memory"]["kinds"]


def fresh(page, **session):
    from streamlit.testing.v1 import AppTest

    from scripts.app_server import ROOT

    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in session.items():
        at.session_state[name] = value
    return at.switch_page(page).run()


def test_a_teacher_opens_a_room_and_reads_how_to_join(rooms):
    at = show(BOARD)
    at.slider(key="room_hours").set_value(2)
    click(at, OPEN)
    room = rooms.taught(at.session_state[state.TEACHER])
    assert room.ends - room.opened == 2 * 3600
    assert at.metric[0].value == shown_code(room.code)
    links = [code.value for code in at.code]
    assert any(link.endswith(f"?room={room.code}") for link in links)
    assert at.get("imgs") or at.get("image"), "the QR code"
    assert any("Nobody is here yet" in text for text in plain(at.info))
    assert at.session_state[state.TEACHER] not in "".join(at.query_params)


def test_a_learner_joins_by_the_link_and_is_told_what_is_seen(rooms, room):
    room, secret = room
    at = show(BOARD, room=room.code)
    said = " ".join(plain(at.markdown))
    assert "Your teacher sees your nickname and every run that you start from now on" in said
    assert "the room is gone" in said
    at.text_input(key="room_nickname").set_value(" Mina ")
    click(at, JOIN)
    assert "room" not in at.query_params
    assert [member.nickname for member in rooms.taught(secret).members] == ["Mina"]
    assert f"In room {shown_code(room.code)} as Mina" in seated(at)[0].replace("*", "")
    assert any("your run appears on the board" in text for text in plain(at.success))


def test_a_learner_joins_by_the_code(rooms, room):
    at = show(BOARD)
    at.text_input(key="room_code").set_value(shown_code(room[0].code).lower())
    click(at, GO_ON)
    at.text_input(key="room_nickname").set_value("Ben")
    click(at, JOIN)
    assert [member.nickname for member in rooms.taught(room[1]).members] == ["Ben"]


def test_the_membership_is_in_no_link(rooms, room):
    at = fresh(LAB, **{state.SEAT: join(rooms, room[0])})
    secret = at.session_state[state.SEAT]
    values = [value for name in at.query_params for value in at.query_params[name]]
    assert secret not in "".join(values)
    assert room[0].code not in "".join(values)
    assert seated(at)
    assert not seated(show(LAB, **{name: value[0] for name, value in at.query_params.items()}))


@pytest.mark.parametrize("page", [LAB, "pages/home.py", "pages/text.py", BOARD])
def test_the_way_out_is_on_every_page(rooms, room, page):
    key = join(rooms, room[0])
    at = fresh(page, **{state.SEAT: key})
    assert seated(at)
    click(at, "room_leave")
    assert not seated(at)
    assert rooms.taught(room[1]).members == ()
    assert remembered(at)[state.SEAT] == {"keep": "", "drop": key}


def test_who_is_in_no_room_sees_no_line(rooms):
    at = show(LAB)
    assert not seated(at)
    assert remembered(at)[state.SEAT] == {"keep": "", "drop": ""}


def test_the_browser_s_memory_brings_the_seat_and_the_board_back(rooms, room, monkeypatch):
    key = join(rooms, room[0])
    import streamlit as st

    session = {}
    monkeypatch.setattr(st, "session_state", session)
    state.remember(json.dumps({state.SEAT: key, state.TEACHER: room[1]}))
    assert state.seat().member.nickname == "Mina"
    assert state.taught() == rooms.taught(room[1])
    state.remember(json.dumps({state.SEAT: "another"}))
    assert session[state.SEAT] == key, "a seat that is held stays"


@pytest.mark.parametrize("text", ["", "{", "[]", "5", '{"room_seat": 5}', '{"room_seat": "unknown"}', '{"a": {}}'])
def test_what_a_browser_kept_and_opens_nothing_is_forgotten(rooms, monkeypatch, text):
    import streamlit as st

    session = {}
    monkeypatch.setattr(st, "session_state", session)
    state.remember(text)
    assert state.seat() is None
    assert state.taught() is None
    if "unknown" in text:
        assert state.kept(state.SEAT) == state.Kept("", "unknown")


@pytest.mark.parametrize("code", ["AAAA-AAAA", "", "![x](http://x)", "<b>", "x" * 500, "\x00"])
def test_a_wrong_code_is_said_once_and_leaves_the_link(code):
    at = show(BOARD, room=code)
    assert not at.exception
    (said,) = plain(at.error)
    assert "There is no open room" in said
    assert "room" not in at.query_params
    at.run()
    assert plain(at.error) == []


def test_guessing_is_stopped_with_the_seconds_to_wait(room):
    at = show(BOARD)
    for _ in range(TRIES):
        at.text_input(key="room_code").set_value("AAAA-AAAA")
        click(at, GO_ON)
        assert "There is no open room" in plain(at.error)[0]
    at.text_input(key="room_code").set_value(room[0].code)
    click(at, GO_ON)
    assert "Too many wrong codes; try again in" in plain(at.error)[0]
    assert "room_nickname" not in [field.key for field in at.text_input]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_nickname_is_text_wherever_it_stands(rooms, room, train, name):
    at = show(BOARD, room=room[0].code)
    at.text_input(key="room_nickname").set_value(name)
    click(at, JOIN)
    (member,) = rooms.taught(room[1]).members
    _shown_as_text(at, member.nickname)
    train(at.session_state[state.SEAT], "1" * 16)
    seen = board(room[1])
    assert set(cells(seen)) == {member.nickname}
    seen.selectbox(key="board_member").set_value(member.id).run()
    assert not seen.exception
    _shown_as_text(seen, member.nickname)
    assert list(seen.dataframe[0].value["Nickname"]) == [member.nickname]


def _shown_as_text(at, nickname):
    """The name is in the page's Markdown, and nowhere but escaped."""
    written = [element.value for kind in (at.markdown, at.caption, at.success, at.info) for element in kind]
    literal = escape(nickname)
    assert any(literal in text for text in written)
    left = [text.replace(literal, "") for text in written]
    assert not [text for text in left if nickname in text]


def test_a_long_nickname_is_cut(rooms, room):
    at = show(BOARD, room=room[0].code)
    at.text_input(key="room_nickname").set_value("x" * 300)
    click(at, JOIN)
    assert [member.nickname for member in rooms.taught(room[1]).members] == ["x" * 20]


@pytest.mark.parametrize("name", ["", "   ", "\u200b"])
def test_a_nickname_that_cannot_be_is_refused(rooms, room, name):
    at = show(BOARD, room=room[0].code)
    at.text_input(key="room_nickname").set_value(name)
    click(at, JOIN)
    assert "1 to 20 characters" in plain(at.error)[0]
    assert rooms.taught(room[1]).members == ()


def test_a_run_that_a_member_starts_is_on_the_board(rooms, room, monkeypatch):
    at = fresh(f"{LAB}", **{state.SEAT: join(rooms, room[0])})
    train_button = next(button for button in at.button if button.label == "Train")
    train_button.click().run()
    assert not at.exception
    (started,) = rooms.taught(room[1]).runs
    assert started.run in at.session_state[runs.KNOWN]
    (cell,) = cells(board(room[1])).values()
    assert cell["name"] == "Mina"
    click(at, "room_leave")
    assert rooms.taught(room[1]).runs == ()


def test_one_who_is_in_no_room_trains_for_no_board(rooms, room):
    at = show(LAB)
    next(button for button in at.button if button.label == "Train").click().run()
    assert not at.exception
    assert rooms.taught(room[1]).runs == ()


def test_the_board_shows_each_member_s_newest_run_and_what_differs(rooms, room, train):
    mina, ben, _ole = (join(rooms, room[0], name) for name in ("Mina", "Ben", "Ole"))
    train(mina, "1" * 16)
    train(ben, "2" * 16)
    usual = run_of("cnn-two-blocks", "3" * 16)
    faster = dataclasses.replace(usual.request, recipe=dataclasses.replace(usual.request.recipe, learning_rate=0.03))
    train(mina, "3" * 16, request=faster, status=Status.RUNNING, test_accuracy=None)
    at = board(room[1])
    found = cells(at)
    assert set(found) == {"Mina", "Ben"}
    assert found["Mina"]["newest"] == [0.8, 0.8, 0.8]
    assert found["Mina"]["differs"] == f"Learning rate 0.03 (usually {usual.request.recipe.learning_rate:g})"
    assert found["Mina"]["live"]
    assert found["Mina"]["older"] == []
    assert found["Ben"]["differs"] == ""
    assert any("No run yet: Ole" in text for text in plain(at.caption))
    rows = {row["Nickname"]: row for row in at.dataframe[0].value.to_dict("records")}
    assert rows["Ben"]["Test accuracy"] == 0.88
    assert rows["Ben"]["Parameters"] == usual.spec.parameters
    assert rows["Ben"]["Time"] == 7.5
    assert rows["Ben"]["State"] == "✓ finished"
    at.toggle(key="board_every").set_value(True).run()
    assert len(cells(at)["Mina"]["older"]) == 1
    assert len(at.dataframe[0].value) == 3


def test_the_board_is_filtered_ordered_and_measured_from_the_link(rooms, room, train):
    for number, name in enumerate(("Mina", "Ben", "mimi"), 1):
        history = tuple(
            dataclasses.replace(epoch, val_accuracy=number / 10, val_loss=number)
            for epoch in run_of("cnn-two-blocks", "0" * 16).history
        )
        train(join(rooms, room[0], name), str(number) * 16, history=history)
    at = board(room[1], board_filter="MI", board_order="best", board_measure="loss")
    assert list(cells(at)) == ["mimi", "Mina"]
    assert cells(at)["mimi"]["newest"] == [3.0, 3.0, 3.0]
    assert list(cells(board(room[1], board_order="name"))) == ["Ben", "mimi", "Mina"]
    assert list(cells(board(room[1]))) == ["mimi", "Ben", "Mina"]
    nobody = board(room[1], board_filter="zzz")
    assert cells(nobody) == {}
    assert any("No run is like that" in text for text in plain(nobody.info))


def test_several_data_sets_are_told_apart(rooms, room, train):
    train(join(rooms, room[0], "Mina"), "1" * 16)
    train(join(rooms, room[0], "Ben"), "2" * 16, request=run_of("gru", "2" * 16).request)
    at = board(room[1])
    assert [cell["differs"] for cell in cells(at).values()] == ["", ""]
    at.selectbox(key="board_data").set_value("imdb").run()
    assert not at.exception
    assert list(cells(at)) == ["Ben"]


def test_a_run_that_is_deleted_disappears(rooms, room, train):
    key = join(rooms, room[0])
    folder = train(key, "1" * 16)
    at = board(room[1])
    assert set(cells(at)) == {"Mina"}
    shutil.rmtree(folder)
    at.run()
    assert not at.exception
    assert cells(at) == {}
    assert plain(at.warning) == plain(at.error) == []


def test_the_teacher_looks_inside_hides_and_removes(rooms, room, train, runs_folder):
    key = join(rooms, room[0])
    folder = train(key, "1" * 16)
    shutil.copytree(store.SHIPPED / "cnn-two-blocks", folder, dirs_exist_ok=True)
    record = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps({**record, "id": folder.name}))
    at = board(room[1])
    (member,) = rooms.taught(room[1]).members
    at.selectbox(key="board_member").set_value(member.id).run()
    (link,) = at.get("page_link")
    assert link.proto.query_string == f"model={'1' * 16}"
    click(at, f"board_hide-{'1' * 16}")
    assert cells(at) == {}
    at.toggle(key="board_hidden").set_value(True).run()
    assert set(cells(at)) == {"Mina"}
    click(at, f"board_hide-{'1' * 16}")
    assert not rooms.taught(room[1]).runs[0].hidden
    click(at, "board_remove")
    assert rooms.seat(key) is None
    assert any("Nobody is here yet" in text for text in plain(at.info))


def test_closing_ends_the_room_for_all(rooms, room):
    key = join(rooms, room[0])
    at = board(room[1])
    learner = fresh(LAB, **{state.SEAT: key})
    click(at, "room_close")
    assert rooms.taught(room[1]) is None
    assert [form for form in at.button if form.key == OPEN]
    learner.run()
    assert not learner.exception
    assert not seated(learner)
    assert "You are in no room any more" in plain(learner.toast)[0]
    learner.run()
    assert plain(learner.toast) == []


def test_the_teacher_s_link_leaves_no_secret_in_the_address(room):
    at = board(room[1])
    assert "board" not in at.query_params
    assert at.session_state[state.TEACHER] == room[1]


@pytest.mark.parametrize("secret", ["", "x", "A" * 32, "<b>", "x" * 5000])
def test_a_teacher_s_link_that_opens_nothing_says_so(secret):
    at = show(BOARD, board=secret)
    assert not at.exception
    assert "has ended" in plain(at.error)[0]
    assert state.TEACHER not in at.session_state


def test_a_learner_sees_no_board(rooms, room, train):
    key = join(rooms, room[0])
    train(join(rooms, room[0], "Ben"), "1" * 16)
    at = fresh(BOARD, **{state.SEAT: key})
    assert cells(at) == {}
    assert not any("Ben" in text for text in texts(at))
    assert room[1] not in "".join(texts(at))


def test_the_rooms_are_kept_beside_the_runs(rooms, room, runs_folder):
    assert room[0].code in (runs_folder / "rooms.json").read_text()
