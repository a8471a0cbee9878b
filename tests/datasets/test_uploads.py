"""What readers bring is kept by its content, bounded, and never run."""

import os

import numpy as np
import pytest

from explorer.datasets import uploads
from explorer.messages import ExplorerError


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORER_UPLOADS_DIR", str(tmp_path))
    return tmp_path


def arrays(number):
    return {"values": np.full(3, number, np.float64), "names": np.array(["a", "한"])}


def test_arrays_come_back_under_the_id_of_their_content():
    upload = uploads.keep(arrays(1))
    found = uploads.load(upload)
    assert found["values"].tolist() == [1, 1, 1]
    assert found["names"].tolist() == ["a", "한"]
    assert uploads.keep(arrays(1)) == upload != uploads.keep(arrays(2))


def test_objects_are_refused():
    with pytest.raises(ValueError, match="allow_pickle"):
        uploads.keep({"values": np.array([{}], dtype=object)})


def test_the_files_used_longest_ago_go_first(folder, monkeypatch):
    monkeypatch.setattr(uploads, "MAXIMUM_FILES", 3)
    kept = [uploads.keep(arrays(number)) for number in range(3)]
    for age, upload in enumerate(kept):
        os.utime(folder / f"{upload}.npz", (1000 + age, 1000 + age))
    uploads.load(kept[0])
    newest = uploads.keep(arrays(9))
    assert {path.stem for path in folder.iterdir()} == {kept[0], kept[2], newest}


def test_files_are_bounded_in_size(folder, monkeypatch):
    first = uploads.keep(arrays(1))
    os.utime(folder / f"{first}.npz", (1000, 1000))
    monkeypatch.setattr(uploads, "MAXIMUM_BYTES", 700)
    second = uploads.keep(arrays(2))
    assert [path.stem for path in folder.iterdir()] == [second]
    with pytest.raises(ExplorerError, match="too large"):
        uploads.keep({"values": np.random.default_rng(1).random(1000)})


@pytest.mark.parametrize("upload", ["0123456789abcdef", "../../etc/passwd", "", "x" * 16])
def test_an_unknown_id_is_a_sentence(upload):
    with pytest.raises(ExplorerError, match="give the file again"):
        uploads.load(upload)


def test_a_damaged_file_is_a_sentence(folder):
    upload = uploads.keep(arrays(1))
    path = folder / f"{upload}.npz"
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(ExplorerError, match="damaged"):
        uploads.load(upload)


def test_a_folder_that_cannot_be_written_is_a_sentence(folder, monkeypatch):
    blocked = folder / "file"
    blocked.write_text("")
    monkeypatch.setenv("EXPLORER_UPLOADS_DIR", str(blocked))
    with pytest.raises(ExplorerError, match="could not be kept"):
        uploads.keep(arrays(1))


@pytest.fixture
def machines(tmp_path, monkeypatch):
    """Switch between machines that share nothing but a URL."""
    monkeypatch.setenv("EXPLORER_RUNS_URL", f"file://{tmp_path}/bucket")

    def switch(name):
        monkeypatch.setenv("EXPLORER_UPLOADS_DIR", str(tmp_path / name))

    switch("server")
    return switch


def test_a_worker_on_another_machine_finds_what_the_server_was_given(machines, tmp_path):
    upload = uploads.keep(arrays(1))
    machines("worker")
    assert uploads.load(upload)["values"].tolist() == [1, 1, 1]
    assert [path.name for path in (tmp_path / "worker").iterdir()] == [f"{upload}.npz"]
    with pytest.raises(ExplorerError, match="not kept here"):
        uploads.load("0" * 16)


def test_what_is_shared_is_bounded_too(machines, tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "MAXIMUM_FILES", 2)
    for number in range(4):
        upload = uploads.keep(arrays(number))
        os.utime(tmp_path / "bucket" / "uploads" / f"{upload}.npz", (1000 + number, 1000 + number))
    assert len(list((tmp_path / "bucket" / "uploads").iterdir())) == 2
    machines("worker")
    assert uploads.load(upload)["values"].tolist() == [3, 3, 3]


def test_a_place_that_cannot_be_reached_is_a_sentence(machines, monkeypatch):
    monkeypatch.setenv("EXPLORER_RUNS_URL", "nothing://here")
    with pytest.raises(ExplorerError, match="could not be kept"):
        uploads.keep(arrays(1))
