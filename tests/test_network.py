"""A network's forward pass without Keras: by hand, batch by batch, and leaving its inputs alone."""

import numpy as np
import pytest
from drawn import any_models, examples
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.layers.windows import same_padding
from explorer.messages import ExplorerError
from explorer.network import Network
from explorer.specs import (
    GRU,
    LSTM,
    AveragePooling2D,
    BatchNormalization,
    Bidirectional,
    CategoryEncoding,
    Conv2D,
    Dense,
    Embedding,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    ModelSpec,
)


def with_random_weights(spec, seed):
    chance = np.random.default_rng(seed)
    return Network(
        spec,
        {
            row.name: {name: chance.random(shape, np.float32) for name, shape in row.weight_shapes.items()}
            for row in spec.summary()
        },
    )


seeds = st.integers(0, 2**31)
drawn = settings(deadline=None, max_examples=50)


@drawn
@given(spec=any_models(), seed=seeds)
def test_a_batch_is_its_examples_one_by_one(spec, seed):
    network, batch = with_random_weights(spec, seed), examples(spec, seed, 3)
    single = np.concatenate([network.predict(batch[i : i + 1]) for i in range(len(batch))])
    np.testing.assert_allclose(network.predict(batch), single, rtol=1e-4, atol=1e-5)


@drawn
@given(spec=any_models(), seed=seeds)
def test_each_layer_receives_what_the_last_one_gave(spec, seed):
    network, batch = with_random_weights(spec, seed), examples(spec, seed, 3)
    trace = network.trace(batch)
    np.testing.assert_array_equal(trace.inputs, batch)
    handed_on = [trace.inputs, *(step.output for step in trace.layers)]
    for step, values, row in zip(trace.layers, handed_on, spec.summary(), strict=False):
        assert step.inputs is values or np.shares_memory(step.inputs, values)
        assert (step.name, step.layer) == (row.name, row.layer)
        assert step.output.shape == (len(batch), *row.output_shape)
        assert step.output.dtype == np.float32
    assert trace.output is trace.layers[-1].output


@drawn
@given(spec=any_models(), seed=seeds)
def test_tracing_changes_neither_the_inputs_nor_the_network(spec, seed):
    network, batch = with_random_weights(spec, seed), examples(spec, seed, 3)
    before = batch.copy()
    first = network.trace(batch)
    kept = [step.output.copy() for step in first.layers]
    network.trace(examples(spec, seed + 1, 3))
    np.testing.assert_array_equal(batch, before)
    for step, output, again in zip(first.layers, kept, network.trace(batch).layers, strict=True):
        np.testing.assert_array_equal(step.output, output)
        np.testing.assert_array_equal(again.output, output)


def test_weights_are_copies_that_cannot_be_changed():
    kernel = np.ones((2, 1), np.float32)
    network = Network(ModelSpec((2,), (Dense(1, use_bias=False),)), {"dense_1": {"kernel": kernel}})
    kernel[:] = 7
    np.testing.assert_array_equal(network.predict(np.ones((1, 2))), [[2]])
    with pytest.raises(ValueError, match="read-only"):
        network.weights["dense_1"]["kernel"][:] = 0


def test_pixels_of_whole_numbers_are_taken_as_numbers():
    network = Network(ModelSpec((2, 2, 1), (GlobalAveragePooling2D(),)), {})
    np.testing.assert_array_equal(network.predict(np.full((1, 2, 2, 1), 255, np.uint8)), [[255]])


def test_tokens_that_a_model_does_not_know_are_refused_in_a_sentence():
    for layer in (Embedding(4, 2), CategoryEncoding(4)):
        spec = ModelSpec((3,), (layer,))
        network = with_random_weights(spec, 0)
        assert network.predict(np.array([[0, 3, 1]])).shape == (1, *spec.output_shape)
        for token in (4, -1):
            with pytest.raises(ExplorerError, match=f"the tokens 0 to 3, but the input has {token}"):
                network.predict(np.array([[0, token, 1]]))


def test_padding_that_is_masked_changes_nothing_for_the_layers_that_heed_it():
    """The same three words with 0, 2 and 5 tokens of padding in front; a layer without masking sees all of it."""
    layers = (Embedding(9, 3, mask_zero=True), Bidirectional(GRU(2, return_sequences=True)), LSTM(2))
    found = []
    for steps in (3, 5, 8):
        network = with_random_weights(ModelSpec((steps,), layers), 0)
        tokens = np.zeros((1, steps), np.int32)
        tokens[0, -3:] = (4, 1, 8)
        found.append(network.predict(tokens)[0])
    np.testing.assert_allclose(found[1:], [found[0]] * 2, atol=1e-6)


