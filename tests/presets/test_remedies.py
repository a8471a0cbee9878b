"""Remedies against overfitting: each changes what it says and nothing else."""

import dataclasses

import pytest

from explorer.messages import ExplorerError
from explorer.presets.remedies import REMEDIES, VALIDATION, Base, l1
from explorer.specs import L1, L2, Activation, BatchNormalization, Dense, Dropout
from explorer.training import limits
from explorer.training.limits import Limits
from explorer.training.record import Request

PLAIN = Base().request("sample")


def remedied(name, value=None):
    remedy = REMEDIES[name]
    return remedy.apply(PLAIN, remedy.value if value is None else value)


def changed(request):
    """The settings of the recipe that are not those of the network without a remedy."""
    before, after = (dataclasses.asdict(one.recipe) for one in (PLAIN, request))
    return {name: value for name, value in after.items() if value != before[name]}


def dense(request):
    return [layer for layer in request.spec.layers if isinstance(layer, Dense)]


def test_without_a_remedy_many_parameters_meet_few_images_and_the_last_epoch_is_kept():
    assert PLAIN.spec.parameters == 784 * 128 + 128 + 128 * 128 + 128 + 128 * 10 + 10
    recipe = PLAIN.recipe
    assert (recipe.training_examples, recipe.validation_examples) == (400, VALIDATION)
    assert (recipe.patience, recipe.restore_best_weights, recipe.proximal) == (0, False, False)


@pytest.mark.parametrize("name", REMEDIES)
def test_a_remedy_keeps_seed_data_validation_images_and_epochs(name):
    request = remedied(name)
    assert request != PLAIN
    assert (request.dataset, request.variant, request.start) == (PLAIN.dataset, PLAIN.variant, None)
    assert request.recipe.validation_examples == VALIDATION
    assert not {"seed", "epochs", "batch_size", "optimizer", "learning_rate", "momentum"} & set(changed(request))
    assert Request.from_dict(request.to_dict()) == request


@pytest.mark.parametrize("name", REMEDIES)
def test_every_stop_of_every_knob_can_be_trained(name):
    knob = REMEDIES[name].knob
    for value in getattr(knob, "stops", ()) or (knob.minimum, knob.maximum):
        limits.check(remedied(name, value), Limits())


@pytest.mark.parametrize(("percent", "images"), [(1, 50), (50, 2500), (100, 5000)])
def test_more_data_changes_the_number_of_training_images_only(percent, images):
    request = remedied("data", percent)
    assert request.spec == PLAIN.spec
    assert set(changed(request)) == {"examples", "validation_split"}
    assert request.recipe.training_examples == images


def test_a_smaller_model_has_fewer_units_in_its_hidden_layers():
    request = remedied("smaller", 8)
    assert [layer.units for layer in dense(request)] == [8, 8, 10]
    assert request.recipe == PLAIN.recipe
    assert request.spec.parameters == 784 * 8 + 8 + 8 * 8 + 8 + 8 * 10 + 10


def test_l1_and_l2_are_penalties_on_every_kernel():
    first, second = remedied("l1", 0.003), remedied("l2", 0.003)
    assert {layer.kernel_regularizer for layer in dense(first)} == {L1(0.003)}
    assert {layer.kernel_regularizer for layer in dense(second)} == {L2(0.003)}
    assert changed(first) == {"proximal": True}
    assert changed(second) == {}
    for request in (first, second):
        assert [dataclasses.replace(layer, kernel_regularizer=None) for layer in dense(request)] == dense(PLAIN)
        assert len(request.spec.layers) == len(PLAIN.spec.layers)


def test_dropout_follows_each_hidden_layer():
    request = remedied("dropout", 0.3)
    layers = [layer for layer in request.spec.layers if layer != Dropout(0.3)]
    assert tuple(layers) == PLAIN.spec.layers
    kinds = [type(layer).__name__ for layer in request.spec.layers]
    assert kinds == ["Flatten", "Dense", "Dropout", "Dense", "Dropout", "Dense"]
    assert changed(request) == {}


def test_augmentation_changes_images_and_not_the_model():
    request = remedied("augmentation", 0.25)
    assert request.spec == PLAIN.spec
    assert set(changed(request)) == {"augmentation"}
    assert request.recipe.augmentation.share == 0.25
    assert request.recipe.augmentation.horizontal_flip


def test_batch_normalisation_stands_before_the_activation():
    request = remedied("batchnorm", 0.8)
    hidden = (Dense(128), BatchNormalization(0.8), Activation("relu"))
    assert request.spec.layers[1:] == (*hidden, *hidden, PLAIN.spec.layers[-1])
    assert changed(request) == {}


def test_early_stopping_waits_and_goes_back():
    request = remedied("early", 3)
    assert request.spec == PLAIN.spec
    assert changed(request) == {"patience": 3, "restore_best_weights": True}


def test_the_name_of_a_run_tells_remedy_and_value():
    assert str(REMEDIES["l2"].name(0.003)) == "L2 · λ 0.003"
    assert str(REMEDIES["data"].name(50)) == "More data · 50 %"


def test_the_network_without_a_remedy_has_bounds():
    with pytest.raises(ExplorerError, match="images"):
        Base(images=10)


def test_a_penalty_out_of_bounds_is_refused():
    with pytest.raises(ExplorerError, match="l1"):
        l1(PLAIN, -1.0)
