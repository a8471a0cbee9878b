"""On a server for others nobody finds a run without its id, and who has the id may look, no more."""

import json
import shutil

import pytest
from security.conftest import reader

from explorer.training.store import SHIPPED, new_id
from scripts.app_server import AppServer

pytestmark = pytest.mark.jobs

NAME = "somebody's very own run"
LISTING = ("runs", "compare", "cnn_lab", "inside_cnn", "home")


@pytest.fixture(scope="module")
def run_id():
    return new_id()


def started(folder, run_id, **settings):
    """A server with one run that none of its sessions has begun."""
    kept = folder / "runs" / run_id
    shutil.copytree(SHIPPED / "cnn-two-blocks", kept)
    record = json.loads((kept / "run.json").read_text())
    (kept / "run.json").write_text(json.dumps({**record, "id": run_id, "name": NAME}))
    return AppServer(folder, settings=settings).start()


@pytest.fixture(scope="module")
def hosted(tmp_path_factory, run_id):
    running = started(tmp_path_factory.mktemp("hosted"), run_id, EXPLORER_HOSTED="1")
    yield running
    running.stop()


def sent(session):
    return b"".join(session.messages).decode("utf-8", "replace").replace("\\", "")


@pytest.mark.parametrize("page", LISTING)
def test_a_run_is_listed_to_nobody_who_lacks_its_id(hosted, run_id, page):
    with reader(hosted, "runs", f"run={run_id}") as owner, reader(hosted, page.removeprefix("home")) as stranger:
        assert NAME in sent(owner)
        assert stranger.errors == []
        assert run_id not in sent(stranger)
        assert NAME not in sent(stranger)


def test_who_has_the_id_may_look_and_not_change(hosted, run_id):
    with reader(hosted, "runs", f"run={run_id}") as session:
        assert NAME in sent(session)
        assert f"runs_name-{run_id}" not in session.ids
        assert "runs_delete" not in session.ids


def test_on_ones_own_machine_all_runs_are_listed(tmp_path, run_id):
    running = started(tmp_path, run_id, EXPLORER_HOSTED="0")
    try:
        with reader(running, "runs") as session:
            assert NAME in sent(session)
        with reader(running, "runs", f"run={run_id}") as session:
            assert f"runs_name-{run_id}" in session.ids
            assert "runs_delete" in session.ids
    finally:
        running.stop()


def test_an_id_cannot_be_guessed():
    drawn = {new_id() for _ in range(1000)}
    assert len(drawn) == 1000
    assert all(len(bytes.fromhex(one)) >= 8 for one in drawn)
