"""A series trained in this process: windows in the order of time, and the numpy network says what Keras says."""

import dataclasses

import numpy as np
import pytest

from explorer.datasets import FULL, TEST, TRAIN
from explorer.datasets.own_series import read_series
from explorer.datasets.series import Windows, prepared
from explorer.datasets.series_sources import keep_own
from explorer.inspection import forecast
from explorer.messages import ExplorerError
from explorer.presets import PRESETS
from explorer.presets.series import CELLS, stacked
from explorer.training import limits
from explorer.training.limits import Limits
from explorer.training.loop import split_validation
from explorer.training.record import Request, RunRecord, Status
from explorer.training.store import SHIPPED, Store

pytestmark = pytest.mark.worker

NOTES = PRESETS["series-gru"]


@pytest.fixture
def fit(worker, tmp_path):
    def run(spec, windows, **changes):
        own = {"epochs": 3, "examples": prepared(windows).counts.train, "batch_size": 16}
        recipe = dataclasses.replace(NOTES.recipe, **own | changes)
        request = Request(spec, recipe, "series", FULL, windows)
        folder = Store(tmp_path).create(RunRecord("run", "run", 1.0, request)).folder
        worker.train_run(folder, lambda event: None, lambda: False)
        return Store(tmp_path).open("run")

    return run


@pytest.mark.parametrize("cell", CELLS)
def test_a_series_is_learned_and_forecast_as_keras_does(fit, cell):
    windows = Windows(rows=200, seq_length=4)
    run = fit(stacked((4, 4), cell, 8), windows)
    record = run.record
    assert record.status is Status.FINISHED
    assert record.history[-1].loss < record.history[0].loss
    network, test = run.network(run.kept_epoch), prepared(windows).split(TEST)
    said = network.predict(test.inputs)[:, 0]
    assert record.test_loss == pytest.approx(np.mean((said - test.labels) ** 2), rel=1e-4)
    assert record.test_accuracy == pytest.approx(record.request.task.right(said[:, None], test.labels).mean())


def test_the_last_windows_are_held_out():
    split = prepared(NOTES.preparation).split(TRAIN)
    training, validation = split_validation(NOTES.recipe, split, True)
    np.testing.assert_array_equal(training.labels, split.labels[: len(training.labels)])
    np.testing.assert_array_equal(validation.labels, split.labels[len(training.labels) :])


def test_an_own_constant_series_trains_to_nothing_worse_than_zero(fit, tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORER_UPLOADS_DIR", str(tmp_path / "uploads"))
    content = "\n".join(["date,value", *(f"2024-01-{day:02d},7" for day in range(1, 31))]).encode()
    run = fit(stacked((2, 1), "GRU", 4), Windows(keep_own(read_series(content))), epochs=2)
    assert run.record.status is Status.FINISHED
    assert run.record.test_accuracy == 1


def test_the_shipped_model_beats_the_last_value():
    run = Store(SHIPPED).open("series-gru")
    assert run.record.request.preparation == NOTES.preparation
    assert run.record.spec == NOTES.spec
    model, baseline = forecast.one_step(run.network(run.kept_epoch), prepared(NOTES.preparation)).errors
    assert model.mae < 0.06
    assert baseline.mae == pytest.approx(0.276, abs=0.001)


def test_a_stateful_model_is_trained_in_order_and_tested_without_its_memory(fit):
    windows = Windows(rows=200, seq_length=4)
    spec = stacked((4, 4), "GRU", 8)
    first, *others = spec.layers
    spec = dataclasses.replace(spec, layers=(dataclasses.replace(first, stateful=True), *others))
    recipe = {"examples": 140, "batch_size": 16, "validation_split": 0.2}
    run = fit(spec, windows, **recipe)
    assert run.record.status is Status.FINISHED, str(run.record.problem)
    assert run.record.history[-1].loss < run.record.history[0].loss
    network, test = run.network(run.kept_epoch), prepared(windows).split(TEST)
    assert network.spec.stateful
    said = network.predict(test.inputs)[:, 0]
    assert run.record.test_loss == pytest.approx(np.mean((said - test.labels) ** 2), rel=1e-4)


def test_a_stateful_model_needs_whole_batches():
    spec = stacked((2, 4), "GRU", 8)
    spec = dataclasses.replace(spec, layers=(dataclasses.replace(spec.layers[0], stateful=True), *spec.layers[1:]))
    recipe = dataclasses.replace(NOTES.recipe, examples=100, batch_size=32, validation_split=0.2)
    with pytest.raises(ExplorerError, match="80 training examples are no multiple of 32"):
        limits.check(Request(spec, recipe, "series", FULL, NOTES.preparation), Limits())
