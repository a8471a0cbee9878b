"""Recurrent layers beside Keras's own cells: each step exactly, and whole traces of trained weights."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer.layers import Context, forward
from explorer.layers.recurrent import CELLS, input_part, walk
from explorer.specs import GRU, LSTM, Bidirectional, Dense, Embedding, ModelSpec, SimpleRNN

pytestmark = pytest.mark.worker
LAYERS = (
    SimpleRNN(4),
    SimpleRNN(3, "relu", use_bias=False),
    LSTM(4),
    LSTM(3, "relu", recurrent_activation="tanh", use_bias=False),
    GRU(4),
    GRU(3, use_bias=False),
    GRU(4, reset_after=False),
    GRU(3, "linear", recurrent_activation="tanh", reset_after=False, use_bias=False),
)
KERAS_ORDER = {"SimpleRNN": ("h",), "LSTM": ("h", "c"), "GRU": ("h",)}
seeds = st.integers(0, 2**31)
drawn = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))


def named(layer):
    return f"{type(layer).__name__}-{layer.units}"


@pytest.fixture(scope="module")
def worker():
    from explorer.training import worker

    return worker


def random_weights(layer, features, seed):
    chance = np.random.default_rng(seed)
    shapes = layer.weight_shapes((1, features))
    return {name: chance.normal(0, 0.7, shape).astype(np.float32) for name, shape in shapes.items()}


def keras_layer(worker, layer, weights, **arguments):
    from explorer.training.worker.building import keras_layer

    made = keras_layer(layer, **arguments)
    made.build((None, 1, len(weights["kernel"])))
    made.set_weights(list(weights.values()))
    return made


def gates_by_keras(layer, weights, x, before):
    """The gates of one step in TensorFlow's operations, as the source of Keras's cells has them."""
    import keras

    x, h = keras.ops.convert_to_tensor(x), keras.ops.convert_to_tensor(before["h"])
    σ, tanh = (
        keras.activations.get(getattr(layer, "recurrent_activation", "linear")),
        keras.activations.get(layer.activation),
    )
    bias = weights.get("bias", np.zeros(layer.bias_shape, np.float32))
    first, second = (bias, np.zeros_like(bias)) if bias.ndim == 1 else bias
    x = keras.ops.matmul(x, weights["kernel"]) + first
    recurrent = keras.ops.matmul(h, weights["recurrent_kernel"]) + second
    if isinstance(layer, LSTM):
        i, f, g, o = keras.ops.split(x + recurrent, 4, axis=1)
        return {"i": σ(i), "f": σ(f), "g": tanh(g), "o": σ(o)}
    if isinstance(layer, GRU):
        (x_z, x_r, x_g), (h_z, h_r, h_g) = keras.ops.split(x, 3, axis=1), keras.ops.split(recurrent, 3, axis=1)
        r = σ(x_r + h_r)
        inner = (
            r * h_g if layer.reset_after else keras.ops.matmul(r * h, weights["recurrent_kernel"][:, -layer.units :])
        )
        return {"z": σ(x_z + h_z), "r": r, "g": tanh(x_g + inner)}
    return {}


def steps_by_keras(made, layer, weights, inputs):
    """Every gate and state, from Keras's own cell called step by step."""
    order = KERAS_ORDER[type(layer).__name__]
    states = {name: np.zeros((len(inputs), layer.units), np.float32) for name in order}
    kept = []
    for x in inputs.transpose(1, 0, 2):
        gates = gates_by_keras(layer, weights, x, states)
        _output, found = made.cell(x, [states[name] for name in order])
        states = dict(zip(order, (np.asarray(values) for values in found), strict=True))
        kept.append({name: np.asarray(values) for name, values in (gates | states).items()})
    return {name: np.stack([step[name] for step in kept], axis=1) for name in kept[0]}


