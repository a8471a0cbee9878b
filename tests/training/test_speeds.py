"""The machine's speed is taken from runs that say something of it."""

import dataclasses

import pytest

from explorer.datasets import FULL
from explorer.presets import PRESETS
from explorer.presets.architectures import ARCHITECTURES
from explorer.training import limits
from explorer.training.record import EpochResult, Request, RunRecord
from explorer.training.speeds import MOST_FIXED_SECONDS, speed_of, speeds_of


def ended(request, speed, epochs=(2.0,), seconds=2.0):
    """A run of epochs that took so many seconds, and so many in all."""
    history = tuple(EpochResult(number, 1.0, 0.5, 1.0, 0.5, length) for number, length in enumerate(epochs, 1))
    return RunRecord("a" * 16, "run", 1.0, request, examples_per_second=speed, history=history, seconds=seconds)


def request_of(preset):
    return Request(preset.spec, preset.recipe, preset.dataset, FULL)


def test_a_run_as_fast_as_it_was_is_predicted_to_take_as_long():
    request = request_of(PRESETS["cnn-two-blocks"])
    speed = speed_of(ended(request, 4000.0))
    recipe = dataclasses.replace(request.recipe, validation_split=0.0)
    predicted = limits.predicted_seconds(dataclasses.replace(request, recipe=recipe), speed)
    assert predicted == pytest.approx(recipe.epochs * recipe.examples / 4000.0, rel=0.01)


def test_a_tiny_model_says_nothing_of_the_machine():
    shape = ARCHITECTURES["linear-regression"]
    request = Request(shape.spec, shape.recipe, shape.dataset, FULL, shape.preparation)
    assert speeds_of(ended(request, 20_000.0)) == {}
    assert speeds_of(ended(request, None)) == {}


def test_what_a_run_takes_besides_its_epochs_is_foretold_too():
    record = ended(request_of(PRESETS["cnn-two-blocks"]), 4000.0, epochs=(3.5, 2.0, 2.25), seconds=8.75)
    # One second around the epochs; building the graph took the first epoch 1.375 s more than the median of the others.
    assert speed_of(record).fixed_seconds == pytest.approx(1.0 + 1.375)
    assert limits.predicted_seconds(record.request, speed_of(record)) - limits.predicted_seconds(
        record.request, limits.Speed(speed_of(record).flops, 0.0)
    ) == pytest.approx(2.375)


def test_a_run_that_saved_for_minutes_does_not_make_every_other_look_long():
    record = ended(request_of(PRESETS["cnn-two-blocks"]), 4000.0, seconds=500.0)
    assert speed_of(record).fixed_seconds == MOST_FIXED_SECONDS


def test_a_run_without_a_whole_epoch_says_nothing():
    assert speed_of(ended(request_of(PRESETS["cnn-two-blocks"]), 4000.0, epochs=())) is None
