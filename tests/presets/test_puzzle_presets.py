"""The notes' networks for the sequence problems, and what the shipped ones reach."""

import numpy as np
import pytest

from explorer.datasets import FULL, TEST, TRAIN
from explorer.inspection.puzzles import answers
from explorer.presets import PRESETS
from explorer.presets.puzzles import NOTED_ANSWERS, counter, multiplier
from explorer.specs import GRU, LSTM, Dense, SimpleRNN
from explorer.training.limits import Limits, check
from explorer.training.record import Request, Status
from explorer.training.store import Store

NAMES = ("count-simplernn", "multiply-simplernn", "multiply-lstm", "multiply-gru")


def request(name):
    preset = PRESETS[name]
    return Request(preset.spec, preset.recipe, preset.dataset, FULL, preset.preparation)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return Store(tmp_path_factory.mktemp("runs"))


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("count-simplernn", 131), ("multiply-simplernn", 2_851), ("multiply-lstm", 11_311), ("multiply-gru", 8_671)],
)
def test_the_parameters_are_those_of_the_notes(name, parameters):
    assert PRESETS[name].spec.parameters == parameters
    assert PRESETS[name].source.parameters in (None, parameters)


def test_the_layers_are_those_of_the_notes():
    assert PRESETS["count-simplernn"].spec == counter(SimpleRNN, 10)
    for name, cell in (("simplernn", SimpleRNN), ("lstm", LSTM), ("gru", GRU)):
        first, second, last = PRESETS[f"multiply-{name}"].spec.layers
        assert first == cell(30, return_sequences=True)
        assert second == cell(30)
        assert last == Dense(1)


@pytest.mark.parametrize("name", NAMES)
def test_every_preset_can_be_trained_as_it_is(name):
    check(request(name), Limits())


def test_a_stack_of_any_height_gives_one_number():
    for layers in (1, 2, 3):
        assert multiplier(GRU, 4, layers, 20).output_shape == (1,)
        assert counter(LSTM, 4, layers).output_shape == (1,)


def test_the_notes_trained_with_2048_samples_and_validated_with_512():
    recipe = PRESETS["multiply-lstm"].source.recipe
    assert (recipe.training_examples, recipe.validation_examples, recipe.epochs) == (2048, 512, 100)
    assert (recipe.optimizer, recipe.learning_rate, recipe.batch_size) == ("adam", 0.001, 32)


def test_the_notes_counting_answers_are_right():
    rows = [PRESETS["count-simplernn"]]
    source = request(rows[0].name).source
    truth = np.concatenate([source.load(FULL, part).labels for part in (TRAIN, TEST)])
    assert np.abs(np.array(NOTED_ANSWERS) - truth).max() <= 0.04


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_model_is_whole_and_says_what_its_record_says(name, store):
    run = store.open(name)
    assert run.record.status is Status.FINISHED
    assert run.record.request == request(name)
    assert len(run.record.history) == 100
    assert run.epochs[0] == 0
    network = run.network(run.record.best_epoch)
    split = run.record.request.source.load(FULL, TEST, run.record.request.preparation)
    found = answers(network, split.inputs, split.labels, run.record.request.task.tolerance)
    assert run.record.test_examples == len(split.labels)
    assert found.share == pytest.approx(run.record.test_accuracy, abs=1.5 / len(split.labels))
    assert found.loss == pytest.approx(run.record.test_loss, rel=1e-3)


@pytest.mark.parametrize("name", ["multiply-lstm", "multiply-gru"])
def test_gates_solve_the_multiplication(name, store):
    record = store.open(name).record
    assert record.test_accuracy >= 0.95
    assert record.test_accuracy >= (PRESETS[name].source.accuracy or 0)


def test_without_gates_it_stays_unsolved(store):
    assert store.open("multiply-simplernn").record.test_accuracy < 0.3


def test_the_counting_model_knows_its_six_rows(store):
    run = store.open("count-simplernn")
    rows = run.record.request.source.load(FULL, TRAIN)
    assert answers(run.network(run.record.best_epoch), rows.inputs, rows.labels, 0.04).share == 1
