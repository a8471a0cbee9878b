"""A store at a URL: what one machine writes the others see, in order, bounded, and without a word lost."""

import dataclasses
import time

import numpy as np
import pytest
from training.test_store import record, weights

from explorer.messages import ExplorerError
from explorer.remote import Remote
from explorer.training import shared, workspace
from explorer.training.outcome import left
from explorer.training.record import Start, Status
from explorer.training.run_file import read_record, write_record
from explorer.training.snapshots import SnapshotWriter
from explorer.training.store import Store
from explorer.training.twin import Twin
from explorer.training.workspace import BegunBefore, GivenUp


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(shared, "REFRESH_SECONDS", 0.1)
    monkeypatch.setattr(workspace, "PUSH_SECONDS", 0.1)
    monkeypatch.setattr(workspace, "LAST_PAUSE", 0.01)


@pytest.fixture
def remote(tmp_path):
    return Remote(f"file://{tmp_path}/bucket")


@pytest.fixture
def machine(remote, tmp_path):
    """Servers, one after the other, each with a folder of its own."""
    stores = []

    def started(name, **changes):
        store = Store(tmp_path / name, remote=remote, **changes)
        store.close_abandoned()
        stores.append(store)
        return store

    yield started
    for store in stores:
        store.shared.close()


def until(true, seconds=10):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)


def trained(store, name, **changes):
    run = store.create(record(name, status=Status.FINISHED, best_epoch=None, **changes))
    with run.writing():
        SnapshotWriter(run.folder / "snapshots.npz", 2**30).add(1, weights())
    until(lambda: store.settled(name))
    return run


def test_a_store_in_a_folder_has_nothing_to_do_with_urls(tmp_path, monkeypatch):
    monkeypatch.delenv("EXPLORER_RUNS_URL", raising=False)
    monkeypatch.setenv("EXPLORER_RUNS_DIR", str(tmp_path))
    store = Store.from_environment()
    run = store.create(record("any"))
    assert store.shared is None
    assert store.settled("any")
    assert store.place(run) == str(tmp_path / "any")


def test_another_machine_sees_the_run_and_brings_its_files_when_they_are_opened(machine):
    trained(machine("one"), "first")
    other = machine("two")
    until(lambda: other.runs())
    folder = other.folder / "first"
    assert not (folder / "snapshots.npz").exists(), "large files wait until somebody opens the run"
    run = other.open("first")
    assert run.epochs == (1,)
    for name, group in weights().items():
        np.testing.assert_equal(dict(run.network(1).weights[name]), group)


def test_names_and_deletions_are_passed_on(machine):
    one, two = machine("one"), machine("two")
    trained(one, "first")
    trained(one, "second")
    until(lambda: len(two.runs()) == 2)
    one.rename("first", "renamed")
    until(lambda: two.open("first").record.name == "renamed")
    one.delete("second")
    until(lambda: len(two.runs()) == 1)
    assert not (two.folder / "second").exists()
    with pytest.raises(ExplorerError, match="There is no run"):
        two.open("second")


def test_a_new_server_on_an_empty_folder_shows_all_and_ends_what_was_open(machine, tmp_path):
    one = machine("one")
    trained(one, "ended")
    one.create(record("open", status=Status.RUNNING))
    until(lambda: one.settled("open"))
    one.shared.close()
    two = machine("two")
    until(lambda: len(two.runs()) == 2 and two.open("open").record.status is Status.LOST)
    assert two.open("ended").record.status is Status.FINISHED
    until(lambda: two.settled("open"))
    assert read_record(tmp_path / "bucket" / "open").status is Status.LOST


def test_a_run_submitted_while_the_store_is_still_looked_through_is_not_given_up(machine, remote, monkeypatch):
    trained(machine("one"), "old")
    looked = Remote.files

    def slowly(self, folder=""):
        time.sleep(0.3)
        return looked(self, folder)

    monkeypatch.setattr(Remote, "files", slowly)
    two = machine("two")
    two.create(record("new"))
    until(lambda: two.settled("new") and len(two.runs()) == 2)
    assert two.open("new").record.status is Status.QUEUED


def test_runs_of_a_folder_that_was_not_shared_before_are_sent(machine, tmp_path, remote):
    Store(tmp_path / "one").create(record("local", status=Status.FINISHED))
    machine("one")
    until(lambda: "local/run.json" in remote.files())


def test_what_was_not_sent_is_sent_when_the_place_is_back(machine, remote, monkeypatch):
    store = machine("one")
    trained(store, "before")

    def gone(*_arguments):
        raise OSError("the place cannot be reached")

    with monkeypatch.context() as broken:
        broken.setattr(Remote, "put", gone)
        broken.setattr(Remote, "files", gone)
        store.create(record("meanwhile", status=Status.FINISHED))
        time.sleep(0.5)
        assert not store.settled("meanwhile")
        assert {run.record.id for run in store.runs()} == {"before", "meanwhile"}
    until(lambda: store.settled("meanwhile"))
    assert "meanwhile/run.json" in remote.files()


