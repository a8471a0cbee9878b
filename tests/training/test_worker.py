"""Training with Keras in this process: what a run leaves behind is true and reproducible."""

import dataclasses

import numpy as np
import pytest
from training.conftest import RECIPE, SMALL

from explorer.datasets import DATASETS, TEST, TRAIN
from explorer.presets import PRESETS
from explorer.specs import Dense, Dropout, Flatten, ModelSpec
from explorer.training.loop import split_validation
from explorer.training.predictions import read_predictions
from explorer.training.recipe import OPTIMIZERS, Recipe
from explorer.training.record import Request, RunRecord, Status
from explorer.training.snapshots import SnapshotWriter
from explorer.training.store import Store

pytestmark = pytest.mark.worker


def test_a_run_learns_and_leaves_everything(train):
    run, events = train(epochs=4, examples=2000)
    record = run.record
    assert record.status is Status.FINISHED
    assert record.history[-1].loss < record.history[0].loss
    assert record.history[-1].accuracy > 0.3
    assert record.test_examples == 1000
    assert run.epochs == (0, 1, 2, 3, 4)
    assert record.versions["keras"].startswith("3.")
    assert record.examples_per_second > 0
    assert [event.epoch.epoch for event in events if event.epoch] == [1, 2, 3, 4]
    positions = [event.batch.position for event in events if event.batch]
    assert positions == sorted(positions)
    assert positions[-1] == 4
    assert len(record.batches) == len(positions)


def test_the_same_seed_gives_the_same_history_and_another_one_does_not(train):
    first, _events = train(name="first")
    second, _events = train(name="second")
    other, _events = train(name="other", seed=7)

    def losses(run):
        return [loss for result in run.record.history for loss in (result.loss, result.val_loss)]

    assert losses(first) == pytest.approx(losses(second), rel=1e-4)
    assert losses(first)[0] != pytest.approx(losses(other)[0], rel=1e-4)


def test_the_history_is_that_of_keras_own_fit(worker, train):
    """The same weights, order and data through `Model.fit` give the same losses."""
    import keras

    spec = ModelSpec(SMALL.input_shape, tuple(layer for layer in SMALL.layers if not isinstance(layer, Dropout)))
    run, _events = train(spec=spec, epochs=2)
    recipe = run.record.recipe
    training, validation = split_validation(recipe, DATASETS["fashion-mnist"].load("sample", TRAIN))
    keras.utils.set_random_seed(recipe.seed)
    model = worker.build(spec)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    order = np.random.RandomState(recipe.seed)
    for result in run.record.history:
        index = order.permutation(recipe.training_examples)
        history = model.fit(
            training.inputs[index] / 255.0,
            training.labels[index],
            batch_size=recipe.batch_size,
            shuffle=False,
            validation_data=(validation.inputs / 255.0, validation.labels),
            verbose=0,
        ).history
        assert result.loss == pytest.approx(history["loss"][0], rel=2e-3)
        assert result.accuracy == pytest.approx(history["accuracy"][0], abs=0.01)
        assert result.val_loss == pytest.approx(history["val_loss"][0], rel=5e-3)


def test_the_validation_split_is_that_of_scikit_learn():
    from sklearn.model_selection import train_test_split

    split = DATASETS["fashion-mnist"].load("sample", TRAIN)
    training, validation = split_validation(Recipe(examples=1001, validation_split=0.2, seed=42), split)
    expected = train_test_split(split.inputs[:1001], split.labels[:1001], test_size=0.2, random_state=42)
    np.testing.assert_array_equal(training.inputs, expected[0])
    np.testing.assert_array_equal(validation.labels, expected[3])


def test_the_kept_model_is_the_best_epoch_and_opens_in_keras(train):
    import keras

    run, _events = train(epochs=3)
    losses = [result.val_loss for result in run.record.history]
    assert run.record.best_epoch == 1 + int(np.argmin(losses))
    model = keras.models.load_model(run.model_file, compile=False)
    test = DATASETS["fashion-mnist"].load("sample", TEST)
    images = test.inputs / np.float32(255)
    ours = run.network(run.record.best_epoch).predict(images)
    np.testing.assert_allclose(ours, model.predict(images, verbose=0), atol=1e-5)
    assert run.record.test_accuracy == pytest.approx(float((ours.argmax(axis=1) == test.labels).mean()), abs=1e-6)


def test_the_predictions_are_those_of_the_kept_model_and_agree_with_its_accuracy(train):
    run, _events = train(epochs=3)
    probabilities, labels = read_predictions(run.predictions_file)
    test = DATASETS["fashion-mnist"].load("sample", TEST)
    np.testing.assert_array_equal(labels, test.labels)
    assert float((probabilities.argmax(axis=1) == labels).mean()) == run.record.test_accuracy
    ours = run.network(run.record.best_epoch).predict(test.inputs / np.float32(255))
    np.testing.assert_allclose(probabilities, ours, atol=1e-3)


