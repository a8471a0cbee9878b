"""Gradients by the chain rule beside numerical differences, and by hand where it branches."""

import numpy as np
import pytest

from explorer.layers import ACTIVATIONS, Context, forward
from explorer.layers.gradients import BACKWARD, DERIVATIVES, backward, before_activation
from explorer.network import Network
from explorer.specs import (
    GRU,
    LAYERS,
    LSTM,
    AveragePooling2D,
    BatchNormalization,
    Bidirectional,
    Conv1D,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    LayerNormalization,
    MaxPooling2D,
    ModelSpec,
)

STEP = 1e-2
SPEC = ModelSpec(
    (9, 8, 2),
    (
        Conv2D(4, (3, 2), padding="same", activation="tanh"),
        BatchNormalization(),
        Conv2D(3, 3, strides=2, padding="same", activation="sigmoid"),
        AveragePooling2D(2, strides=1, padding="same"),
        Conv2D(3, 2, dilation_rate=2, use_bias=False),
        Dropout(0.5),
        Flatten(),
        Dense(6, activation="tanh"),
        Dense(3, activation="softmax"),
    ),
)


def network_of(spec, seed=0):
    chance = np.random.default_rng(seed)
    return Network(
        spec,
        {
            row.name: {name: chance.uniform(0.1, 1, shape) - ("kernel" in name) * 0.5 for name, shape in shapes.items()}
            for row in spec.summary()
            for shapes in [row.weight_shapes]
        },
    )


def images_of(spec, seed=1):
    return np.random.default_rng(seed).normal(size=(1, *spec.input_shape)).astype(np.float32)


def taken_back(layer, values, gradient):
    """Through a layer without weights."""
    return backward(layer, {}, values, gradient, forward(layer, {}, values))


def test_every_layer_and_activation_can_be_taken_back():
    assert BACKWARD.keys() == set(LAYERS.values())
    assert DERIVATIVES.keys() | {"gelu"} == ACTIVATIONS.keys()


def test_the_gradient_is_what_a_small_change_of_a_pixel_does_to_the_logit():
    network, images = network_of(SPEC), images_of(SPEC)
    trace = network.trace(images)
    found = network.gradients(trace, 1).inputs
    for place in np.ndindex(*SPEC.input_shape):
        change = np.zeros_like(images)
        change[0][place] = STEP
        up, down = (network.trace(images + sign * change).layers[-1].result.logits[0, 1] for sign in (1, -1))
        np.testing.assert_allclose(found[0][place], (up - down) / (2 * STEP), atol=2e-3 * np.abs(found).max())


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_are_differentiated(name):
    layer, logits = Dense(4, activation=name), np.array([[-2.0, -0.5, 0.3, 1.7]])
    upstream = np.array([[1.0, -2.0, 3.0, 0.5]])
    result = forward(layer, {"kernel": np.eye(4), "bias": np.zeros(4)}, logits)
    steps = [ACTIVATIONS[name](logits + step) - ACTIVATIONS[name](logits - step) for step in 1e-5 * np.eye(4)]
    expected = [(upstream * step).sum() / 2e-5 for step in steps]
    np.testing.assert_allclose(before_activation(layer, result, upstream)[0], expected, atol=1e-8)


def test_a_gradient_starts_at_the_logit_and_has_the_shape_of_every_output():
    network = network_of(SPEC)
    trace = network.trace(images_of(SPEC))
    found = network.gradients(trace, 2)
    np.testing.assert_array_equal(found.outputs["dense_2"], [[0, 0, 1]])
    np.testing.assert_allclose(found.outputs["dense_1"][0], network.weights["dense_2"]["kernel"][:, 2])
    assert tuple(found.outputs) == SPEC.names()[::-1]
    for step in trace.layers:
        assert found.outputs[step.name].shape == step.output.shape
    assert found.inputs.shape == trace.inputs.shape


def test_of_an_image_alone_and_in_a_batch_the_gradient_is_the_same():
    network, batch = network_of(SPEC), np.concatenate([images_of(SPEC, seed) for seed in range(3)])
    whole = network.gradients(network.trace(batch), 0).inputs
    alone = [network.gradients(network.trace(image[None]), 0).inputs[0] for image in batch]
    np.testing.assert_allclose(whole, alone, atol=1e-5 * np.abs(whole).max())


def test_the_gradient_of_a_map_is_that_of_its_sum():
    spec = ModelSpec((3, 3, 1), (Conv2D(2, 2, use_bias=False),))
    kernel = np.array([[[[1, 5]], [[2, 6]]], [[[3, 7]], [[4, 8]]]], np.float32)
    network = Network(spec, {"conv2d_1": {"kernel": kernel}})
    found = network.gradients(network.trace(np.ones((1, 3, 3, 1))), 0)
    np.testing.assert_array_equal(found.inputs[0, ..., 0], [[1, 3, 2], [4, 10, 6], [3, 7, 4]])


