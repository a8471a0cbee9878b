"""A short fuzz of every kind, and that the fuzz would notice."""

import os
import signal

import pytest
from security.test_failures import failing

from explorer.messages import ExplorerError
from scripts.fuzz import files, pages
from scripts.fuzz.__main__ import main
from scripts.fuzz.cases import cases
from scripts.fuzz.kinds import KINDS, Kind
from scripts.fuzz.pages import PAGE_KINDS

SECONDS = 2.5


@pytest.mark.parametrize("kind", KINDS)
def test_the_good_files_are_read(kind):
    for content in KINDS[kind].seeds():
        KINDS[kind].read(content)


@pytest.mark.parametrize("kind", KINDS)
def test_made_up_files_break_nothing(kind):
    assert files.fuzz_files(kind, seed=0, seconds=SECONDS, only=None) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_case_is_the_same_wherever_it_is_drawn(kind):
    drawn = [[KINDS[kind].drawn(random) for _case, random in cases(kind, 5, 9, only=3)] for _ in range(2)]
    assert drawn[0] == drawn[1]


def _raises(content):
    raise KeyError(content)


def _says_nothing(content):
    class Silent(ExplorerError):
        def __init__(self):
            pass

        def __str__(self):
            return ""

    raise Silent


def _hangs(content):
    while True:
        pass


def _grows(content):
    return b"x" * (1000 * 2**20)


def _dies(content):
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize(
    ("read", "seconds", "happened"),
    [
        (_raises, 20, "KeyError"),
        (_says_nothing, 20, "without a word"),
        (_grows, 20, "MB of memory"),
        (_dies, 20, "SIGKILL"),
        (_hangs, 2, "of the processor"),
    ],
)
def test_what_breaks_is_found_and_kept(monkeypatch, capsys, read, seconds, happened):
    monkeypatch.setattr(files, "CPU_SECONDS", seconds)
    monkeypatch.setattr(files, "LIMIT_SECONDS", seconds + 1)
    monkeypatch.setitem(KINDS, "broken", Kind(lambda: [b"good"], lambda random, good: good + b"!", read))
    (failure,) = files.fuzz_files("broken", seed=1, seconds=0, only=7)
    assert happened in failure.happened
    assert failure.content == b"good!"
    assert "--kinds broken --seed 1 --case 7" in capsys.readouterr().out


def test_a_failure_ends_the_command_with_an_error(monkeypatch):
    monkeypatch.setitem(KINDS, "texts", Kind(lambda: [b"good"], lambda random, good: good, _raises))
    assert main(["--kinds", "texts", "--case", "1"]) == 1
    monkeypatch.setitem(KINDS, "texts", Kind(lambda: [b"good"], lambda random, good: good, len))
    assert main(["--kinds", "texts", "--case", "1"]) == 0


@pytest.mark.jobs
@pytest.mark.parametrize("kind", PAGE_KINDS)
def test_made_up_links_break_no_page(server, kind):
    assert pages.fuzz_server(server, kind, seed=0, seconds=SECONDS, only=None) == []


@pytest.mark.jobs
def test_a_page_that_fails_is_found(tmp_path):
    running = failing(tmp_path).start()
    try:
        found = pages.fuzz_server(running, "links", seed=0, seconds=0, only=4)
    finally:
        running.stop()
    assert [failure.case for failure in found] == [4]
