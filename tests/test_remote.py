"""Files at a URL: whole, listed with a stamp that changes with them, and every failure an OSError."""

import shutil
from pathlib import Path

import pytest

from explorer.remote import Remote


@pytest.fixture(params=["file", "memory"])
def remote(request, tmp_path):
    return Remote(f"file://{tmp_path}/there" if request.param == "file" else f"memory://{tmp_path.name}")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "given"
    path.write_bytes(b"first")
    return path


def test_a_file_goes_there_and_comes_back(remote, file, tmp_path):
    remote.put(file, "run/run.json")
    assert list(remote.files()) == ["run/run.json"]
    assert list(remote.files("run")) == ["run/run.json"]
    remote.get("run/run.json", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == b"first"


def test_the_stamp_stays_with_the_content_and_changes_with_it(remote, file):
    remote.put(file, "a")
    before = remote.files()["a"]
    assert remote.files()["a"] == before
    assert before.size == 5
    file.write_bytes(b"other")
    remote.put(file, "a")
    after = remote.files()["a"]
    assert after.stamp != before.stamp
    assert after.written >= before.written > 1e9


def test_nothing_is_there_at_first_and_after_it_was_removed(remote, file):
    assert remote.files() == {}
    remote.delete("run")
    remote.put(file, "run/a")
    remote.put(file, "kept/a")
    remote.delete("run")
    assert list(remote.files()) == ["kept/a"]


def test_a_file_that_is_being_written_is_not_listed(tmp_path, file):
    remote = Remote(f"file://{tmp_path}/there")
    remote.put(file, "run/a")
    (tmp_path / "there" / "run" / ".1234-b").write_bytes(b"half")
    assert list(remote.files()) == ["run/a"]


def test_a_file_there_is_replaced_in_one_step(tmp_path, file, monkeypatch):
    remote = Remote(f"file://{tmp_path}/there")
    remote.put(file, "a")

    def full(_source, target, *_arguments, **_options):
        Path(target).write_bytes(b"ha")
        raise OSError(28, "No space left on device")

    file.write_bytes(b"second")
    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(OSError, match="No space"):
        remote.put(file, "a")
    assert (tmp_path / "there" / "a").read_bytes() == b"first"
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["a"]


@pytest.mark.parametrize("url", ["nothing://here", "file:///proc/none/there"])
def test_a_place_that_cannot_be_written_is_an_os_error(url, file):
    with pytest.raises(OSError, match=r".+"):
        Remote(url).put(file, "a")


def test_what_is_missing_is_an_os_error(remote, tmp_path):
    with pytest.raises(OSError, match=r".+"):
        remote.get("none", tmp_path / "back")


def test_the_hosts_url(monkeypatch):
    monkeypatch.delenv("EXPLORER_RUNS_URL", raising=False)
    assert Remote.from_environment("runs") is None
    monkeypatch.setenv("EXPLORER_RUNS_URL", "s3://bucket/class/")
    assert Remote.from_environment("runs") == Remote("s3://bucket/class/runs")
