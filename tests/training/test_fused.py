"""The faster recurrent layers: Keras's results and gradients, Keras's models on disk, Keras's way where needed."""

import zipfile

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from explorer.specs import GRU, LSTM, Bidirectional, Dense, Embedding, ModelSpec, SimpleRNN
from explorer.training.worker.building import build
from explorer.training.worker.fused import FASTER

pytestmark = pytest.mark.worker


def pair(kind, features, **config):
    """Keras's layer and the faster one with the same drawn weights."""
    layers = [kind_of(units=4, **config) for kind_of in (getattr(keras.layers, kind), FASTER[kind])]
    for layer in layers:
        layer.build((None, None, features))
    random = np.random.default_rng(0)
    weights = [random.normal(0, 0.3, weight.shape) for weight in layers[0].get_weights()]
    for layer in layers:
        layer.set_weights(weights)
    return layers


def results(layer, inputs, mask=None, initial=(), training=False):
    """Everything that the layer returns, and the gradients of inputs, initial states and weights."""
    given = [inputs, *initial]

    @tf.function(autograph=False, input_signature=[[tf.TensorSpec((None, *array.shape[1:])) for array in given]])
    def run(given):
        with tf.GradientTape() as tape:
            tape.watch(given)
            start = {"initial_state": given[1:]} if initial else {}
            outputs = tf.nest.flatten(layer(given[0], mask=mask, training=training, **start))
            total = tf.add_n([tf.reduce_sum(tf.sin(output + index)) for index, output in enumerate(outputs)])
        return outputs, tape.gradient(total, [*given, *(weight.value for weight in layer.trainable_weights)])

    return [array.numpy() for array in tf.nest.flatten(run([tf.constant(array) for array in given]))]


def same(stock, faster, *arguments, **named):
    for theirs, ours in zip(results(stock, *arguments, **named), results(faster, *arguments, **named), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5, rtol=1e-5)


def drawn(rows, steps, features):
    return np.random.default_rng(rows + steps).normal(size=(rows, steps, features)).astype("float32")


def taken(monkeypatch):
    """A list of the layers that have gone Keras's own way."""
    calls = []
    stock = keras.layers.RNN.inner_loop
    monkeypatch.setattr(
        keras.layers.RNN, "inner_loop", lambda self, *a, **k: calls.append(self) or stock(self, *a, **k)
    )
    return calls


# Smaller failing cases would each be compiled again.
@settings(max_examples=6, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    kind=st.sampled_from(sorted(FASTER)),
    rows=st.sampled_from((1, 5, 33)),
    steps=st.integers(1, 6),
    features=st.integers(1, 3),
    activations=st.sampled_from((("tanh", "sigmoid"), ("relu", "sigmoid"), ("sigmoid", "tanh"), ("linear", "sigmoid"))),
    switches=st.fixed_dictionaries(
        {name: st.booleans() for name in ("return_sequences", "return_state", "go_backwards", "use_bias")}
    ),
    reset_after=st.booleans(),
    masked=st.booleans(),
    started=st.booleans(),
)
def test_outputs_and_gradients_are_those_of_keras(
    kind, rows, steps, features, activations, switches, reset_after, masked, started
):
    config = dict(switches, activation=activations[0])
    if kind != "SimpleRNN":
        config["recurrent_activation"] = activations[1]
    if kind == "GRU":
        config["reset_after"] = reset_after
    stock, faster = pair(kind, features, **config)
    random = np.random.default_rng(steps)
    mask = tf.constant(random.random((rows, steps)) < 0.6) if masked else None
    states = [random.normal(size=(rows, 4)).astype("float32") for _ in stock.state_size]
    same(stock, faster, drawn(rows, steps, features), mask=mask, initial=states if started else ())


@pytest.mark.parametrize(
    ("kind", "config"),
    [("SimpleRNN", {}), ("LSTM", {}), ("LSTM", {"activation": "relu"}), ("GRU", {}), ("GRU", {"reset_after": False})],
)
def test_long_sequences_in_tall_batches_agree(monkeypatch, kind, config):
    stock, faster = pair(kind, 16, **config)
    calls = taken(monkeypatch)
    results(faster, drawn(64, 100, 16))
    assert not calls
    if config.get("activation") != "relu":
        same(stock, faster, drawn(64, 100, 16))


