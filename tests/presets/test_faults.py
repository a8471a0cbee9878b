"""Every fault hides in a training that can be asked for, and its repair changes just that."""

import pytest

from explorer.datasets import DATASETS, FULL, TEST, TRAIN
from explorer.datasets.cases import CLOTHES, ECHO, RING, Case
from explorer.presets.faults import FAULTS
from explorer.presets.repairs import REPAIRS
from explorer.training import differences, limits
from explorer.training.limits import Limits


@pytest.mark.parametrize("name", FAULTS)
def test_a_case_can_be_trained_and_mended(name):
    fault = FAULTS[name]
    mended = REPAIRS[fault.repair].apply(fault.request)
    for request in (fault.request, mended):
        limits.check(request, Limits())
        assert request.recipe.record_layers
    found = differences.between(fault.request, mended)
    assert found
    assert bool(found.model) + bool(found.recipe) + bool(found.data) <= 2
    assert REPAIRS[fault.repair].apply(mended).spec == mended.spec or fault.repair == "shorter"


@pytest.mark.parametrize("name", FAULTS)
def test_every_repair_can_be_tried_on_every_case(name):
    for repair in REPAIRS.values():
        limits.check(repair.apply(FAULTS[name].request), Limits())


def test_no_two_cases_are_the_same():
    assert len({fault.request.spec.to_json() + repr(fault.request) for fault in FAULTS.values()}) == len(FAULTS)
    assert {fault.repair for fault in FAULTS.values()} <= REPAIRS.keys()


@pytest.mark.parametrize("kind", [CLOTHES, RING, ECHO])
def test_examples_are_the_same_each_time_and_test_ones_are_others(kind):
    data, case = DATASETS["cases"], Case(kind=kind, examples=400, steps=20)
    training, test = data.load(FULL, TRAIN, case), data.load(FULL, TEST, case)
    assert training.inputs.tobytes() == data.load(FULL, TRAIN, case).inputs.tobytes()
    assert training.inputs.shape[1:] == data.task(FULL, case).input_shape
    assert not rows(training) & rows(test)


def test_leaking_copies_test_examples_with_their_labels():
    data, case = DATASETS["cases"], Case(kind=RING, examples=400, leaking=True)
    training, test = data.load(FULL, TRAIN, case), data.load(FULL, TEST, case)
    copied = {row.tobytes(): label for row, label in zip(training.inputs, training.labels, strict=True)}
    assert all(copied[row.tobytes()] == label for row, label in zip(test.inputs, test.labels, strict=True))


def test_shuffling_moves_labels_only_of_the_training():
    data = DATASETS["cases"]
    plain, moved = Case(), Case(shuffled_labels=True)
    assert data.load(FULL, TEST, plain).labels.tobytes() == data.load(FULL, TEST, moved).labels.tobytes()
    before, after = (data.load(FULL, TRAIN, case) for case in (plain, moved))
    assert before.inputs.tobytes() == after.inputs.tobytes()
    assert (before.labels != after.labels).mean() > 0.8
    assert sorted(before.labels) == sorted(after.labels)


def test_unscaled_pixels_reach_the_model_as_they_are():
    data = DATASETS["cases"]
    assert data.load(FULL, TRAIN, Case(unscaled=True)).inputs.dtype == "float32"
    assert data.load(FULL, TRAIN, Case(unscaled=True)).inputs.max() == 255
    assert data.load(FULL, TRAIN, Case()).inputs.dtype == "uint8"


def rows(split):
    return {row.tobytes() for row in split.inputs}
