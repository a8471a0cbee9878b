"""Gradients and Grad-CAM beside TensorFlow's own, layer by layer and for whole models."""

import inspect

import numpy as np
import pytest
from drawn import any_models, computed, examples, single_layer_models
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from explorer.datasets import DATASETS, SAMPLE, TEST
from explorer.inspection.saliency import grad_cam, stretched
from explorer.layers import forward
from explorer.layers.gradients import BACKWARD, backward, before_activation
from explorer.network import Network
from explorer.specs import LAYERS, MaxPooling2D, ModelSpec
from explorer.training.store import SHIPPED, Store

pytestmark = pytest.mark.worker
TOLERANCE = 1e-5
drawn = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
seeds = st.integers(0, 2**31)


@pytest.fixture(scope="module")
def worker():
    from explorer.training import worker

    return worker


@pytest.fixture(scope="module")
def shipped():
    run = Store(SHIPPED).open("cnn-two-blocks")
    return run.network(run.record.best_epoch)


@pytest.fixture(scope="module")
def images():
    return DATASETS["fashion-mnist"].load(SAMPLE, TEST).inputs / np.float32(255)


def with_weights(worker, spec, weights):
    """The Keras model of a specification with these weights."""
    model = worker.build(spec)
    for layer, name in zip(model.layers, spec.names(), strict=True):
        if weights[name]:
            layer.set_weights(list(weights[name].values()))
    return model


def random_weights(spec, seed):
    """Weights of every kind, variances positive."""
    chance = np.random.default_rng(seed)
    return {
        row.name: {
            name: np.abs(chance.normal(size=shape)) + 0.1 if "variance" in name else chance.normal(0, 0.5, shape)
            for name, shape in row.weight_shapes.items()
        }
        for row in spec.summary()
    }


def assert_close(ours, theirs, rounded=0.0):
    """Within the tolerance of the largest value, and within what rounding alone may change ten times over."""
    theirs = np.asarray(theirs)
    assert ours.shape == theirs.shape
    tolerance = TOLERANCE * max(np.abs(theirs).max(), 1e-30) + 10 * rounded
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance)


def clear(trace):
    """Whether no logit of a ReLU is so close to 0 that rounding decides its sign."""
    return all(
        np.abs(step.result.logits).min() > 1e-6 * np.abs(step.result.logits).max()
        for step in trace.layers
        if step.result.logits is not None and step.layer.activation == "relu"
    )


def rounding(network, trace, backwards):
    """What a millionth more or less in the inputs changes, at most: much for a saturated gate or a growing state."""
    (step,) = trace.layers
    if not np.issubdtype(trace.inputs.dtype, np.floating):
        return 0.0
    signs = np.where(np.arange(trace.inputs.size).reshape(trace.inputs.shape) % 3, 1, -1)
    (nearby,) = network.trace((trace.inputs * (1 + 1e-6 * signs)).astype(np.float32)).layers
    return np.abs(backwards(step) - backwards(nearby)).max()


def replaced(values, ours):
    """Our values in place of TensorFlow's, for which its gradient is passed on; tokens as they are."""
    import tensorflow as tf

    if values.dtype == tf.int32:
        return values
    return tf.custom_gradient(lambda _: (tf.constant(ours), lambda gradient: gradient))(values)


def by_tensorflow(model, trace, unit):
    """The gradients of each layer's output and of the inputs, from one logit of the last layer.

    Each layer is given exactly the values that ours was given: where two cells of a pooling
    window differ by less than rounding, the winner would be another one.
    """
    import keras
    import tensorflow as tf

    if trace.layers[-1].result.logits is not None:
        model.layers[-1].activation = keras.activations.linear
    inputs = tf.constant(trace.inputs)
    outputs = []
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        values = inputs
        for layer, step in zip(model.layers, trace.layers, strict=True):
            values = layer(replaced(values, step.inputs), training=False, **heeded(layer, step.context))
            outputs.append(values)
        logit = tf.reduce_sum(values[..., unit])
    return tape.gradient(logit, [inputs, *outputs], unconnected_gradients="zero")


def heeded(layer, context):
    """The mask for a layer that takes one: a replaced value has lost its own."""
    takes_one = context.mask is not None and "mask" in inspect.signature(layer.call).parameters
    return {"mask": context.mask} if takes_one else {}


def test_every_layer_can_be_taken_back():
    assert BACKWARD.keys() == set(LAYERS.values())


