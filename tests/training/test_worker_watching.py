"""Watching the layers while they train: true numbers, and a training that does not notice."""

import dataclasses

import numpy as np
import pytest
from training.conftest import RECIPE

from explorer.datasets import DATASETS, TRAIN
from explorer.layers.activations import sigmoid
from explorer.specs import (
    L1,
    L1L2,
    L2,
    LSTM,
    PARTS,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    HeNormal,
    Initializer,
    LayerNormalization,
    ModelSpec,
    RandomNormal,
    Zeros,
)
from explorer.training.loop import split_validation
from explorer.training.record import Request, RunRecord, Start, Status
from explorer.training.store import Store

pytestmark = pytest.mark.worker

DENSE = ModelSpec(
    (28, 28, 1),
    (Flatten(), Dense(6, activation="relu"), Dense(5, activation="sigmoid"), Dense(10, activation="softmax")),
)
NOISY = ModelSpec(
    (28, 28, 1), (Flatten(), Dense(8), BatchNormalization(), Dropout(0.5), Dense(10, activation="softmax"))
)


def losses(run):
    return [(result.loss, result.val_loss) for result in run.record.history]


def test_the_numbers_before_the_first_step_are_those_of_the_first_batch(train):
    run, events = train(spec=DENSE, record_layers=True, epochs=1)
    first = run.record.statistics[0]
    assert first.position == 0
    assert [layer.name for layer in first.layers] == list(DENSE.names())
    recipe = run.record.recipe
    training, _validation = split_validation(recipe, DATASETS["fashion-mnist"].load("sample", TRAIN))
    order = np.random.RandomState(recipe.seed).permutation(recipe.training_examples)[: recipe.batch_size]
    images, labels = training.inputs[order] / np.float32(255), training.labels[order]
    trace = run.network(0).trace(images)
    for found, layer in zip(first.layers, trace.layers, strict=True):
        output = layer.output.reshape(len(images), -1)
        assert found.mean == pytest.approx(output.mean(), abs=1e-5)
        assert found.deviation == pytest.approx(output.std(), abs=1e-5)
        assert found.zeros == pytest.approx((output == 0).mean(), abs=1e-5)
        assert found.dead == pytest.approx((output == 0).all(axis=0).mean(), abs=1e-5)
    # The gradient of the cross-entropy: p - y at the logits, and back from there by hand.
    probabilities, hidden = trace.layers[-1].output, trace.layers[-2].output
    at_logits = probabilities - np.eye(10)[labels]
    at_hidden = at_logits @ run.network(0).weights["dense_3"]["kernel"].T
    assert first.layers[2].gradient == pytest.approx(np.sqrt((at_hidden**2).sum(axis=1).mean()), rel=1e-4)
    assert first.layers[3].gradient == pytest.approx(np.sqrt((at_logits**2).sum(axis=1).mean()), rel=1e-4)
    kernel, bias = hidden.T @ at_logits / len(images), at_logits.mean(axis=0)
    assert first.layers[3].weight_gradient == pytest.approx(np.sqrt((kernel**2).sum() + (bias**2).sum()), rel=1e-4)
    assert first.layers[0].weight_gradient is None
    assert [event.statistics for event in events if event.statistics] == list(run.record.statistics)
    assert hidden.std() == pytest.approx(sigmoid(trace.layers[2].result.logits).std())


@pytest.mark.parametrize("spec", [NOISY, DENSE], ids=["normalised with dropout", "dense"])
def test_watching_changes_nothing(train, spec):
    plain, _events = train(spec=spec, name="plain", epochs=2)
    watched, _events = train(spec=spec, name="watched", epochs=2, record_layers=True)
    assert len(watched.record.statistics) > 1
    np.testing.assert_allclose(losses(plain), losses(watched), rtol=1e-5)
    assert plain.record.statistics == ()


def test_layers_over_sequences_are_watched_too(worker, tmp_path):
    spec = ModelSpec(
        (30,), (Embedding(2000, 4), LSTM(3, return_sequences=True), LSTM(3), Dense(1, activation="sigmoid"))
    )
    recipe = dataclasses.replace(RECIPE, examples=200, epochs=1, record_layers=True)
    record = RunRecord("run", "run", 1.0, Request(spec, recipe, "snippets", "sample"))
    folder = Store(tmp_path).create(record).folder
    found = worker.train_run(folder, lambda event: None, lambda: False)
    assert found.status is Status.FINISHED
    for layer in found.statistics[-1].layers:
        assert layer.gradient > 0, layer
        assert layer.weight_gradient > 0, layer


