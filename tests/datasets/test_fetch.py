"""Downloads from a real server on this machine: progress, refusals, retries."""

import multiprocessing
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from explorer.datasets import FULL, SAMPLE, TEST, TRAIN, FetchStatus
from explorer.datasets.fashion_mnist import FashionMnist, ImageFiles


def wait(dataset: FashionMnist, seconds: float = 10) -> FetchStatus:
    deadline = time.monotonic() + seconds
    while dataset.fetch_status().active:
        assert time.monotonic() < deadline, "the download did not end"
        time.sleep(0.005)
    return dataset.fetch_status()


def fetched(dataset: FashionMnist) -> FetchStatus:
    dataset.start_fetch()
    return wait(dataset)


def test_download_makes_the_full_variant_available(dataset, cache, arrays, contents) -> None:
    assert dataset.available().variant == SAMPLE
    status = fetched(dataset)
    total = sum(map(len, contents.values()))
    assert status == FetchStatus(active=False, done=total, total=total)
    assert dataset.available().variant == FULL
    assert {path.name for path in cache.iterdir()} == set(contents)
    np.testing.assert_array_equal(dataset.load(FULL, TRAIN).inputs[..., 0], arrays["train-images.gz"])
    np.testing.assert_array_equal(dataset.load(FULL, TEST).labels, arrays["test-labels.gz"])


def test_progress_is_seen_while_the_bytes_come(make, site, contents, monkeypatch) -> None:
    monkeypatch.setattr("explorer.datasets.download.CHUNK", 500)
    dataset = make(site.url)
    site.gate.clear()
    dataset.start_fetch()
    deadline = time.monotonic() + 5
    while dataset.fetch_status().done == 0 and time.monotonic() < deadline:
        time.sleep(0.005)
    status = dataset.fetch_status()
    assert status.active
    assert 0 < status.done < status.total == sum(map(len, contents.values()))
    assert dataset.available().variant == SAMPLE
    site.gate.set()
    assert wait(dataset).problem is None


def test_a_server_that_sends_chunks_without_a_length(dataset, site) -> None:
    site.chunked = True
    assert fetched(dataset).problem is None
    assert dataset.available().variant == FULL


def test_starting_twice_downloads_once(dataset, site, contents) -> None:
    site.gate.clear()
    starters = [threading.Thread(target=dataset.start_fetch) for _ in range(8)]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()
    site.gate.set()
    wait(dataset)
    assert sorted(site.requests) == sorted(contents)


def test_nothing_is_downloaded_when_all_is_there(dataset, site) -> None:
    fetched(dataset)
    site.requests.clear()
    assert fetched(dataset).problem is None
    assert site.requests == []


def test_a_corrupt_download_is_refused_and_a_retry_works(dataset, site, cache, contents) -> None:
    site.contents["test-images.gz"] = bytes(len(contents["test-images.gz"]))
    status = fetched(dataset)
    assert "test-images.gz was damaged" in str(status.problem)
    assert dataset.available().variant == SAMPLE
    assert "test-images.gz" not in {path.name for path in cache.iterdir()}
    site.contents.update(contents)
    site.requests.clear()
    assert fetched(dataset).problem is None
    assert site.requests == ["test-images.gz", "test-labels.gz"]
    assert dataset.available().variant == FULL


@pytest.mark.parametrize("chunked", [False, True])
def test_more_bytes_than_known_are_refused(dataset, site, cache, contents, chunked) -> None:
    site.chunked = chunked
    site.contents["train-images.gz"] = contents["train-images.gz"] + bytes(40_000_000)
    assert "train-images.gz was damaged" in str(fetched(dataset).problem)
    assert site.sent < 10_000_000
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("name", ["train-images.gz", "train-labels.gz", "test-images.gz", "test-labels.gz"])
def test_a_truncated_cached_file_is_named_and_replaced(dataset, site, cache, contents, name) -> None:
    fetched(dataset)
    (cache / name).write_bytes(contents[name][:-8])
    found = dataset.available()
    assert found.variant == SAMPLE
    assert name in str(found.problem)
    site.requests.clear()
    assert fetched(dataset).problem is None
    assert site.requests == [name]
    assert (cache / name).read_bytes() == contents[name]
    assert dataset.available().variant == FULL


def test_a_damaged_cached_file_is_removed_even_if_the_server_is_away(dataset, make, cache, contents) -> None:
    fetched(dataset)
    (cache / "train-labels.gz").write_bytes(b"junk")
    offline = make(unreachable())
    assert "cannot be reached" in str(fetched(offline).problem)
    assert not (cache / "train-labels.gz").exists()


def unreachable() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/"


def test_no_server_fails_at_once_with_a_sentence(make) -> None:
    dataset = make(unreachable())
    start = time.perf_counter()
    status = fetched(dataset)
    assert time.perf_counter() - start < 2
    assert str(status.problem) == "the server cannot be reached"
    assert dataset.available().variant == SAMPLE


def test_a_server_without_the_file_is_told_from_no_server(dataset, site) -> None:
    site.status = 404
    assert str(fetched(dataset).problem) == "the server does not give out train-images.gz"


def test_a_connection_that_breaks_off_leaves_nothing(dataset, site, cache, contents, monkeypatch) -> None:
    monkeypatch.setattr("explorer.datasets.download.READ_SECONDS", 0.2)
    site.gate.clear()
    assert fetched(dataset).problem is not None
    assert list(cache.iterdir()) == []


def test_a_cache_that_cannot_be_written_is_said(dataset, cache) -> None:
    cache.parent.mkdir(parents=True)
    cache.write_bytes(b"a file where the folder should be")
    assert "cannot be kept on disk" in str(fetched(dataset).problem)
    assert dataset.available().variant == SAMPLE


def test_offline_tries_nothing_and_says_so(dataset, site, monkeypatch) -> None:
    monkeypatch.setenv("EXPLORER_OFFLINE", "1")
    status = fetched(dataset)
    assert "EXPLORER_OFFLINE" in str(status.problem)
    assert not status.active
    assert site.requests == []


def test_availability_does_not_wait_for_a_silent_server(make) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        dataset = make(f"http://127.0.0.1:{silent.getsockname()[1]}/")
        dataset.start_fetch()
        start = time.perf_counter()
        assert dataset.available().variant == SAMPLE
        assert time.perf_counter() - start < 0.5
        assert dataset.fetch_status().active


def _fetch_in_process(base_url: str, files: dict[str, ImageFiles]) -> None:
    assert fetched(FashionMnist(base_url=base_url, files=files)).problem is None


def test_two_processes_at_once_leave_whole_files(
    make: Callable[[str], FashionMnist], site, cache: Path, contents
) -> None:
    context = multiprocessing.get_context("spawn")
    arguments = (site.url, make(site.url).files)
    processes = [context.Process(target=_fetch_in_process, args=arguments) for _ in range(2)]
    site.gate.clear()
    for process in processes:
        process.start()
    deadline = time.monotonic() + 30
    while len(site.requests) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert site.requests == ["train-images.gz"] * 2
    site.gate.set()
    for process in processes:
        process.join(30)
    assert [process.exitcode for process in processes] == [0, 0]
    assert {path.name: path.read_bytes() for path in cache.iterdir()} == contents