@pytest.mark.parametrize("layer", LAYERS, ids=named)
def test_one_step_equals_the_cell_of_keras(worker, layer):
    for seed in range(5):
        weights, chance = random_weights(layer, 3, seed), np.random.default_rng(seed)
        x = chance.normal(size=(2, 3)).astype(np.float32)
        before = {
            name: chance.uniform(-1, 1, (2, layer.units)).astype(np.float32) for name in CELLS[type(layer)].states
        }
        now = CELLS[type(layer)].step(layer, weights, input_part(layer, weights, x), before)
        cell = keras_layer(worker, layer, weights).cell
        order = KERAS_ORDER[type(layer).__name__]
        _output, states = cell(x, [before[name] for name in order])
        expected = gates_by_keras(layer, weights, x, before) | dict(zip(order, states, strict=True))
        assert set(now) == set(expected) == set(CELLS[type(layer)].quantities)
        for name, values in expected.items():
            np.testing.assert_allclose(now[name], np.asarray(values), rtol=1e-6, atol=1e-6, err_msg=name)


def trained(worker, layer, seed=2):
    """A model that has learned for a few steps whether a token occurs twice."""
    import keras

    keras.utils.set_random_seed(seed)
    spec = ModelSpec((20,), (Embedding(12, 5), layer, Dense(1, activation="sigmoid")))
    model = worker.build(spec)
    tokens = np.random.default_rng(seed).integers(0, 12, (256, 20))
    labels = (tokens == 3).sum(axis=1) > 1
    model.compile(keras.optimizers.Adam(0.02), "binary_crossentropy")
    model.fit(tokens, labels.astype(np.float32), epochs=2, verbose=0)
    return spec, model, tokens[:8]


@pytest.mark.parametrize(
    "layer", [SimpleRNN(6), LSTM(6), GRU(6), GRU(6, reset_after=False)], ids=lambda layer: repr(layer)[:40]
)
def test_whole_traces_of_trained_weights_equal_keras_gate_by_gate(worker, layer, tmp_path):
    """The model as Keras saved it and this app reads it, beside Keras's cell called step by step."""
    from explorer import archive
    from explorer.network import Network

    spec, model, tokens = trained(worker, layer)
    model.save(tmp_path / "model.keras")
    found = archive.read(tmp_path / "model.keras")
    assert found.spec == spec
    trace = Network(found.spec, found.weights).trace(tokens)
    made, name = model.layers[1], spec.names()[1]
    expected = steps_by_keras(made, layer, found.weights[name], np.asarray(model.layers[0](tokens)))
    assert set(trace[name].result.gates) == set(expected)
    for letter, values in expected.items():
        np.testing.assert_allclose(trace[name].result.gates[letter], values, atol=1e-5, err_msg=letter)
    np.testing.assert_allclose(trace.output, model.predict(tokens, verbose=0), atol=1e-5)


@st.composite
def masks(draw, steps):
    """Padding in front, behind, between, everywhere, and none, for two sequences."""
    return np.array(draw(st.lists(st.lists(st.booleans(), min_size=steps, max_size=steps), min_size=2, max_size=2)))


@drawn
@given(layer=st.sampled_from(LAYERS), mask=masks(5), return_sequences=st.booleans(), begins=st.booleans(), seed=seeds)
def test_masked_sequences_and_given_beginnings_equal_keras(worker, layer, mask, return_sequences, begins, seed):
    import dataclasses

    layer, chance = dataclasses.replace(layer, return_sequences=return_sequences), np.random.default_rng(seed)
    weights, order = random_weights(layer, 3, seed), KERAS_ORDER[type(layer).__name__]
    x = chance.normal(size=(2, 5, 3)).astype(np.float32)
    initial = {name: chance.uniform(-1, 1, (2, layer.units)).astype(np.float32) for name in order if begins}
    made = keras_layer(worker, layer, weights)
    made.return_state = True
    output, *states = made(x, mask=mask, initial_state=[initial[name] for name in order] if begins else None)
    context = Context(mask, initial)
    ours = forward(layer, weights, x, context)
    np.testing.assert_allclose(ours.output, np.asarray(output), rtol=1e-5, atol=1e-5)
    last = walk(layer, weights, x, context).last()
    for name, values in zip(order, states, strict=True):
        np.testing.assert_allclose(last[name], np.asarray(values), rtol=1e-5, atol=1e-5)


