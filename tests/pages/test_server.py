"""The page *Server*, and a server that is full."""

import os
import platform
import time

import pytest
from pages.conftest import figure, plain, show, texts
from threadpoolctl import threadpool_info

from explorer.training.bounds import Limits
from explorer.widgets import host, runs, shell
from explorer.widgets.host import Places

pytestmark = pytest.mark.pages

SERVER = "pages/server.py"


def tables(at):
    """The rows of all tables: name to cells."""
    lines = [line for block in at.markdown for line in block.value.splitlines() if line.startswith("| ")]
    cells = [[cell.strip().replace("\\", "") for cell in line.strip("|").split(" | ")] for line in lines]
    return {name: rest for name, *rest in cells}


@pytest.fixture(scope="module")
def measured():
    """The page once the processes have been asked, with a worker that is up."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        health = shell.engine().health()
        if health.measured is not None and health.measured.workers:
            return show(SERVER)
        time.sleep(0.5)
    raise AssertionError("no worker came up")


def test_the_page_is_there_before_anything_was_measured():
    at = show(SERVER)
    assert not at.exception
    assert tables(at)["Trainings that wait"] == ["0"]


def test_processes_memory_and_versions_are_shown(measured):
    rows = tables(measured)
    assert not measured.exception
    assert plain(measured.success) == ["Nobody has to wait."]
    assert rows["Training processes up"] == ["1"]
    assert rows["Trainings at this moment"] == ["0 of 1"]
    assert rows["Python"] == [platform.python_version()]
    assert rows["Keras"][0].startswith("3.")
    assert rows["TensorFlow"][0].startswith("2.")
    drawn = figure(measured, "server_memory")["data"][0]
    assert drawn["x"] == ["Server", "Scheduler", "Training process 1"]
    assert int(rows["Free on the disk"][0].replace(",", "").removesuffix(" MB")) > 0


def test_limits_and_data_are_shown(measured):
    rows = tables(measured)
    for title, value in Limits().titled():
        assert rows[str(title)] == [f"{value:,}"]
    assert rows["Fashion-MNIST"] == ["7,000", "the embedded sample"]
    assert rows["IMDB film reviews"] == ["–", "not on this machine"]


def test_nothing_private_is_on_it(measured, kept_run):
    at = show(SERVER)
    said = "\n".join(texts(at))
    for private in (kept_run.name, "mine", os.sep + "tmp", str(shell.engine().store.folder), "127.0.0.1:"):
        assert private not in said
    assert tables(at)["Runs kept"]


def test_waiting_is_said_with_its_time(monkeypatch):
    health = shell.engine().health()
    crowded = type(health)(True, 1, 1, 7, 130.0, health.limit_bytes, None)
    monkeypatch.setattr(type(shell.engine()), "health", lambda engine: crowded)
    at = show(SERVER)
    if shell.engine().problem is None:
        assert plain(at.info)[0] == "7 trainings wait; the last of them begins in about 2 min."
    assert tables(at)["Trainings that wait"] == ["7"]


def test_places_are_given_in_order_and_freed_when_they_are_needed():
    connected = {"a", "b", "c"}
    places = Places(2, connected.__contains__)
    assert [places.enter(session) for session in "abc"] == [True, True, False]
    assert places.enter("a")
    connected.remove("a")
    assert places.enter("a"), "a short break costs nothing"
    assert places.enter("c"), "somebody else needs it"
    assert not places.enter("a")
    connected.add("a")
    connected.remove("b")
    assert places.count() == 1
    assert places.enter("a")


def test_a_full_server_says_one_sentence_and_nothing_else(monkeypatch):
    full = Places(0, lambda session: True)
    monkeypatch.setattr(host, "places", lambda: full)
    at = show(SERVER)
    assert not at.exception
    assert plain(at.info) == ["The server is full at the moment; this page opens by itself as soon as somebody leaves."]
    assert len(at.main) == 1
    full.maximum = 1
    assert [title.value for title in at.run().title] == ["Can the server keep up?"]


@pytest.mark.parametrize(
    ("said", "address", "hosted"),
    [
        (None, "127.0.0.1", False),
        (None, "0.0.0.0", True),
        (None, None, True),
        ("1", "127.0.0.1", True),
        ("0", "0.0.0.0", False),
        ("maybe", "localhost", False),
    ],
)
def test_who_is_served_is_said_by_the_variable_or_the_address(said, address, hosted, monkeypatch):
    monkeypatch.delenv("EXPLORER_HOSTED", raising=False)
    if said is not None:
        monkeypatch.setenv("EXPLORER_HOSTED", said)
    monkeypatch.setattr(host.st, "get_option", {"server.address": address}.get)
    assert host.hosted() is hosted
    if hosted:
        assert not runs.private_server()


def test_readers_products_do_not_spin_on_several_threads():
    show(SERVER)
    assert [pool["num_threads"] for pool in threadpool_info() if "numpy" in pool["filepath"]] == [1]


def test_a_menu_is_looked_up_once_and_each_run_has_its_own_pages():
    show(SERVER)
    first, second = shell._pages(), shell._pages()
    pages = [page for pages in first.values() for page in pages]
    assert {id(page) for page in pages}.isdisjoint(id(page) for pages in second.values() for page in pages)
    before = shell._translated.cache_info().misses
    show(SERVER)
    assert shell._translated.cache_info().misses == before
