"""Recipes and run records go through JSON unchanged and refuse nonsense."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.messages import ExplorerError, message
from explorer.presets import PRESETS
from explorer.training.progress import MAXIMUM_BATCH_POINTS, thinned
from explorer.training.recipe import LEARNING_RATES, OPTIMIZERS, Recipe
from explorer.training.record import EpochResult, Request, RunRecord, Status

recipes = st.builds(
    Recipe,
    examples=st.integers(100, 60_000),
    epochs=st.integers(1, 100),
    batch_size=st.integers(1, 4096),
    optimizer=st.sampled_from(OPTIMIZERS),
    learning_rate=st.sampled_from(LEARNING_RATES),
    validation_split=st.floats(0.05, 0.5),
    patience=st.integers(0, 20),
    restore_best_weights=st.booleans(),
    seed=st.integers(0, 2**31 - 1),
)


@given(recipes)
def test_recipes_survive_json(recipe):
    assert Recipe.from_dict(json.loads(json.dumps(recipe.to_dict()))) == recipe
    assert recipe.training_examples + recipe.validation_examples == recipe.examples
    assert (recipe.steps_per_epoch - 1) * recipe.batch_size < recipe.training_examples
    assert recipe.steps_per_epoch * recipe.batch_size >= recipe.training_examples


@pytest.mark.parametrize("data", [None, [], {"examples": 3}, {"colour": 1}, {"learning_rate": float("nan")}, "x"])
def test_a_damaged_recipe_is_refused_in_a_sentence(data):
    with pytest.raises(ExplorerError):
        Recipe.from_dict(data)


def record(**changes):
    preset = PRESETS["cnn-one-block"]
    values = {
        "id": "abc",
        "name": "one",
        "created": 12.5,
        "request": Request(preset.spec, preset.recipe, "fashion-mnist", "sample"),
        "status": Status.DIVERGED,
        "history": (EpochResult(1, 0.5, 0.8, 0.6, 0.7, 1.5),),
        "batches": ((0.1, 2.3), (0.2, 2.0)),
        "best_epoch": 1,
        "problem": message("step {step}: {why}", step=3, why="x"),
        "versions": {"keras": "3"},
    }
    return RunRecord(**{**values, **changes})


def test_records_survive_json():
    assert RunRecord.from_dict(json.loads(json.dumps(record().to_dict()))) == record()


@pytest.mark.parametrize("name", ["id", "status", "history", "batches", "request", "name", "created", "problem"])
def test_a_record_without_a_part_or_with_nonsense_in_it_is_refused(name):
    whole = record().to_dict()
    without = {key: value for key, value in whole.items() if key != name}
    with pytest.raises(ExplorerError):
        RunRecord.from_dict(without)
    if name not in ("id", "name"):
        with pytest.raises(ExplorerError):
            RunRecord.from_dict({**whole, name: "nonsense"})


def test_long_names_are_cut():
    assert len(RunRecord.from_dict(record(name="x" * 500).to_dict()).name) == 60


def test_batch_points_are_thinned_to_a_bound_and_keep_their_course():
    points = ()
    for step in range(5000):
        points = thinned((*points, (step / 100, 5000 - step)))
    assert len(points) <= MAXIMUM_BATCH_POINTS
    assert list(points) == sorted(points)
    assert points[-1] == (49.99, 1)
