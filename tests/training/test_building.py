"""Keras models of specifications over sequences: their inputs, what is nested in them, and states that they keep."""

import numpy as np
import pytest

from explorer.specs import GRU, LSTM, Bidirectional, CategoryEncoding, Dense, Embedding, ModelSpec

pytestmark = pytest.mark.worker


@pytest.fixture(scope="module")
def build():
    from explorer.training.worker import build

    return build


@pytest.mark.parametrize("first", [Embedding(9, 2), CategoryEncoding(9)], ids=["embedding", "one-hot"])
def test_a_model_of_tokens_takes_whole_numbers(build, first):
    model = build(ModelSpec((5,), (first, GRU(2))))
    assert model.inputs[0].dtype == "int32"
    assert build(ModelSpec((5, 1), (GRU(2),))).inputs[0].dtype == "float32"


def test_all_but_the_last_layer_compute_with_the_policy_and_what_is_nested_too(build):
    spec = ModelSpec((5,), (Embedding(9, 2), Bidirectional(LSTM(2, return_sequences=True)), GRU(2), Dense(1)))
    model = build(spec, "mixed_float16")
    both = model.get_layer("bidirectional_1")
    assert [layer.compute_dtype for layer in model.layers] == ["float16"] * 3 + ["float32"]
    assert {both.forward_layer.compute_dtype, both.backward_layer.compute_dtype} == {"float16"}


def test_both_directions_have_their_settings_and_names(build):
    inner = GRU(3, "relu", True, 0.1, 0.2, recurrent_activation="tanh", reset_after=False)
    both = build(ModelSpec((5, 2), (Bidirectional(inner, "ave"),))).get_layer("bidirectional_1")
    assert both.merge_mode == "ave"
    for layer, name in ((both.forward_layer, "forward_gru"), (both.backward_layer, "backward_gru")):
        told = layer.get_config()
        assert told["name"] == name
        assert (told["units"], told["activation"], told["recurrent_activation"]) == (3, "relu", "tanh")
        assert (told["dropout"], told["recurrent_dropout"], told["reset_after"]) == (0.1, 0.2, False)


def test_a_stateful_model_goes_on_where_the_last_batch_ended(build):
    spec = ModelSpec((3, 2), (LSTM(4, stateful=True), Dense(1)))
    model, x = build(spec, batch_size=2), np.ones((2, 3, 2), np.float32)
    assert model.inputs[0].shape == (2, 3, 2)
    first, second = np.asarray(model(x)), np.asarray(model(x))
    assert not np.allclose(first, second)
    model.get_layer("lstm_1").reset_states()
    np.testing.assert_allclose(np.asarray(model(x)), first, atol=1e-6)