def test_the_first_of_equal_cells_takes_the_whole_gradient():
    values = np.array([[0, 0, 1, 2], [0, 0, 2, 2]], np.float32)[None, ..., None]
    back = taken_back(MaxPooling2D(2), values, np.array([[[[3.0], [5.0]]]], np.float32))
    np.testing.assert_array_equal(back[0, ..., 0], [[3, 0, 0, 5], [0, 0, 0, 0]])


def test_windows_that_overlap_add_up_and_padding_takes_nothing():
    values = np.array([[1, 9, 2]], np.float32)[None, ..., None]
    ones = np.ones((1, 1, 3, 1), np.float32)
    largest = taken_back(MaxPooling2D((1, 2), (1, 1), "same"), values, ones)
    np.testing.assert_array_equal(largest[0, 0, :, 0], [0, 2, 1])
    mean = taken_back(AveragePooling2D((1, 2), (1, 1), "same"), values, ones)
    np.testing.assert_array_equal(mean[0, 0, :, 0], [0.5, 1, 1.5])


def test_a_global_average_shares_equally():
    back = taken_back(GlobalAveragePooling2D(), np.ones((1, 2, 3, 2)), np.array([[6.0, -12.0]]))
    np.testing.assert_allclose(back[0], np.broadcast_to([1, -2], (2, 3, 2)))


def test_a_global_maximum_hands_all_to_the_largest_and_equals_share():
    values = np.array([[1, 5, 5], [0, 2, 3]], np.float32)[None, ..., None]
    back = taken_back(GlobalMaxPooling2D(), values, np.array([[6.0]], np.float32))
    np.testing.assert_array_equal(back[0, ..., 0], [[0, 3, 3], [0, 0, 0]])


SEQUENCES = ModelSpec(
    (9, 3),
    (
        Conv1D(4, 3, padding="same"),
        LayerNormalization(epsilon=0.1),
        Bidirectional(GRU(3, return_sequences=True)),
        GlobalAveragePooling1D(),
        Dense(2, activation="softmax"),
    ),
)


def test_the_gradient_is_what_a_small_change_of_a_number_in_a_sequence_does_to_the_logit():
    network, numbers = network_of(SEQUENCES), images_of(SEQUENCES)
    found = network.gradients(network.trace(numbers), 1).inputs
    for place in np.ndindex(*SEQUENCES.input_shape):
        change = np.zeros_like(numbers)
        change[0][place] = STEP
        up, down = (network.trace(numbers + sign * change).layers[-1].result.logits[0, 1] for sign in (1, -1))
        np.testing.assert_allclose(found[0][place], (up - down) / (2 * STEP), atol=4e-3 * np.abs(found).max())


def test_tokens_have_no_gradient_but_what_was_looked_up_for_them_has():
    spec = ModelSpec((4,), (Embedding(5, 2, mask_zero=True), LSTM(3), Dense(1, activation="sigmoid")))
    network = network_of(spec)
    found = network.gradients(network.trace(np.array([[0, 2, 0, 4]])), 0)
    np.testing.assert_array_equal(found.inputs, np.zeros((1, 4)))
    assert found.inputs.dtype == np.float32
    rows = np.abs(found.outputs["embedding_1"][0]).sum(axis=-1)
    np.testing.assert_array_equal(rows > 0, [False, True, False, True])


def test_a_global_average_shares_among_the_steps_that_count():
    layer, values, mask = (
        GlobalAveragePooling1D(),
        np.ones((1, 4, 1), np.float32),
        np.array([[True, False, True, False]]),
    )
    context = Context(mask)
    back = backward(layer, {}, values, np.array([[6.0]], np.float32), forward(layer, {}, values, context), context)
    np.testing.assert_array_equal(back[0, :, 0], [3, 0, 3, 0])


def test_a_global_maximum_along_time_is_shared_by_equals():
    values = np.array([[1, 5, 5, 0]], np.float32)[..., None]
    back = taken_back(GlobalMaxPooling1D(), values, np.array([[6.0]], np.float32))
    np.testing.assert_array_equal(back[0, :, 0], [0, 3, 3, 0])


def test_equal_networks_have_one_fingerprint_and_others_another():
    network = network_of(SPEC)
    weights = {name: dict(arrays) for name, arrays in network.weights.items()}
    assert Network(SPEC, weights).fingerprint == network.fingerprint
    weights["dense_1"]["bias"] = weights["dense_1"]["bias"] + np.eye(6)[3] * np.float32(1e-6)
    assert Network(SPEC, weights).fingerprint != network.fingerprint
    sharper = ModelSpec(SPEC.input_shape, (*SPEC.layers[:-1], Dense(3)))
    assert Network(sharper, network.weights).fingerprint != network.fingerprint
