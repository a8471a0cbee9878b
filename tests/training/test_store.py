"""Runs on disk: found again, bounded, and never half written."""

import dataclasses
import os
import shutil

import numpy as np
import pytest

from explorer.messages import ExplorerError
from explorer.presets import PRESETS
from explorer.training import store
from explorer.training.files import replace_bytes
from explorer.training.record import Request, RunRecord, Status
from explorer.training.snapshots import SnapshotWriter, read_epochs, read_weights
from explorer.training.store import SHIPPED, Store, write_record

PRESET = PRESETS["cnn-one-block"]


def record(name, **changes):
    request = Request(PRESET.spec, PRESET.recipe, "fashion-mnist", "sample")
    return dataclasses.replace(RunRecord(name, name, 1.0, request), **changes)


def weights(seed=0):
    chance = np.random.default_rng(seed)
    return {
        row.name: {name: chance.normal(size=shape).astype("float32") for name, shape in row.weight_shapes.items()}
        for row in PRESET.spec.summary()
        if row.weight_shapes
    }


def test_a_run_is_found_again_by_another_store(tmp_path):
    Store(tmp_path).create(record("first", status=Status.FINISHED))
    again = Store(tmp_path).open("first")
    assert again.record == record("first", status=Status.FINISHED)
    assert [run.record.id for run in Store(tmp_path).runs()] == ["first"]


@pytest.mark.parametrize("run_id", ["missing", "", "../store", "..", "a/b", "x" * 500, "<b>", "A"])
def test_an_unknown_or_impossible_id_is_a_sentence(tmp_path, run_id):
    with pytest.raises(ExplorerError, match="There is no run"):
        Store(tmp_path).open(run_id)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"id": 1}', b"[" * 100_000])
def test_a_damaged_description_is_a_sentence_and_no_other_run_is_lost(tmp_path, content):
    store = Store(tmp_path)
    store.create(record("good", status=Status.FINISHED))
    bad = store.create(record("bad"))
    (bad.folder / "run.json").write_bytes(content)
    with pytest.raises(ExplorerError, match="damaged"):
        store.open("bad")
    assert [run.record.id for run in store.runs()] == ["good"]


def test_the_oldest_ended_runs_make_room(tmp_path):
    store = Store(tmp_path, limit_bytes=250_000)
    for age, name in enumerate(("one", "two", "three")):
        run = store.create(record(name, status=Status.RUNNING if name == "one" else Status.FINISHED))
        (run.folder / "model.keras").write_bytes(bytes(100_000))
        os.utime(run.folder, (age, age))
    store.prune()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "three"]


def test_runs_of_a_server_that_is_gone_are_closed(tmp_path):
    store = Store(tmp_path)
    store.create(record("open", status=Status.RUNNING))
    store.create(record("ended", status=Status.STOPPED))
    store.close_abandoned()
    assert store.open("open").record.status is Status.LOST
    assert "restarted" in str(store.open("open").record.problem)
    assert store.open("ended").record.status is Status.STOPPED


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ExplorerError, match="EXPLORER_RUNS_DIR"):
        Store(tmp_path / "file").create(record("any"))


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "run.json"
    replace_bytes(path, b"old")

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        replace_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_snapshots_come_back_by_epoch(tmp_path):
    writer = SnapshotWriter(tmp_path / "snapshots.npz", 2**30)
    for epoch in range(3):
        writer.add(epoch, weights(epoch))
    assert read_epochs(tmp_path / "snapshots.npz") == (0, 1, 2)
    for layer, group in read_weights(tmp_path / "snapshots.npz", 2).items():
        for name, array in group.items():
            np.testing.assert_array_equal(array, weights(2)[layer][name])


def test_snapshots_are_thinned_to_their_limit_and_keep_the_ends(tmp_path):
    size = sum(array.nbytes for group in weights().values() for array in group.values())
    writer = SnapshotWriter(tmp_path / "snapshots.npz", 5 * size)
    for epoch in range(21):
        writer.add(epoch, weights(epoch))
    kept = read_epochs(tmp_path / "snapshots.npz")
    assert len(kept) <= 5
    assert (kept[0], kept[-1]) == (0, 20)


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda _data: b"", lambda _data: b"nonsense"])
def test_damaged_snapshots_are_a_sentence(tmp_path, damage):
    path = tmp_path / "snapshots.npz"
    SnapshotWriter(path, 2**30).add(0, weights())
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ExplorerError, match=r"snapshots\.npz"):
        read_epochs(path)
    with pytest.raises(ExplorerError, match=r"snapshots\.npz"):
        read_weights(path, 0)