@drawn
@given(
    layer=st.sampled_from(LAYERS),
    mask=masks(5) | st.none(),
    return_sequences=st.booleans(),
    mode=st.sampled_from(["concat", "sum", "ave", "mul"]),
    seed=seeds,
)
def test_both_directions_equal_keras(worker, layer, mask, return_sequences, mode, seed):
    import dataclasses

    inner, chance = dataclasses.replace(layer, return_sequences=return_sequences), np.random.default_rng(seed)
    both = Bidirectional(inner, mode)
    weights = {
        f"{side}_{name}": array
        for number, side in enumerate(("forward", "backward"))
        for name, array in random_weights(inner, 3, seed + number).items()
    }
    x = chance.normal(size=(2, 5, 3)).astype(np.float32)
    from explorer.training.worker.building import keras_layer as made_of

    made = made_of(both)
    made.build((None, 5, 3))
    made.set_weights(list(weights.values()))
    ours = forward(both, weights, x, Context(mask))
    np.testing.assert_allclose(ours.output, np.asarray(made(x, mask=mask)), rtol=1e-5, atol=1e-5)
    assert {array.dtype for array in ours.gates.values()} == {np.dtype(np.float32)}


def test_states_at_every_step_have_tensorflows_gradients(worker):
    """The gradient of a state in all its ways: TensorFlow's tape over Keras's cell, step by step."""
    import tensorflow as tf

    from explorer.layers.recurrent_gradients import backpropagate

    for layer in LAYERS:
        weights, order = random_weights(layer, 3, 7), KERAS_ORDER[type(layer).__name__]
        x = np.random.default_rng(8).normal(size=(2, 6, 3)).astype(np.float32)
        upstream = np.random.default_rng(9).normal(size=(2, layer.units)).astype(np.float32)
        cell, kept = keras_layer(worker, layer, weights).cell, []
        with tf.GradientTape() as tape:
            states = [tf.zeros((2, layer.units)) for _ in order]
            tape.watch(states)
            for step in range(6):
                if isinstance(layer, LSTM):
                    # The cell's h = o·tanh(c) reads c before it hands c on: the same numbers, but another node.
                    states, c = lstm_with_c(layer, weights, tf.constant(x[:, step]), states)
                    kept.append((states[0], c))
                else:
                    _output, states = cell(tf.constant(x[:, step]), states)
                    kept.append(tuple(states))
            objective = tf.reduce_sum(states[0] * upstream)
        expected = tape.gradient(objective, kept)
        ours = backpropagate(layer, weights, x, forward(layer, weights, x), upstream)
        for number, name in enumerate(order):
            theirs = np.stack([np.asarray(step[number]) for step in expected], axis=1)
            tolerance = 1e-5 * max(np.abs(theirs).max(), 1)
            np.testing.assert_allclose(ours.states[name], theirs, atol=tolerance, err_msg=f"{layer} {name}")


def lstm_with_c(layer, weights, x, states):
    """One step in TensorFlow's operations that shows c itself."""
    import keras
    import tensorflow as tf

    σ, tanh = keras.activations.get(layer.recurrent_activation), keras.activations.get(layer.activation)
    bias = weights.get("bias", np.zeros(4 * layer.units, np.float32))
    i, f, g, o = tf.split(x @ weights["kernel"] + states[0] @ weights["recurrent_kernel"] + bias, 4, axis=1)
    c = σ(f) * states[1] + σ(i) * tanh(g)
    return [σ(o) * tanh(c), c], c