def test_the_oldest_ended_runs_make_room_on_both_sides(machine, remote):
    store = machine("one", limit_bytes=250_000)
    for name in ("one", "two", "three"):
        run = store.create(record(name, status=Status.RUNNING if name == "one" else Status.FINISHED))
        with run.writing():
            (run.folder / "model.keras").write_bytes(bytes(100_000))
        until(lambda name=name: store.settled(name) and name in store.shared.rooms())
        time.sleep(0.02)
    until(lambda: len(store.shared.rooms()) == 3)
    store.prune()
    until(lambda: {name.split("/")[0] for name in remote.files()} == {"one", "three"})
    assert {path.name for path in store.folder.iterdir()} == {"one", "three"}


def queued(store, name, **changes):
    run = store.create(record(name, **changes))
    until(lambda: store.settled(name))
    return store.place(run)


def test_a_worker_trains_in_a_folder_of_its_own_and_sends_what_it_has(machine):
    store = machine("one")
    with workspace.workspace(queued(store, "run")) as space:
        assert read_record(space.folder).status is Status.RUNNING
        until(lambda: store.open("run").record.status is Status.RUNNING)
        SnapshotWriter(space.folder / "snapshots.npz", 2**30).add(0, weights())
        until(lambda: store.open("run").epochs == (0,))
        write_record(space.folder, dataclasses.replace(read_record(space.folder), status=Status.FINISHED))
        space.keep()
    assert not space.folder.exists()
    until(lambda: store.open("run").record.status is Status.FINISHED)


def test_a_worker_brings_the_weights_that_it_begins_with(machine):
    store = machine("one")
    trained(store, "first")
    request = dataclasses.replace(record("any").request, start=Start("first", 1))
    with workspace.workspace(queued(store, "second", request=request)) as space:
        first = Store(space.folder.parent).first_weights(request)
        assert all(first[name].keys() == group.keys() for name, group in weights().items())


@pytest.mark.parametrize("place", ["folder", "url"])
def test_a_run_that_was_begun_is_left_alone(machine, tmp_path, place):
    store = machine("one") if place == "url" else Store(tmp_path)
    where = queued(store, "run")
    with workspace.workspace(where):
        pass
    with pytest.raises(BegunBefore), workspace.workspace(where):
        raise AssertionError("trained twice")


@pytest.mark.parametrize("place", ["folder", "url"])
@pytest.mark.parametrize("ends", ["closed", "deleted"])
def test_a_worker_gives_up_a_run_that_its_server_has_ended(machine, tmp_path, place, ends):
    store = machine("one") if place == "url" else Store(tmp_path / "one")
    run = store.create(record("run"))
    until(lambda: store.settled("run"))
    with workspace.workspace(store.place(run)) as space:
        space.check()
        until(lambda: store.open("run").record.status is Status.RUNNING)
        if ends == "deleted":
            store.delete("run", ended=True)
        else:
            with run.writing():
                write_record(run.folder, record("run", status=Status.LOST))
        with pytest.raises(GivenUp):
            until(lambda: space.check())
        if place == "url":
            with pytest.raises(GivenUp):
                space.keep()
    if ends == "closed":
        assert store.open("run").record.status is Status.LOST


@pytest.mark.parametrize("place", ["folder", "url"])
def test_what_a_worker_sent_last_is_there_though_it_is_not_heard_of_again(machine, tmp_path, monkeypatch, place):
    monkeypatch.setattr(shared, "REFRESH_SECONDS", 60)
    store = machine("one") if place == "url" else Store(tmp_path / "one")
    run = store.create(record("run"))
    until(lambda: store.settled("run"))
    with workspace.workspace(store.place(run)) as space:
        assert left(run) is None
        done = dataclasses.replace(read_record(space.folder), status=Status.FINISHED)
        write_record(space.folder, done)
        space.keep()
    assert left(run) == done


def test_a_worker_that_cannot_send_says_so(machine, monkeypatch):
    def full(*_arguments):
        raise OSError(28, "No space left on device")

    with workspace.workspace(queued(machine("one"), "run")) as space:
        (space.folder / "model.keras").write_bytes(b"model")
        monkeypatch.setattr(Remote, "put", full)
        with pytest.raises(OSError, match="No space"):
            space.keep()


def test_names_from_elsewhere_stay_in_the_runs_folder(remote, tmp_path):
    (tmp_path / "bucket" / "run" / "sub").mkdir(parents=True)
    (tmp_path / "bucket" / "run" / "sub" / "file").write_text("deep")
    twin = Twin(remote, tmp_path / "here" / "run")
    assert twin.newer(twin.there()) == []


def test_what_changed_here_meanwhile_is_not_overwritten(remote, tmp_path):
    here, there = Twin(remote, tmp_path / "a" / "run"), Twin(remote, tmp_path / "b" / "run")
    here.folder.mkdir(parents=True)
    write_record(here.folder, record("run"))
    here.push()
    there.pull(there.there())
    write_record(there.folder, record("run", status=Status.LOST))
    write_record(here.folder, record("run", status=Status.RUNNING))
    here.push()
    there.pull(there.there())
    assert read_record(there.folder).status is Status.LOST