def test_an_epoch_that_was_not_kept_is_a_sentence(tmp_path):
    SnapshotWriter(tmp_path / "snapshots.npz", 2**30).add(0, weights())
    with pytest.raises(ExplorerError, match="epoch 7"):
        read_weights(tmp_path / "snapshots.npz", 7)


def test_a_run_without_a_model_shows_its_snapshots(tmp_path):
    run = Store(tmp_path).create(record("any"))
    SnapshotWriter(run.snapshot_file, 2**30).add(0, weights())
    assert run.epochs == (0,)
    np.testing.assert_array_equal(run.network(0).weights["conv2d_1"]["kernel"], weights()["conv2d_1"]["kernel"])


def test_a_damaged_model_file_is_a_sentence(tmp_path):
    run = Store(tmp_path).create(record("any", best_epoch=1))
    run.model_file.write_bytes(b"PK nonsense")
    with pytest.raises(ExplorerError, match="damaged"):
        run.network(1)


@pytest.mark.parametrize(
    "folder", sorted(path.parent for path in SHIPPED.glob("*/run.json")), ids=lambda path: path.name
)
def test_every_shipped_model_is_whole(folder, tmp_path):
    run = Store(tmp_path).open(folder.name)
    assert run.shipped
    assert run.record.status is Status.FINISHED
    assert run.record.spec == PRESETS[folder.name].spec
    assert run.record.recipe == PRESETS[folder.name].recipe
    assert run.record.request.dataset == PRESETS[folder.name].dataset
    assert run.record.request.preparation == PRESETS[folder.name].preparation
    assert run.record.test_examples == run.record.request.counts.test
    assert run.epochs[0] == 0
    assert run.record.best_epoch in run.epochs
    for epoch in run.epochs:
        run.network(epoch)


def test_every_preset_is_shipped_in_little_room(tmp_path):
    assert {run.record.id for run in Store(tmp_path).shipped()} == set(PRESETS)
    assert sum(path.stat().st_size for path in SHIPPED.glob("cnn-*/*")) <= 90e6
    assert sum(path.stat().st_size for path in SHIPPED.glob("*/*") if "cnn-" not in path.parent.name) <= 25e6


@pytest.mark.parametrize("name", [name for name in PRESETS if PRESETS[name].source.accuracy and "cnn" in name])
def test_the_shipped_models_reach_the_notes_accuracy(name, tmp_path):
    assert Store(tmp_path).open(name).record.test_accuracy >= PRESETS[name].source.accuracy


@pytest.mark.parametrize(
    ("name", "share"),
    [
        ("rnn-onehot", 0.73),
        ("rnn-embedding", 0.73),
        ("lstm", 0.79),
        ("lstm-dropout", 0.79),
        ("lstm-stacked", 0.78),
        ("gru", 0.795),
    ],
)
def test_the_shipped_review_models_reach_the_validation_accuracy_of_the_notes_book(name, share, tmp_path):
    record = Store(tmp_path).open(name).record
    assert record.val_accuracy >= share
    assert record.val_accuracy == next(e.val_accuracy for e in record.history if e.epoch == record.best_epoch)


def test_the_shipped_model_of_the_snippets_reads(tmp_path):
    record = Store(tmp_path).open("lstm-snippets").record
    assert min(record.val_accuracy, record.test_accuracy) >= 0.75
    assert record.test_examples == 2_000


def test_the_plain_model_overfits_as_in_the_notes(tmp_path):
    history = Store(tmp_path).open("cnn-plain").record.history
    assert history[-1].accuracy - history[-1].val_accuracy >= 0.1
    assert history[-1].val_loss >= 2 * min(epoch.val_loss for epoch in history)


def test_a_model_that_is_still_being_written_is_not_offered(tmp_path, monkeypatch):
    shutil.copytree(SHIPPED / "cnn-one-block", tmp_path / ".cnn-one-block")
    shutil.copytree(SHIPPED / "cnn-one-block", tmp_path / "cnn-one-block")
    monkeypatch.setattr(store, "SHIPPED", tmp_path)
    assert [run.folder.name for run in Store(tmp_path / "runs").shipped()] == ["cnn-one-block"]


