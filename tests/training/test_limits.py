"""Requests that cannot work or cost too much are refused with their numbers."""

import dataclasses

import pytest

from explorer.datasets import FULL, SAMPLE
from explorer.messages import ExplorerError
from explorer.presets import PRESETS
from explorer.specs import Conv2D, Dense, Flatten, ModelSpec, SpecError
from explorer.training.limits import Limits, Speed, check, predicted_seconds
from explorer.training.record import Request

PRESET = PRESETS["cnn-two-blocks"]
REQUEST = Request(PRESET.spec, dataclasses.replace(PRESET.recipe, examples=6000, epochs=2), "fashion-mnist", "sample")


def refused(request, bounds=None):
    with pytest.raises(ExplorerError) as caught:
        check(request, bounds or Limits())
    return str(caught.value)


def test_a_preset_on_the_sample_passes():
    check(REQUEST, Limits())


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_every_preset_passes_on_the_whole_of_its_data(preset):
    variant = SAMPLE if preset.dataset == "snippets" else FULL
    check(Request(preset.spec, preset.recipe, preset.dataset, variant, preset.preparation), Limits())


def test_too_many_parameters_are_said_with_both_numbers():
    assert "333,526" in refused(REQUEST, Limits(parameters=300_000))
    assert "300,000" in refused(REQUEST, Limits(parameters=300_000))


def test_too_long_a_run_is_said_in_minutes():
    text = refused(
        dataclasses.replace(REQUEST, recipe=dataclasses.replace(REQUEST.recipe, epochs=100)), Limits(seconds=60)
    )
    assert "at most 1 are allowed" in text


def test_a_batch_larger_than_the_data_is_said_with_what_would_work():
    recipe = dataclasses.replace(REQUEST.recipe, examples=1000, batch_size=900)
    assert refused(dataclasses.replace(REQUEST, recipe=recipe)) == (
        "A batch of 900 is larger than the 800 training examples; use at most 800."
    )


def test_more_images_than_there_are_is_said():
    recipe = dataclasses.replace(REQUEST.recipe, examples=7000)
    assert "7,000" in refused(dataclasses.replace(REQUEST, recipe=recipe))


@pytest.mark.parametrize(
    "layers",
    [
        (Flatten(), Dense(9, activation="softmax")),
        (Flatten(), Dense(10)),
        (Conv2D(10, activation="softmax"),),
    ],
)
def test_an_output_that_is_no_classifier_names_the_layer(layers):
    with pytest.raises(SpecError) as caught:
        check(dataclasses.replace(REQUEST, spec=ModelSpec((28, 28, 1), layers)), Limits())
    assert caught.value.layer == len(layers) - 1


def test_no_layers_at_all_is_said():
    assert "no layers" in refused(dataclasses.replace(REQUEST, spec=ModelSpec((28, 28, 1), ())))


def test_a_map_that_shrinks_below_one_cell_names_the_layer():
    spec = ModelSpec((28, 28, 1), (*[Conv2D(4, 9)] * 4, Flatten(), Dense(10, activation="softmax")))
    assert "Layer 4 (Conv2D)" in refused(dataclasses.replace(REQUEST, spec=spec))


def test_twice_the_images_take_twice_the_time():
    half = dataclasses.replace(REQUEST, recipe=dataclasses.replace(REQUEST.recipe, examples=3000))
    only_steps = Speed(1e11, fixed_seconds=0.0)
    assert predicted_seconds(REQUEST, only_steps) == pytest.approx(2 * predicted_seconds(half, only_steps), rel=0.02)


def test_limits_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("EXPLORER_MAX_SECONDS", "90")
    monkeypatch.setenv("EXPLORER_MAX_PARAMETERS", "nonsense")
    assert Limits.from_environment() == Limits(Limits().parameters, 90)
