"""The numpy gradients and first weights of the page *Gradients* beside Keras's and TensorFlow's own."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from explorer.datasets import DATASETS, TEST, Task
from explorer.datasets.puzzles import Products
from explorer.inspection.clipping import clip
from explorer.inspection.deep_stack import NORMALIZATIONS, Stack, begin, blocks, first_weights
from explorer.inspection.through_time import CELLS, Reader, through_time
from explorer.inspection.through_time import first_weights as reader_weights
from explorer.layers import forward
from explorer.layers.initializers import draw
from explorer.layers.recurrent_gradients import backpropagate
from explorer.layers.recurrent_weight_gradients import weight_gradients
from explorer.specs import (
    GRU,
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    Orthogonal,
    RandomNormal,
)
from explorer.training import worker
from explorer.training.worker.watching import Watcher

pytestmark = pytest.mark.worker
KINDS = (GlorotUniform(), GlorotNormal(), HeUniform(), HeNormal(), RandomNormal(stddev=0.2), Orthogonal())


def named(kind):
    return type(kind).__name__


def keras_model(spec, weights):
    model = worker.build(spec)
    for layer, name in zip(model.layers, spec.names(), strict=True):
        layer.set_weights(list(weights[name].values()))
    return model


@pytest.mark.parametrize("initializer", KINDS, ids=named)
def test_first_weights_come_from_kerass_distributions(initializer):
    shape = (500, 300)
    theirs = getattr(keras.initializers, named(initializer))(seed=1, **vars(initializer))(shape).numpy().astype(float)
    ours = draw(initializer, shape, np.random.default_rng(1))
    assert ours.std() == pytest.approx(theirs.std(), rel=0.01)
    assert ours.mean() == pytest.approx(theirs.mean(), abs=0.01 * theirs.std())
    if not isinstance(initializer, (RandomNormal, Orthogonal)):
        assert np.abs(ours).max() == pytest.approx(np.abs(theirs).max(), rel=1e-3)
    quantiles = np.linspace(0.01, 0.99, 25)
    np.testing.assert_allclose(np.quantile(ours, quantiles), np.quantile(theirs, quantiles), atol=0.02 * theirs.std())


@pytest.mark.parametrize("normalization", NORMALIZATIONS)
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu"])
def test_a_stack_at_its_beginning_is_what_tensorflow_measures_in_training(activation, normalization):
    spec = Stack(activation, GlorotUniform(), 6, 24, normalization).spec((28, 28, 1), 10)
    weights = first_weights(spec, 3)
    split = DATASETS["fashion-mnist"].load("sample", TEST)
    images, labels = split.inputs[:40] / np.float32(255), split.labels[:40].astype(int)
    found = begin(spec, weights, images, labels)
    model = keras_model(spec, weights)
    theirs = Watcher(model, Task((28, 28, 1), 10)).measure(tf.constant(images), tf.constant(labels, tf.int32))
    for block, layer in zip(blocks(spec), found.layers, strict=True):
        output, dense = theirs[block.output], theirs[block.dense]
        assert layer.mean == pytest.approx(output.mean, abs=1e-5)
        assert layer.deviation == pytest.approx(output.deviation, rel=1e-4)
        assert layer.zeros == pytest.approx(output.zeros, abs=1e-6)
        assert layer.dead == pytest.approx(output.dead, abs=1e-6)
        assert layer.gradient == pytest.approx(output.gradient, rel=1e-3)
        # Before a normalisation the bias's gradient is 0 but for rounding.
        assert layer.weight_gradient == pytest.approx(dense.weight_gradient, rel=1e-3)
    loss = keras.losses.sparse_categorical_crossentropy(labels, model(images, training=True)).numpy().mean()
    assert found.loss == pytest.approx(loss, rel=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_gradients_through_time_are_tensorflows(cell):
    reader = Reader(cell, 30, RandomNormal(stddev=0.2))
    spec, weights = reader.spec(), reader_weights(reader, 0)
    split = DATASETS["multiply"].load("full", TEST, Products(length=30))
    inputs, labels = split.inputs[:8], split.labels[:8]
    found = through_time(spec, weights, inputs, labels)
    model = keras_model(spec, weights)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(inputs)[:, 0] - labels) ** 2)
    theirs = tape.gradient(loss, model.trainable_weights)
    assert found.loss == pytest.approx(float(loss), rel=1e-5)
    for ours, reference in zip(found.weights.values(), theirs, strict=True):
        np.testing.assert_allclose(ours, reference.numpy(), atol=1e-5, rtol=1e-3)


def test_weights_of_a_gru_that_resets_before_its_product():
    layer, chance = GRU(4, reset_after=False), np.random.default_rng(0)
    inputs = chance.normal(size=(3, 7, 2)).astype(np.float32)
    model = keras.Sequential([keras.Input((7, 2)), keras.layers.GRU(4, reset_after=False)])
    theirs = dict(zip(("kernel", "recurrent_kernel", "bias"), model.get_weights(), strict=True))
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(model(inputs))
    result = forward(layer, theirs, inputs)
    back = backpropagate(layer, theirs, inputs, result, np.ones((3, 4), np.float32))
    found = weight_gradients(layer, inputs, result.gates, back.columns)
    for ours, reference in zip(found.values(), tape.gradient(total, model.trainable_weights), strict=True):
        np.testing.assert_allclose(ours, reference.numpy(), atol=1e-5)


@pytest.mark.parametrize("way", ["clipnorm", "clipvalue"])
def test_each_weights_gradient_is_clipped_as_kerass_optimizer_does_it(way):
    chance = np.random.default_rng(0)
    gradients = [chance.normal(0, 3, shape).astype(np.float32) for shape in ((5, 4), (4,), (1,))]
    optimizer = keras.optimizers.SGD(1.0, **{way: 0.7})
    variables = [keras.Variable(np.zeros_like(gradient)) for gradient in gradients]
    optimizer.apply([tf.constant(gradient) for gradient in gradients], variables)
    for gradient, variable in zip(gradients, variables, strict=True):
        np.testing.assert_allclose(-variable.numpy(), clip(gradient, way, 0.7).after, atol=1e-6)