def test_penalties_are_in_the_loss_of_training_and_validation(train):
    bare, _events = train(spec=penalised(None), name="bare", epochs=1, learning_rate=1e-6)
    kernel = bare.network(0).weights["dense_1"]["kernel"].astype(np.float64)
    for regularizer, cost in (
        (L1(0.3), 0.3 * np.abs(kernel).sum()),
        (L2(0.5), 0.5 * (kernel**2).sum()),
        (L1L2(0.3, 0.5), 0.3 * np.abs(kernel).sum() + 0.5 * (kernel**2).sum()),
    ):
        run, _events = train(
            spec=penalised(regularizer), name=type(regularizer).__name__.lower(), epochs=1, learning_rate=1e-6
        )
        before, after = losses(bare)[0], losses(run)[0]
        assert np.subtract(after, before) == pytest.approx([cost, cost], rel=1e-2)


def penalised(regularizer):
    return ModelSpec((28, 28, 1), (Flatten(), Dense(10, activation="softmax", kernel_regularizer=regularizer)))


def test_l1_makes_weights_zero_that_l2_leaves(train):
    """Adam's steps leave no exact zeros; what is next to nothing beside the largest weight counts."""
    near_zero = {}
    for regularizer in (L1(0.01), L2(0.01)):
        run, _events = train(spec=penalised(regularizer), name=type(regularizer).__name__.lower(), epochs=20)
        kernel = np.abs(run.network(20).weights["dense_1"]["kernel"])
        near_zero[type(regularizer)] = (kernel < 0.01 * kernel.max()).mean()
    assert near_zero[L1] > 3 * near_zero[L2]


@pytest.mark.parametrize("kind", [kind for kind in PARTS.values() if issubclass(kind, Initializer)])
def test_every_initialiser_is_kept_and_read_again(worker, kind, tmp_path):
    from explorer import archive

    spec = ModelSpec((6, 6, 1), (Conv2D(3, kernel_initializer=kind()), Flatten(), Dense(4, kernel_initializer=kind())))
    model = worker.build(spec)
    for name in ("model.keras", "model.h5"):
        model.save(tmp_path / name)
        assert archive.read(tmp_path / name).spec == spec


def test_initialisers_begin_as_they_say(worker):
    spec = ModelSpec(
        (400,),
        (
            Dense(300, kernel_initializer=HeNormal()),
            LayerNormalization(),
            Dense(200, kernel_initializer=RandomNormal(stddev=2.0)),
            Dense(100, kernel_initializer=Zeros()),
        ),
    )
    weights = worker.weights_of(worker.build(spec), spec)
    assert weights["dense_1"]["kernel"].std() == pytest.approx(np.sqrt(2 / 400), rel=0.05)
    assert weights["dense_2"]["kernel"].std() == pytest.approx(2, rel=0.05)
    assert not weights["dense_3"]["kernel"].any()


def test_a_run_begins_with_another_runs_weights(worker, train, tmp_path):
    first, _events = train(spec=DENSE, name="first", epochs=2)
    request = dataclasses.replace(first.record.request, start=Start("first", 2))
    folder = Store(tmp_path).create(RunRecord("second", "second", 2.0, request)).folder
    record = worker.train_run(folder, lambda event: None, lambda: False)
    assert record.request.start == Start("first", 2)
    begun = Store(tmp_path).open("second").network(0).weights
    kept = first.network(2).weights
    assert all(np.array_equal(begun[layer][name], kept[layer][name]) for layer in kept for name in kept[layer])
    assert record.history[0].loss < first.record.history[0].loss


def test_weights_of_another_model_are_refused(worker, train, tmp_path):
    train(spec=DENSE, name="first", epochs=1)
    request = Request(NOISY, RECIPE, "fashion-mnist", "sample", start=Start("first", 1))
    folder = Store(tmp_path).create(RunRecord("second", "second", 2.0, request)).folder
    record = worker.train_run(folder, lambda event: None, lambda: False)
    assert record.status is Status.FAILED
    assert "do not fit this model" in str(record.problem)
