"""The benchmarks' own arithmetic and their command line; no server is started."""

from __future__ import annotations

import importlib
import json

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks import __main__ as command
from benchmarks.client import Run, Session
from benchmarks.figures import Figure, at_least, at_most, percentile


def test_a_figure_is_one_json_line() -> None:
    line = at_most("payload", 12.34567, "kB", 300).to_json()
    assert "\n" not in line
    assert json.loads(line) == {"name": "payload", "value": 12.346, "unit": "kB", "goal": "<= 300", "ok": True}


def test_goals_include_their_limit() -> None:
    assert at_most("a", 2.0, "s", 2.0).ok
    assert not at_most("a", 2.0004, "s", 2.0).ok
    assert at_least("a", 4.0, "times", 4.0).ok
    assert not at_least("a", 3.9996, "times", 4.0).ok


@pytest.mark.parametrize(("count", "expected"), [(1, 1), (20, 19), (30, 29), (100, 95)])
def test_95th_percentile(count: int, expected: int) -> None:
    assert percentile(list(range(count, 0, -1)), 0.95) == expected


@pytest.mark.parametrize("name", command.NAMES)
def test_every_name_is_a_module_that_runs(name: str) -> None:
    assert callable(importlib.import_module(f"benchmarks.{name.replace('-', '_')}").run)


def test_an_unknown_name_lists_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["strat"]) == 2
    told = capsys.readouterr().err
    assert "strat" in told
    assert all(name in told for name in command.NAMES)


def test_a_missed_goal_is_said_at_the_end(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module("benchmarks.trace")
    figures = [Figure("quick", 1.0, "s"), Figure("slow", 3.0, "s", "<= 2", False)]
    monkeypatch.setattr(module, "run", lambda: iter(figures))
    assert command.main(["trace"]) == 0
    printed = capsys.readouterr()
    assert [json.loads(line)["name"] for line in printed.out.splitlines()] == ["quick", "slow"]
    assert "slow" in printed.err
    assert "quick" not in printed.err


def test_timers_end_with_a_run_of_the_whole_page_and_outlive_a_fragment() -> None:
    session, run = Session("ws://nowhere"), Run()
    timer, fragment, page = ForwardMsg(), ForwardMsg(), ForwardMsg()
    timer.auto_rerun.fragment_id, timer.auto_rerun.interval = "panel", 0.5
    fragment.new_session.SetInParent()
    fragment.metadata.run.fragment_ids.append("panel")
    page.new_session.SetInParent()
    session._take(timer.SerializeToString(), run)
    session._take(fragment.SerializeToString(), run)
    assert session.timers == {"panel": 0.5}
    session._take(page.SerializeToString(), run)
    assert session.timers == {}


def test_a_run_ends_with_its_last_message_and_counts_every_byte() -> None:
    session, run = Session("ws://nowhere"), Run()
    early, last = ForwardMsg(), ForwardMsg()
    early.script_finished = ForwardMsg.FINISHED_EARLY_FOR_RERUN
    last.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
    assert not session._take(early.SerializeToString(), run)
    assert session._take(last.SerializeToString(), run)
    assert run.size == len(early.SerializeToString()) + len(last.SerializeToString())
