"""Models with several inputs: as Keras's functional models, and trained like any other."""

import dataclasses

import numpy as np
import pytest

from explorer.datasets import FULL
from explorer.messages import ExplorerError
from explorer.network import Network
from explorer.presets.architectures import ARCHITECTURES
from explorer.specs import BatchNormalization, Branches, Dense, Flatten, ModelSpec
from explorer.training.record import Request, RunRecord, Start, Status
from explorer.training.store import Store

pytestmark = pytest.mark.worker

SPEC = ModelSpec(
    (7,),
    (
        Branches(
            (3, 4), ((Dense(5, activation="tanh"), Dense(2)), (BatchNormalization(), Dense(3, activation="relu")))
        ),
        Dense(2, activation="sigmoid"),
        Dense(1),
    ),
)


@pytest.fixture(scope="module")
def worker():
    from explorer.training import worker

    return worker


def test_it_is_kerass_functional_model(worker):
    model = worker.build(SPEC)
    assert [tuple(source.shape) for source in model.inputs] == [(None, 3), (None, 4)]
    assert model.count_params() == SPEC.parameters
    network = Network(SPEC, worker.weights_of(model, SPEC))
    inputs = np.random.default_rng(0).normal(size=(6, 7)).astype(np.float32)
    expected = model.predict([inputs[:, :3], inputs[:, 3:]], verbose=0)
    np.testing.assert_allclose(network.predict(inputs), expected, atol=1e-6)


def test_weights_go_out_and_in_again(worker):
    first, second = worker.build(SPEC), worker.build(SPEC)
    weights = worker.weights_of(first, SPEC)
    worker.building.set_weights(second, SPEC, weights)
    for ours, theirs in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_its_gradient_is_what_a_small_change_does(worker):
    shapes = worker.weights_of(worker.build(SPEC), SPEC)
    chance = np.random.default_rng(2)
    weights = {
        layer: {name: np.abs(chance.normal(size=values.shape)).astype(np.float32) for name, values in arrays.items()}
        for layer, arrays in shapes.items()
    }
    network = Network(SPEC, weights)
    # All numbers above 0, so that no ReLU changes its mind within the small change.
    inputs = np.abs(chance.normal(size=(1, 7))).astype(np.float32) / 8
    found = network.gradients(network.trace(inputs), 0).inputs[0]
    changes = 1e-2 * np.eye(7, dtype=np.float32)
    expected = [
        (network.predict(inputs + change) - network.predict(inputs - change))[0, 0] / 2e-2 for change in changes
    ]
    assert np.abs(found).min() > 1e-3
    np.testing.assert_allclose(found, expected, atol=1e-3)


def test_it_trains_and_its_weights_begin_another_run(worker, tmp_path):
    shape = ARCHITECTURES["two-inputs"]
    recipe = dataclasses.replace(shape.recipe, epochs=3, record_layers=True)
    request = Request(shape.spec, recipe, shape.dataset, FULL, shape.preparation)
    folder = Store(tmp_path).create(RunRecord("first", "first", 1.0, request)).folder
    record = worker.train_run(folder, lambda event: None, lambda: False)
    assert record.status is Status.FINISHED
    assert record.history[-1].loss < record.history[0].loss
    run = Store(tmp_path).open("first")
    kept = run.network(run.kept_epoch)
    again = dataclasses.replace(request, start=Start("first", run.kept_epoch))
    second = Store(tmp_path).create(RunRecord("second", "second", 2.0, again)).folder
    worker.train_run(second, lambda event: None, lambda: False)
    begun = Store(tmp_path).open("second").network(0)
    assert begun.fingerprint == kept.fingerprint


@pytest.mark.parametrize("index", [1, 2])
def test_it_stands_first(index):
    layers = list(SPEC.layers[1:])
    layers.insert(index, SPEC.layers[0])
    with pytest.raises(ExplorerError, match="put it first"):
        ModelSpec((7,), tuple(layers)).summary()


def test_what_cannot_work_is_said():
    with pytest.raises(ExplorerError, match=r"3 \+ 4"):
        ModelSpec((8,), SPEC.layers).summary()
    with pytest.raises(ExplorerError, match="from 2 to 8 sizes"):
        Branches((3,), ((),))
    with pytest.raises(ExplorerError, match="layers for each input"):
        Branches((3, 4), ("Dense", "Dense"))
    assert ModelSpec((2, 2, 1), (Flatten(),)).summary()


def test_it_is_kept_as_json():
    assert ModelSpec.from_json(SPEC.to_json()) == SPEC