@settings(drawn, max_examples=120)
@given(spec=single_layer_models(), seed=seeds)
def test_drawn_layers_hand_back_what_tensorflow_does(worker, spec, seed):
    import tensorflow as tf

    assume(computed(spec))
    network = Network(spec, random_weights(spec, seed))
    model = with_weights(worker, spec, network.weights)
    trace = network.trace(examples(spec, seed))
    assume(clear(trace))
    (step,) = trace.layers
    gradient = np.random.default_rng(seed + 1).normal(size=step.output.shape).astype(np.float32)

    def backwards(step):
        before = before_activation(step.layer, step.result, gradient)
        return backward(step.layer, network.weights[step.name], step.inputs, before, step.result)

    rounded = rounding(network, trace, backwards)
    assume(np.isfinite(rounded))
    inputs = tf.constant(step.inputs)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        output = model(inputs, training=False)
    theirs = tape.gradient(output, inputs, gradient, unconnected_gradients="zero")
    assert_close(backwards(step), theirs, rounded)


@settings(drawn, max_examples=120)
@given(spec=any_models(), seed=seeds)
def test_drawn_models_have_tensorflows_gradients(worker, spec, seed):
    assume(computed(spec))
    network = Network(spec, random_weights(spec, seed))
    trace = network.trace(examples(spec, seed))
    # A sequence of padding alone has no mean: GlobalAveragePooling1D makes it NaN, as in Keras.
    assume(clear(trace) and np.isfinite(trace.output).all())
    unit = seed % trace.output.shape[-1]
    found = network.gradients(trace, unit)
    inputs, *outputs = by_tensorflow(with_weights(worker, spec, network.weights), trace, unit)
    assert_close(found.inputs, inputs)
    for name, theirs in zip(spec.names(), outputs, strict=True):
        assert_close(found.outputs[name], theirs)


@settings(drawn, max_examples=40)
@given(
    seed=seeds,
    size=st.tuples(*[st.integers(1, 4)] * 2),
    strides=st.tuples(*[st.integers(1, 4)] * 2),
    padding=st.sampled_from(["valid", "same"]),
)
def test_equals_in_a_pooling_window_are_settled_as_tensorflow_does(worker, seed, size, strides, padding):
    """After ReLU whole windows are 0, and whole numbers are often equal."""
    import tensorflow as tf

    spec = ModelSpec((7, 6, 3), (MaxPooling2D(size, strides, padding),))
    numbers = np.random.default_rng(seed).integers(-2, 3, (2, *spec.input_shape))
    inputs = tf.constant(np.maximum(numbers, 0), tf.float32)
    model = worker.build(spec)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        output = model(inputs)
    gradient = np.random.default_rng(seed + 1).normal(size=output.shape).astype(np.float32)
    layer = spec.layers[0]
    ours = backward(layer, {}, inputs.numpy(), gradient, forward(layer, {}, inputs.numpy()))
    assert_close(ours, tape.gradient(output, inputs, gradient))


@pytest.mark.parametrize("unit", [0, 6, 9])
def test_the_shipped_model_has_tensorflows_gradients(worker, shipped, images, unit):
    trace = shipped.trace(images[:8])
    found = shipped.gradients(trace, unit)
    inputs, *outputs = by_tensorflow(with_weights(worker, shipped.spec, shipped.weights), trace, unit)
    assert_close(found.inputs, inputs)
    for name, theirs in zip(shipped.spec.names(), outputs, strict=True):
        assert_close(found.outputs[name], theirs)


@pytest.mark.parametrize("layer", ["conv2d_1", "max_pooling2d_1", "conv2d_2", "max_pooling2d_2"])
def test_grad_cam_equals_tensorflows(worker, shipped, images, layer):
    """Selvaraju's equations 1 and 2 in TensorFlow, enlarged by tf.image."""
    import tensorflow as tf

    model = with_weights(worker, shipped.spec, shipped.weights)
    for index in range(5):
        trace = shipped.trace(images[index : index + 1])
        unit = int(trace.output.argmax())
        _, *outputs = by_tensorflow(model, trace, unit)
        gradient = outputs[shipped.spec.names().index(layer)]
        weights = tf.reduce_mean(gradient, axis=(1, 2))
        heat = tf.nn.relu(tf.einsum("nijk,nk->nij", tf.constant(trace[layer].output), weights))
        found = grad_cam(trace, shipped.gradients(trace, unit), layer)
        assert_close(found.weights, weights[0])
        assert_close(found.map, heat[0])
        assert_close(found.enlarged, tf.image.resize(heat[..., None], (28, 28), "bilinear")[0, ..., 0])


@given(st.tuples(*[st.integers(1, 9)] * 2), st.tuples(*[st.integers(0, 20)] * 2), seeds)
@drawn
def test_maps_are_enlarged_as_tensorflow_does(worker, shape, more, seed):
    import tensorflow as tf

    values = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
    size = (shape[0] + more[0], shape[1] + more[1])
    assert_close(stretched(values, size), tf.image.resize(values[..., None], size, "bilinear")[..., 0])