def test_a_global_average_leaves_out_what_is_masked():
    network = with_random_weights(ModelSpec((4,), (Embedding(5, 2, mask_zero=True), GlobalAveragePooling1D())), 0)
    rows = network.weights["embedding_1"]["embeddings"]
    np.testing.assert_allclose(network.predict(np.array([[0, 3, 0, 1]])), [(rows[3] + rows[1]) / 2], rtol=1e-6)


def test_a_lstm_by_hand():
    """One unit, all kernels 0: gates from the biases alone, two steps of c = f·c + i·g, h = o·tanh(c)."""
    weights = {
        "kernel": np.zeros((1, 4)),
        "recurrent_kernel": np.zeros((1, 4)),
        "bias": np.array([0.0, 1.0, 2.0, -1.0]),
    }
    trace = Network(ModelSpec((2, 1), (LSTM(1),)), {"lstm_1": weights}).trace(np.ones((1, 2, 1)))
    i, f, o = (1 / (1 + np.exp(-bias)) for bias in (0.0, 1.0, -1.0))
    c = [i * np.tanh(2), f * i * np.tanh(2) + i * np.tanh(2)]
    np.testing.assert_allclose(trace["lstm_1"].result.gates["c"][0, :, 0], c, rtol=1e-6)
    np.testing.assert_allclose(trace.output, [[o * np.tanh(c[1])]], rtol=1e-6)


def test_a_gru_keeps_its_state_where_z_is_near_1():
    weights = {"kernel": np.zeros((1, 3)), "recurrent_kernel": np.zeros((1, 3)), "bias": np.zeros((2, 3))}
    weights["bias"][0] = (20, 0, 3)
    network = Network(ModelSpec((5, 1), (GRU(1),)), {"gru_1": weights})
    begin = {"gru_1": {"h": np.array([[0.4]])}}
    np.testing.assert_allclose(network.trace(np.ones((1, 5, 1)), initial=begin).output, [[0.4]], atol=1e-6)


def test_a_convolution_by_hand():
    """Two channels, a kernel that is not symmetric: the window is not flipped, the channels add up."""
    spec = ModelSpec((2, 3, 2), (Conv2D(1, 2, activation="relu"),))
    kernel = np.array([[[[1.0], [10.0]], [[-1.0], [10.0]]], [[[2.0], [0.0]], [[0.0], [-5.0]]]])
    network = Network(spec, {"conv2d_1": {"kernel": kernel, "bias": np.array([-6.0])}})
    image = np.array([[[[1, 0], [2, 0], [4, 1]], [[3, 1], [1, 0], [0, 0]]]])
    step = network.trace(image)["conv2d_1"]
    np.testing.assert_array_equal(step.result.logits[0, ..., 0], [[-1, 4]])
    np.testing.assert_array_equal(step.output[0, ..., 0], [[0, 4]])


def test_an_average_does_not_count_the_padding():
    network = Network(ModelSpec((3, 3, 1), (AveragePooling2D(2, padding="same"),)), {})
    np.testing.assert_array_equal(network.predict(np.ones((1, 3, 3, 1)))[0, ..., 0], np.ones((2, 2)))


def test_normalisation_keeps_the_centred_and_scaled_values():
    weights = {"gamma": [3.0], "beta": [1.0], "moving_mean": [4.0], "moving_variance": [4.0 - 0.001]}
    arrays = {name: np.array(values) for name, values in weights.items()}
    network = Network(ModelSpec((1,), (BatchNormalization(),)), {"batch_normalization_1": arrays})
    step = network.trace(np.array([[4.0], [8.0]])).layers[0]
    np.testing.assert_allclose(step.result.normalized, [[0], [2]], atol=1e-6)
    np.testing.assert_allclose(step.output, [[1], [7]], atol=1e-5)


@pytest.mark.parametrize(
    ("size", "span", "stride", "before_and_after"), [(28, 3, 1, (1, 1)), (28, 2, 1, (0, 1)), (5, 3, 2, (1, 1))]
)
def test_the_odd_cell_of_padding_goes_after(size, span, stride, before_and_after):
    assert same_padding(size, span, stride) == before_and_after


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_weights_that_are_not_finite_are_refused_by_layer_and_name(bad):
    weights = {"dense_1": {"kernel": np.ones((2, 1)), "bias": np.array([bad])}}
    with pytest.raises(ExplorerError, match="bias of layer dense_1"):
        Network(ModelSpec((2,), (Dense(1),)), weights)
