"""Trainings among several readers: what waits says for how long, and what was trained before is there at once."""

import dataclasses
import shutil

import numpy as np
import pytest
from pages.conftest import plain, show, texts

from explorer.training.jobs import Engine
from explorer.training.progress import Progress
from explorer.training.record import FROM_A_RUN, Status
from explorer.training.run_file import write_record
from explorer.training.snapshots import SnapshotWriter
from explorer.widgets import runs, session, shell

pytestmark = pytest.mark.pages

LAB = "pages/cnn_lab.py"
BEFORE = "You have trained exactly this before; here is that run again."
HERE = "The very same training was done on this server before, so you have its result at once."


def known(at):
    return at.session_state[runs.KNOWN]


def record_of(run_id):
    return shell.engine().progress(run_id).record


@pytest.fixture
def finished(runs_folder):
    """What the lab trains at first, as if it had been trained to its end."""
    at = show(LAB)
    at.button(key="train").click().run()
    (run_id,) = known(at)
    engine = shell.engine()
    engine.stop(run_id)
    while engine.progress(run_id).status.active:
        pass
    run = engine.store.open(run_id)
    record = dataclasses.replace(run.record, status=Status.FINISHED, best_epoch=1, problem=None, test_accuracy=0.5)
    rows = [row for row in record.spec.summary() if row.weight_shapes]
    weights = {row.name: {name: np.zeros(shape) for name, shape in row.weight_shapes.items()} for row in rows}
    SnapshotWriter(run.snapshot_file, 2**26).add(1, weights)
    write_record(run.folder, record)
    with engine._changed:
        engine._ledger.jobs.pop(run_id)
    engine._ledger.answers.add(record)
    yield at, record
    shutil.rmtree(run.folder, ignore_errors=True)


def test_an_own_run_of_the_same_training_is_shown_again(finished):
    at, record = finished
    at.button(key="train").click().run()
    assert not at.exception
    assert known(at)[0] == record.id
    assert BEFORE in plain(at.caption)
    at.button(key=f"anyway-{record.id}").click().run()
    anew = known(at)[0]
    assert anew != record.id
    assert record_of(anew).request == record.request
    assert record_of(anew).status.active
    assert record_of(anew).copied == ""


def test_another_readers_run_is_copied_and_stays_theirs(finished, monkeypatch):
    monkeypatch.setattr(runs, "private_server", lambda: False)
    _theirs, record = finished
    at = show(LAB)
    at.button(key="train").click().run()
    (own,) = known(at)
    assert own != record.id
    assert record_of(own).copied == FROM_A_RUN
    assert HERE in plain(at.caption)
    assert BEFORE not in plain(at.caption)
    assert record.id not in "\n".join(texts(at))
    assert at.button(key=f"anyway-{own}").label == "Train it anyway"
    shell.engine().delete(own)
    assert record_of(record.id).status is Status.FINISHED


def test_a_shipped_model_answers_and_is_named(runs_folder, monkeypatch):
    shipped = next(run for run in shell.engine().store.shipped() if run.record.id == "cnn-one-block")
    run_id = shell.engine().submit(shipped.record.request, "mine", "somebody")
    at = show(LAB, run=run_id)
    said = "cnn-one-block comes with the app and was trained just so, so you have its result at once."
    assert said in plain(at.caption)
    shell.engine().delete(run_id)


@pytest.mark.parametrize(
    ("ahead", "own", "said"),
    [
        (3, 0, "waiting: 3 runs go first, about 2 min."),
        (3, 1, "waiting: 3 runs go first, 1 of them yours, about 2 min."),
        (2, 2, "waiting: only one of your runs trains at a time; yours that go first: 2, about 2 min."),
        (0, 0, "waiting: it begins in a moment."),
    ],
)
def test_a_waiting_run_says_how_many_go_first_and_for_how_long(ahead, own, said, monkeypatch, kept_run):
    record = dataclasses.replace(shell.engine().store.open(kept_run.name).record, status=Status.QUEUED)
    progress = Progress(record, ahead, None, own, 110.0)
    monkeypatch.setattr(Engine, "progress", lambda engine, run_id: progress)
    monkeypatch.setattr(Engine, "ready", True)
    at = show(LAB, run=kept_run.name)
    assert any(said in text for text in plain(at.markdown)), plain(at.markdown)


def test_somebody_elses_waiting_run_is_not_called_yours(monkeypatch, kept_run):
    record = dataclasses.replace(shell.engine().store.open(kept_run.name).record, status=Status.QUEUED)
    monkeypatch.setattr(Engine, "progress", lambda engine, run_id: Progress(record, 3, None, 2, 50.0))
    monkeypatch.setattr(Engine, "ready", True)
    monkeypatch.setattr(runs, "private_server", lambda: False)
    at = show(LAB, run=kept_run.name)
    assert any("waiting: 3 runs go first, about 50 s." in text for text in plain(at.markdown))


def test_each_session_has_an_owner_of_its_own_that_is_nowhere_to_be_seen():
    first, second = show(LAB), show(LAB)
    for at in (first, second):
        at.button(key="train").click().run()
        shell.engine().stop(known(at)[0])
    owners = [at.session_state[session.OWNER] for at in (first, second)]
    assert owners[0] != owners[1]
    assert all(len(owner) >= 20 for owner in owners)
    for owner, at in zip(owners, (first, second), strict=True):
        assert owner not in "\n".join(texts(at))
        assert all(owner not in value for values in at.query_params.values() for value in values)
        assert owner not in (shell.engine().store.open(known(at)[0]).folder / "run.json").read_text()


def test_a_refusal_is_a_sentence_in_place(monkeypatch):
    at = show(LAB)
    admission = shell.engine()._ledger._admission
    monkeypatch.setattr(admission, "bounds", dataclasses.replace(admission.bounds, free_megabytes=10**9))
    at.button(key="train").click().run()
    assert not at.exception
    assert any("disk is nearly full" in text for text in plain(at.error))
    assert runs.KNOWN not in at.session_state or known(at) == []
