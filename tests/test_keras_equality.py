"""Specifications and numpy layers beside Keras itself, over drawn settings."""

import math

import numpy as np
import pytest
from drawn import any_models, computed, examples, single_layer_models
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from explorer.layers import ACTIVATIONS, FORWARD
from explorer.network import Network
from explorer.presets import PRESETS
from explorer.specs import ACTIVATIONS as ACTIVATION_NAMES
from explorer.specs import (
    GRU,
    LAYERS,
    LSTM,
    Bidirectional,
    Conv2D,
    Dense,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    MaxPooling1D,
    MaxPooling2D,
    ModelSpec,
    Recurrent,
    SimpleRNN,
)

pytestmark = pytest.mark.worker
TOLERANCE = 1e-5
drawn = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
seeds = st.integers(0, 2**31)


@pytest.fixture(scope="module")
def worker():
    from explorer.training import worker

    return worker


def with_random_weights(worker, spec, seed):
    """A Keras model with weights of every kind (variances positive), and ours with the same."""
    chance = np.random.default_rng(seed)
    model = worker.build(spec)
    for layer in model.layers:
        arrays = [
            np.abs(chance.normal(size=w.shape)) + 0.1 if "variance" in w.name else chance.normal(0, 0.5, w.shape)
            for w in layer.weights
        ]
        if arrays:
            layer.set_weights(arrays)
    return model, Network(spec, worker.weights_of(model, spec))


def flops_by_tensorflow(model, spec):
    """What TensorFlow's profiler counts for one example."""
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    function = tf.function(lambda x: model(x, training=False))
    concrete = function.get_concrete_function(tf.TensorSpec((1, *spec.input_shape), tf.float32))
    graph = convert_variables_to_constants_v2(concrete).graph
    options = tf.compat.v1.profiler.ProfileOptionBuilder.float_operation()
    options["output"] = "none"
    return tf.compat.v1.profiler.profile(graph, options=options).total_float_ops


def countable(spec):
    """Whether TensorFlow's profiler counts what we mean.

    It counts the body of a loop over time steps once, however often the loop runs, and it
    counts the arithmetic on token numbers before a row of a table is taken.
    """
    return not any(isinstance(layer, Recurrent | Bidirectional) or layer.tokens_in for layer in spec.layers)


def assert_same_summary(model, spec):
    for layer, row in zip(model.layers, spec.summary(), strict=True):
        assert tuple(layer.output.shape[1:]) == row.output_shape
        trainable = sum(math.prod(w.shape) for w in layer.trainable_weights)
        fixed = sum(math.prod(w.shape) for w in layer.non_trainable_weights)
        assert (row.trainable, row.parameters) == (trainable, trainable + fixed)


@drawn
@given(spec=any_models())
def test_drawn_models_have_keras_shapes_and_parameters(worker, spec):
    assert_same_summary(worker.build(spec), spec)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_presets_have_keras_shapes_parameters_and_operations(worker, preset):
    model = worker.build(preset.spec)
    assert_same_summary(model, preset.spec)
    if countable(preset.spec):
        assert flops_by_tensorflow(model, preset.spec) == preset.spec.flops


@settings(drawn, max_examples=40)
@given(spec=single_layer_models())
def test_drawn_layers_have_the_operations_that_tensorflow_counts(worker, spec):
    # TensorFlow pads dilated inputs to whole blocks and counts that too, which is its own affair.
    assume(max(getattr(spec.layers[0], "dilation_rate", (1, 1))) == 1)
    # It counts the comparisons of a pooling window and forgets those of tf.reduce_max.
    assume(not isinstance(spec.layers[0], GlobalMaxPooling1D | GlobalMaxPooling2D))
    assume(countable(spec))
    assert flops_by_tensorflow(worker.build(spec), spec) == spec.flops


def test_a_dilated_convolution_costs_as_much_as_a_dense_one_with_as_many_outputs():
    dilated = ModelSpec((9, 9, 2), (Conv2D(4, (3, 3), dilation_rate=(3, 2)),))
    dense = ModelSpec((5, 7, 2), (Conv2D(4, (3, 3)),))
    assert dilated.output_shape == dense.output_shape == (3, 5, 4)
    assert dilated.flops == dense.flops == 2 * 3 * 5 * 4 * 3 * 3 * 2 + 3 * 5 * 4


def test_a_global_maximum_costs_as_much_as_a_window_over_the_whole_map():
    assert ModelSpec((5, 7, 2), (GlobalMaxPooling2D(),)).flops == ModelSpec((5, 7, 2), (MaxPooling2D((5, 7)),)).flops
    assert ModelSpec((5, 2), (GlobalMaxPooling1D(),)).flops == ModelSpec((5, 2), (MaxPooling1D(5),)).flops


