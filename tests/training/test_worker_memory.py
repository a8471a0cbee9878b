"""A machine without memory left: the run ends and says so, whoever it was that asked for too much."""

import dataclasses

import pytest

from explorer.presets import PRESETS
from explorer.training.record import Request, RunRecord, Status
from explorer.training.store import Store

pytestmark = pytest.mark.worker


@pytest.mark.parametrize("by", ["python", "tensorflow"])
def test_a_run_for_which_memory_does_not_suffice_says_so(worker, tmp_path, monkeypatch, by):
    def exhausted(*_arguments):
        raise MemoryError if by == "python" else worker.tf.errors.ResourceExhaustedError(None, None, "OOM")

    monkeypatch.setattr(worker.KerasLearner, "train", exhausted)
    preset = PRESETS["cnn-one-block"]
    recipe = dataclasses.replace(preset.recipe, examples=1000)
    request = Request(preset.spec, recipe, "fashion-mnist", "sample")
    folder = Store(tmp_path).create(RunRecord("run", "run", 1.0, request)).folder
    found = worker.train_run(folder, lambda event: None, lambda: False)
    assert found.status is Status.FAILED
    assert "ran out of memory" in str(found.problem)
    assert Store(tmp_path).open("run").record == found
