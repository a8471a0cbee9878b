"""Normalisation beside Keras's own layers: in training, at inference, and after several batches."""

import numpy as np
import pytest

from explorer.inspection.normalization import BATCH, LAYER, normalize, running, with_statistics
from explorer.specs import BatchNormalization, LayerNormalization

pytestmark = pytest.mark.worker
EXACT = {"rtol": 0, "atol": 1e-6}


@pytest.fixture(scope="module")
def keras():
    import keras

    from explorer.training import worker  # noqa: F401

    return keras


def weights(seed):
    chance = np.random.default_rng(seed)
    return chance.normal(1, 0.5, 4), chance.normal(0, 0.5, 4)


@pytest.mark.parametrize("epsilon", [1e-5, 1e-3, 0.1])
@pytest.mark.parametrize("rows", [1, 2, 3, 7])
def test_layer_normalisation_equals_keras_s(keras, rows, epsilon):
    inputs, (gamma, beta) = np.random.default_rng(rows).normal(2, 3, (rows, 4)), weights(rows)
    layer = keras.layers.LayerNormalization(epsilon=epsilon, dtype="float64")
    layer.build((None, 4))
    layer.set_weights([gamma, beta])
    expected = normalize(inputs, LAYER, gamma, beta, epsilon).outputs
    for training in (True, False):
        np.testing.assert_allclose(np.asarray(layer(inputs, training=training)), expected, **EXACT)


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("size", [1, 2, 5])
def test_batch_normalisation_equals_keras_s_in_training_and_at_inference(keras, size, momentum):
    epsilon, (gamma, beta) = 1e-3, weights(size)
    batches = np.random.default_rng(size).normal((3, 2, -2, 0.5), (2, 3, 4, 0.5), (6, size, 4))
    layer = keras.layers.BatchNormalization(momentum=momentum, epsilon=epsilon, dtype="float64")
    layer.build((None, 4))
    layer.set_weights([gamma, beta, np.zeros(4), np.ones(4)])
    found = running(batches, momentum)
    for seen, batch in enumerate(batches, start=1):
        in_training = np.asarray(layer(batch, training=True))
        np.testing.assert_allclose(in_training, normalize(batch, BATCH, gamma, beta, epsilon).outputs, **EXACT)
        np.testing.assert_allclose(in_training[0], gamma * found.in_training(0, epsilon)[seen - 1] + beta, **EXACT)
        np.testing.assert_allclose(np.asarray(layer.moving_mean), found.moving_mean[seen], **EXACT)
        np.testing.assert_allclose(np.asarray(layer.moving_variance), found.moving_variance[seen], **EXACT)
        kept = found.moving_mean[seen], found.moving_variance[seen]
        at_inference = np.asarray(layer(batch, training=False))
        np.testing.assert_allclose(at_inference, with_statistics(batch, *kept, gamma, beta, epsilon).outputs, **EXACT)
        own = gamma * found.at_inference(batch[0], epsilon)[seen] + beta
        np.testing.assert_allclose(at_inference[0], own, **EXACT)


def test_the_defaults_and_the_counts_of_weights_are_keras_s(keras):
    for ours, theirs in (
        (BatchNormalization(), keras.layers.BatchNormalization()),
        (LayerNormalization(), keras.layers.LayerNormalization()),
    ):
        theirs.build((None, 4))
        shapes = ours.weight_shapes((4,))
        assert ours.epsilon == theirs.epsilon
        assert sum(np.prod(shape) for shape in shapes.values()) == theirs.count_params()
        kept = sum(int(np.prod(variable.shape)) for variable in theirs.non_trainable_weights)
        assert sum(np.prod(shapes[name]) for name in ours.non_trainable()) == kept
    assert BatchNormalization().momentum == keras.layers.BatchNormalization().momentum