def test_records_are_read_again_when_they_change(tmp_path):
    run = Store(tmp_path).create(record("any"))
    assert Store(tmp_path).open("any").record.status is Status.QUEUED
    write_record(run.folder, record("any", status=Status.FINISHED, seconds=3.0))
    assert Store(tmp_path).open("any").record.status is Status.FINISHED


NAMES = [
    "![x](http://e.x/y.png)",
    "=cmd()",
    "a/b\"c'😀",
    "../../etc",
    "<script>",
    "*b* | `c`",
    "\N{RIGHT-TO-LEFT OVERRIDE}x",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_run_may_be_called_anything(tmp_path, name):
    Store(tmp_path).create(record("any", status=Status.FINISHED))
    Store(tmp_path).rename("any", name)
    Store(tmp_path).annotate("any", name)
    found = Store(tmp_path).open("any").record
    assert (found.name, found.note) == (name, name)
    assert [path.name for path in tmp_path.iterdir()] == ["any"]


def test_names_and_notes_are_cut_and_stay_in_one_line(tmp_path):
    store = Store(tmp_path)
    store.create(record("any", status=Status.FINISHED))
    assert store.rename("any", "n" * 300).name == "n" * 60
    assert store.rename("any", " two\n lines\t").name == "two lines"
    assert store.rename("any", "half \ud83d").name == "half ?"
    assert store.annotate("any", "n" * 3000).note == "n" * 500
    assert store.annotate("any", " ").note == ""


@pytest.mark.parametrize("name", ["", "  \n "])
def test_a_run_keeps_its_name_if_the_new_one_is_empty(tmp_path, name):
    store = Store(tmp_path)
    store.create(record("any", status=Status.FINISHED))
    with pytest.raises(ExplorerError, match="needs a name"):
        store.rename("any", name)
    assert store.open("any").record.name == "any"


def test_older_descriptions_have_no_note(tmp_path):
    run = Store(tmp_path).create(record("any"))
    plain = run.record.to_dict()
    del plain["note"]
    assert RunRecord.from_dict(plain).note == ""


def test_a_deleted_run_is_gone_and_no_other(tmp_path):
    store = Store(tmp_path)
    for name in ("one", "two"):
        (store.create(record(name, status=Status.FINISHED)).folder / "model.keras").write_bytes(b"weights")
    store.delete("one")
    assert [path.name for path in tmp_path.iterdir()] == ["two"]
    with pytest.raises(ExplorerError, match="There is no run"):
        store.open("one")


CHANGES = {
    "rename": lambda store, run_id: store.rename(run_id, "new"),
    "annotate": lambda store, run_id: store.annotate(run_id, "new"),
    "delete": lambda store, run_id: store.delete(run_id),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("run_id", ["missing", "", "../store", "..", ".", "a/b", "x" * 500, "A"])
def test_only_runs_can_be_changed(tmp_path, change, run_id):
    store = Store(tmp_path / "runs")
    store.create(record("good", status=Status.FINISHED))
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "run.json").write_text("{}")
    with pytest.raises(ExplorerError, match="There is no run"):
        CHANGES[change](store, run_id)
    assert store.open("good").record.name == "good"
    assert (tmp_path / "store" / "run.json").exists()


@pytest.mark.parametrize("change", CHANGES)
def test_shipped_models_stay_as_they_are(tmp_path, change):
    before = (SHIPPED / "cnn-plain" / "run.json").read_bytes()
    with pytest.raises(ExplorerError, match="comes with the app"):
        CHANGES[change](Store(tmp_path), "cnn-plain")
    assert (SHIPPED / "cnn-plain" / "run.json").read_bytes() == before


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("status", [Status.QUEUED, Status.RUNNING])
def test_a_run_in_training_is_its_workers(tmp_path, change, status):
    Store(tmp_path).create(record("any", status=status))
    with pytest.raises(ExplorerError, match="still in training"):
        CHANGES[change](Store(tmp_path), "any")
    assert Store(tmp_path).open("any").record == record("any", status=status)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_cannot_be_changed_is_a_sentence(tmp_path):
    Store(tmp_path).create(record("any", status=Status.FINISHED))
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(ExplorerError, match="EXPLORER_RUNS_DIR"):
            Store(tmp_path).delete("any")
    finally:
        tmp_path.chmod(0o700)
