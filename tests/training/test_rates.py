"""The machine's speed is taken from runs that say something of it."""

import dataclasses

import pytest

from explorer.datasets import FULL
from explorer.presets import PRESETS
from explorer.presets.architectures import ARCHITECTURES
from explorer.training import limits
from explorer.training.rates import rate_of, rates_of
from explorer.training.record import Request, RunRecord


def ended(request, speed):
    return RunRecord("a" * 16, "run", 1.0, request, examples_per_second=speed)


def request_of(preset):
    return Request(preset.spec, preset.recipe, preset.dataset, FULL)


def test_a_run_as_fast_as_it_was_is_predicted_to_take_as_long():
    request = request_of(PRESETS["cnn-two-blocks"])
    rate = rate_of(ended(request, 4000.0))
    recipe = dataclasses.replace(request.recipe, validation_split=0.0)
    predicted = limits.predicted_seconds(dataclasses.replace(request, recipe=recipe), rate)
    assert predicted == pytest.approx(recipe.epochs * recipe.examples / 4000.0, rel=0.01)


def test_a_tiny_model_says_nothing_of_the_machine():
    shape = ARCHITECTURES["linear-regression"]
    request = Request(shape.spec, shape.recipe, shape.dataset, FULL, shape.preparation)
    assert rates_of(ended(request, 20_000.0)) == {}
    assert rates_of(ended(request, None)) == {}