def test_a_disk_too_full_for_the_predictions_ends_the_run_in_a_sentence(train, monkeypatch):
    from explorer.training import loop

    def full(*_anything):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(loop, "write_predictions", full)
    run, _events = train()
    assert run.record.status is Status.FAILED
    assert "No space left on device" in str(run.record.problem)


def test_without_best_weights_the_last_epoch_is_kept(train):
    run, _events = train(epochs=3, restore_best_weights=False, learning_rate=0.03)
    assert run.record.best_epoch == 3


def test_epoch_zero_is_the_untrained_model(worker, train):
    import keras

    run, _events = train()
    keras.utils.set_random_seed(run.record.recipe.seed)
    untrained = worker.weights_of(worker.build(SMALL), SMALL)
    for layer, group in run.network(0).weights.items():
        for name, array in group.items():
            np.testing.assert_array_equal(array, untrained[layer][name])


def test_early_stopping_ends_the_run(train):
    run, _events = train(epochs=40, patience=1, learning_rate=0.1)
    assert run.record.status is Status.FINISHED
    assert len(run.record.history) < 40
    losses = [result.val_loss for result in run.record.history]
    assert losses[-1] >= min(losses[:-1])


def test_a_run_can_be_stopped_and_keeps_what_it_has(train):
    asked = iter([False] * 12)
    run, _events = train(epochs=50, should_stop=lambda: next(asked, True))
    assert run.record.status is Status.STOPPED
    assert 0 < len(run.record.history) < 50
    assert run.record.test_accuracy is not None


def test_a_run_stopped_at_once_says_so_and_shows_the_untrained_model(train):
    run, _events = train(should_stop=lambda: True)
    assert run.record.status is Status.STOPPED
    assert run.record.test_accuracy is None
    assert run.epochs == (0,)


def test_a_loss_that_is_no_number_ends_the_run_with_its_curve(train):
    linear = ModelSpec(SMALL.input_shape, (Flatten(), Dense(50), Dense(50), Dense(10, activation="softmax")))
    run, events = train(spec=linear, optimizer="sgd", learning_rate=1000.0, epochs=20)
    assert run.record.status is Status.DIVERGED
    assert "diverged at step" in str(run.record.problem)
    assert run.record.batches
    assert all(np.isfinite(loss) for _position, loss in run.record.batches)
    assert len([event for event in events if event.batch]) == len(run.record.batches)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_learns(train, optimizer):
    run, _events = train(optimizer=optimizer, epochs=3, learning_rate=0.01)
    assert run.record.history[-1].loss < run.record.history[0].loss


def test_a_disk_that_is_full_ends_the_run_in_a_sentence(train):
    class Full(SnapshotWriter):
        def add(self, epoch, weights):
            if epoch == 1:
                raise OSError(28, "No space left on device")
            super().add(epoch, weights)

    run, _events = train(snapshots=lambda path: Full(path, 2**30))
    assert run.record.status is Status.FAILED
    assert "No space left on device" in str(run.record.problem)


def test_data_that_is_not_there_ends_the_run_in_a_sentence(worker, tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORER_CACHE_DIR", str(tmp_path / "empty"))
    monkeypatch.delenv("EXPLORER_DATA_DIR", raising=False)
    request = Request(SMALL, RECIPE, "fashion-mnist", "full")
    run = Store(tmp_path).create(RunRecord("run", "run", 1.0, request))
    record = worker.train_run(run.folder, lambda _event: None, lambda: False)
    assert record.status is Status.FAILED
    assert record.problem is not None


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_every_preset_is_what_keras_builds(worker, preset):
    model = worker.build(preset.spec)
    assert model.count_params() == preset.spec.parameters
    assert model.output_shape[1:] == preset.spec.output_shape
    assert [layer.name for layer in model.layers] == list(preset.spec.names())


def test_a_cosine_lets_the_learning_rate_fall_to_nothing(worker, train):
    recipe = dataclasses.replace(RECIPE, learning_rate_schedule="cosine")
    schedule = worker.fitting._learning_rate(recipe)
    steps = recipe.epochs * recipe.steps_per_epoch
    rates = [float(schedule(step)) for step in (0, steps // 2, steps)]
    assert rates == pytest.approx([recipe.learning_rate, recipe.learning_rate / 2, 0], abs=1e-6)
    falling, _ = train(learning_rate_schedule="cosine", name="falling")
    constant, _ = train(name="constant")
    assert falling.record.history != constant.record.history


def test_a_model_trained_with_half_the_bits_is_kept_and_tested_with_all_of_them(train):
    run, _ = train(dtype_policy="mixed_bfloat16", examples=2000, epochs=3)
    assert run.record.status is Status.FINISHED
    assert run.record.history[-1].loss < run.record.history[0].loss
    network = run.network(run.record.best_epoch)
    test = DATASETS["fashion-mnist"].load("sample", TEST)
    expected = network.predict(test.inputs / np.float32(255))
    probabilities, _labels = read_predictions(run.folder / "predictions.npz")
    np.testing.assert_allclose(probabilities, expected, atol=2e-3)
    assert run.record.test_accuracy == pytest.approx(np.mean(expected.argmax(axis=1) == test.labels), abs=0.002)