@pytest.mark.parametrize("kind", sorted(FASTER))
def test_dropout_of_the_inputs_draws_what_keras_draws(kind):
    stock, faster = pair(kind, 6, dropout=0.5, seed=3)
    same(stock, faster, drawn(8, 5, 6), training=True)
    calm = results(faster, drawn(8, 5, 6))[0]
    assert np.abs(results(faster, drawn(8, 5, 6), training=True)[0] - calm).max() > 0.01


@pytest.mark.parametrize("kind", sorted(FASTER))
def test_a_stateful_layer_goes_on_where_it_stopped(kind):
    stock, faster = (cls(4, stateful=True, seed=1) for cls in (getattr(keras.layers, kind), FASTER[kind]))
    inputs = tf.constant(drawn(2, 6, 3))
    outputs = []
    for layer in (stock, faster):
        layer.build((2, 3, 3))
        layer.set_weights([np.full(weight.shape, 0.3) for weight in layer.weights if weight.trainable])
        outputs.append([layer(inputs[:, :3]).numpy(), layer(inputs[:, 3:]).numpy()])
    np.testing.assert_allclose(outputs[0], outputs[1], atol=1e-6)
    assert np.abs(outputs[1][0] - outputs[1][1]).max() > 1e-3


@pytest.mark.parametrize("kind", sorted(FASTER))
@pytest.mark.parametrize(
    ("config", "arguments"),
    [
        ({"recurrent_dropout": 0.5}, {"training": True}),
        ({"unroll": True}, {}),
        ({"dtype": "mixed_bfloat16"}, {}),
    ],
)
def test_what_the_faster_way_cannot_do_is_left_to_keras(monkeypatch, kind, config, arguments):
    faster = FASTER[kind](4, **config)
    calls = taken(monkeypatch)
    faster(tf.constant(drawn(2, 3, 3)), **arguments)
    assert calls == [faster]
    if "recurrent_dropout" in config:
        faster(tf.constant(drawn(2, 3, 3)))
        assert calls == [faster]


LAYERS = (
    SimpleRNN(6),
    LSTM(6),
    GRU(6),
    GRU(6, reset_after=False),
    Bidirectional(LSTM(6)),
    Bidirectional(GRU(6, return_sequences=False)),
)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: type(layer).__name__)
@pytest.mark.parametrize("mask_zero", [False, True])
def test_training_gives_the_same_history(monkeypatch, layer, mask_zero):
    spec = ModelSpec((12,), (Embedding(20, 5, mask_zero=mask_zero), layer, Dense(1, activation="sigmoid")))
    tokens = np.random.default_rng(0).integers(1, 20, (70, 12)).astype("int32")
    tokens[::2, :5] = 0
    labels = (tokens.sum(1) % 2).astype("float32")
    losses = []
    for fast in (False, True):
        keras.utils.set_random_seed(5)
        model = build(spec, fast=fast)
        model.compile(keras.optimizers.SGD(0.3), "binary_crossentropy")
        calls = taken(monkeypatch)
        losses.append(model.fit(tokens, labels, batch_size=32, epochs=3, shuffle=False, verbose=0).history["loss"])
        assert bool(calls) is not fast
    assert losses[1] == pytest.approx(losses[0], rel=1e-4)
    assert losses[1][0] != losses[1][-1]


@pytest.mark.parametrize("layer", LAYERS[:5], ids=lambda layer: type(layer).__name__)
def test_what_was_trained_fast_is_kept_as_plain_keras(tmp_path, layer):
    spec = ModelSpec((7,), (Embedding(20, 5), layer, Dense(1, activation="sigmoid")))
    trained, plain = build(spec, fast=True), build(spec)
    plain.set_weights(trained.get_weights())
    plain.save(tmp_path / "model.keras")
    with zipfile.ZipFile(tmp_path / "model.keras") as archive:
        assert b"explorer" not in archive.read("config.json")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    tokens = np.random.default_rng(0).integers(1, 20, (3, 7)).astype("int32")
    np.testing.assert_allclose(loaded(tokens), trained(tokens), atol=1e-6)