@pytest.mark.parametrize(("kind", "matrices"), [(SimpleRNN, 1), (GRU, 3), (LSTM, 4)])
def test_a_recurrent_layer_costs_its_matrix_products_at_every_step(kind, matrices):
    """As many multiply-adds a step as the kernels have numbers: matrices · units · (features + units)."""
    spec = ModelSpec((7, 3), (kind(5),))
    sizes = [math.prod(shape) for name, shape in spec.summary()[0].weight_shapes.items() if "kernel" in name]
    assert spec.flops == 2 * 7 * sum(sizes) == 2 * 7 * matrices * 5 * (3 + 5)
    assert ModelSpec((7, 3), (Bidirectional(kind(5)),)).flops == 2 * spec.flops


@settings(drawn, max_examples=120)
@given(spec=single_layer_models(), seed=seeds, count=st.integers(1, 3))
def test_drawn_layers_equal_keras(worker, spec, seed, count):
    assume(computed(spec))
    model, network = with_random_weights(worker, spec, seed)
    x = examples(spec, seed, count)
    np.testing.assert_allclose(network.predict(x), np.asarray(model(x)), rtol=TOLERANCE, atol=TOLERANCE)


@settings(drawn, max_examples=40)
@given(seed=seeds, data=st.data())
def test_drawn_convolutions_equal_keras(worker, seed, data):
    """Kernel sizes, strides, paddings, dilations and channels, each by itself."""
    strides = data.draw(st.tuples(*[st.integers(1, 3)] * 2))
    layer = Conv2D(
        data.draw(st.integers(1, 5)),
        data.draw(st.tuples(*[st.integers(1, 5)] * 2)),
        strides,
        data.draw(st.sampled_from(["valid", "same"])),
        (1, 1) if max(strides) > 1 else data.draw(st.tuples(*[st.integers(1, 3)] * 2)),
        data.draw(st.sampled_from(ACTIVATION_NAMES)),
    )
    spec = ModelSpec((data.draw(st.integers(13, 16)), 13, data.draw(st.integers(1, 4))), (layer,))
    model, network = with_random_weights(worker, spec, seed)
    x = np.random.default_rng(seed).random((2, *spec.input_shape), np.float32)
    np.testing.assert_allclose(network.predict(x), np.asarray(model(x)), atol=TOLERANCE)


@drawn
@given(spec=any_models(), seed=seeds)
def test_drawn_networks_equal_keras_layer_by_layer(worker, spec, seed):
    """Outputs and masks: each of Keras's layers is given what its layer before gave, the mask with it."""
    assume(computed(spec))
    model, network = with_random_weights(worker, spec, seed)
    x = examples(spec, seed)
    values = x
    for layer, step in zip(model.layers, network.trace(x).layers, strict=True):
        values = layer(values)
        np.testing.assert_allclose(step.output, np.asarray(values), rtol=2 * TOLERANCE, atol=2 * TOLERANCE)
        np.testing.assert_array_equal(step.result.mask, getattr(values, "_keras_mask", None))


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_presets_equal_keras(worker, preset):
    import keras

    keras.utils.set_random_seed(1)
    model = worker.build(preset.spec)
    network = Network(preset.spec, worker.weights_of(model, preset.spec))
    x = examples(preset.spec, 1, 5)
    np.testing.assert_allclose(network.predict(x), model.predict(x, verbose=0), atol=TOLERANCE)


@pytest.mark.parametrize("name", ACTIVATION_NAMES)
def test_activations_equal_keras_even_for_large_numbers(name):
    import keras

    x = np.array([[-1000.0, -5, -0.1, 0, 0.1, 5, 1000]], np.float32)
    np.testing.assert_allclose(ACTIVATIONS[name](x), np.asarray(keras.activations.get(name)(x)), atol=1e-6)


def test_every_specified_layer_is_computed():
    assert set(FORWARD) == set(LAYERS.values())
    assert set(ACTIVATIONS) == set(ACTIVATION_NAMES)


def test_a_trace_keeps_logits_and_ends_where_it_is_told():
    spec = ModelSpec((4, 4, 1), (Conv2D(1, 3, activation="relu"), MaxPooling2D(2)))
    kernel = -np.ones((3, 3, 1, 1), np.float32)
    network = Network(spec, {"conv2d_1": {"kernel": kernel, "bias": np.zeros(1, np.float32)}})
    trace = network.trace(np.ones((1, 4, 4, 1)), until="conv2d_1")
    assert [step.name for step in trace.layers] == ["conv2d_1"]
    np.testing.assert_array_equal(trace["conv2d_1"].result.logits[0, ..., 0], [[-9, -9], [-9, -9]])
    np.testing.assert_array_equal(trace.output[0, ..., 0], np.zeros((2, 2)))


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ({}, "no kernel"),
        ({"dense_1": {"kernel": np.ones((3, 2)), "bias": np.ones(2)}}, "shape"),
        ({"dense_1": {"kernel": np.full((2, 2), np.nan), "bias": np.ones(2)}}, "not numbers"),
    ],
)
def test_weights_that_do_not_fit_are_refused_by_name(weights, words):
    with pytest.raises(Exception, match=words):
        Network(ModelSpec((2,), (Dense(2),)), weights)
