"""Model files written without Keras: Keras itself opens them and predicts the same."""

import numpy as np
import pytest
from drawn import any_models, computed, examples
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from explorer import archive
from explorer.archive.writing import write
from explorer.messages import ExplorerError
from explorer.network import Network
from explorer.specs import GRU, L1L2, LSTM, Bidirectional, Branches, Dense, Embedding, HeNormal, ModelSpec, SimpleRNN

pytestmark = pytest.mark.worker
drawn = settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))
TOLERANCE = 1e-5
RECURRENT = ModelSpec(
    (6,),
    (
        Embedding(9, 4, mask_zero=True),
        Bidirectional(GRU(3, return_sequences=True, reset_after=False), merge_mode="sum"),
        LSTM(5, return_sequences=True, use_bias=False),
        Bidirectional(SimpleRNN(2)),
        Dense(3, activation="leaky_relu", kernel_initializer=HeNormal(), kernel_regularizer=L1L2(0.01, 0.02)),
    ),
)


def weights_for(spec, seed):
    chance = np.random.default_rng(seed)
    return {
        row.name: {
            name: np.abs(chance.normal(0, 0.5, shape)).astype(np.float32) + np.float32(0.1)
            for name, shape in row.weight_shapes.items()
        }
        for row in spec.summary()
        if row.weight_shapes
    }


def loaded(content, folder):
    import keras

    path = folder / "model.keras"
    path.write_bytes(content)
    return keras.models.load_model(path)


@drawn
@given(spec=any_models(), seed=st.integers(0, 2**31))
def test_keras_opens_what_is_written_and_predicts_the_same(tmp_path_factory, spec, seed):
    assume(computed(spec))
    assert_same(spec, seed, tmp_path_factory.mktemp("written"))


def test_recurrent_layers_in_both_directions(tmp_path):
    assert_same(RECURRENT, 1, tmp_path)
    assert archive.read(write(RECURRENT, weights_for(RECURRENT, 1))).spec == RECURRENT


def assert_same(spec, seed, folder):
    weights = weights_for(spec, seed)
    content = write(spec, weights)
    model = loaded(content, folder)
    assert model.count_params() == spec.parameters
    assert [layer.name for layer in model.layers] == list(spec.names())
    inputs = examples(spec, seed)
    ours, theirs = Network(spec, weights).predict(inputs), np.asarray(model(inputs))
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=TOLERANCE * max(1.0, float(np.abs(theirs).max())))
    again = archive.read(content)
    assert again.spec.parameters == spec.parameters
    for name, group in weights.items():
        for key, array in group.items():
            np.testing.assert_array_equal(again.weights[name][key], array)


def test_a_stateful_model_keeps_its_batch_size(tmp_path):
    spec = ModelSpec((4, 2), (GRU(3, stateful=True), Dense(1)))
    model = loaded(write(spec, weights_for(spec, 3), batch_size=5), tmp_path)
    assert model.input_shape == (5, 4, 2)


def test_weights_in_half_precision_are_written_in_full(tmp_path):
    spec = ModelSpec((3,), (Dense(2),))
    weights = {"dense_1": {"kernel": np.ones((3, 2), np.float16), "bias": np.zeros(2, np.float16)}}
    model = loaded(write(spec, weights), tmp_path)
    assert {weight.dtype for weight in model.weights} == {"float32"}


def test_several_inputs_are_refused_with_a_sentence():
    spec = ModelSpec((5,), (Branches((2, 3), ((Dense(1),), (Dense(1),))), Dense(1)))
    with pytest.raises(ExplorerError, match="several inputs"):
        write(spec, {})
