"""What each token did to a logit: gradients against finite differences, leaving out against the network itself."""

import math

import numpy as np
import pytest
from text_runs import LENGTH, WORDS, network, random_weights

from explorer.datasets.tokens import Tokens
from explorer.inspection import influence as influences
from explorer.inspection.passage import fitted
from explorer.inspection.retention import retention
from explorer.layers import Context, forward
from explorer.network import Network
from explorer.specs import GRU, LSTM, Bidirectional, CategoryEncoding, Conv1D, Dense, ModelSpec, SimpleRNN
from explorer.text import Encoded, Lexicon

LEXICON = Lexicon(tuple(f"w{n}" for n in range(4, WORDS)), ("<pad>", "<start>", "<unknown>", "<unused>"), 2, 1)
CELLS = {
    "simple": (SimpleRNN(3),),
    "lstm": (LSTM(3),),
    "gru": (GRU(3),),
    "stacked": (LSTM(3, return_sequences=True), GRU(2)),
    "bidirectional": (Bidirectional(LSTM(2)),),
    "convolution": (Conv1D(4, 3), LSTM(3)),
}


def settings(**changes):
    return Tokens(num_words=WORDS, maxlen=LENGTH, **changes)


def passage(count=6, **changes):
    ids = np.random.default_rng(1).integers(4, WORDS, count).astype(np.int32)
    words = tuple(f"w{id_}" for id_ in ids)
    return fitted(Encoded(words, ids, np.ones(count, bool)), settings(**changes))


def logit_of_vectors(model, vectors, unit):
    """The rest of the network on vectors (1, time steps, numbers) in double precision's stead: float32 as shipped."""
    values = vectors
    for name, layer in list(zip(model.spec.names(), model.spec.layers, strict=True))[1:]:
        result = forward(layer, model.weights[name], values, Context())
        values = result.output
    return float(result.logits[0, unit])


@pytest.mark.parametrize("cells", CELLS.values(), ids=CELLS)
def test_gradients_are_those_of_the_embedding(cells):
    model = network(*cells)
    row = passage().row
    trace = model.trace(row[np.newaxis])
    found = influences.influence(model, trace)
    vectors = trace.layers[0].output.astype(np.float32)
    small, slopes = 1e-2, np.zeros(vectors.shape[1:])
    for step in range(LENGTH - 3, LENGTH):
        for number in range(vectors.shape[2]):
            ends = []
            for sign in (1, -1):
                moved = vectors.copy()
                moved[0, step, number] += sign * small
                ends.append(logit_of_vectors(model, moved, 0))
            slopes[step, number] = (ends[0] - ends[1]) / (2 * small)
    last = slice(LENGTH - 3, None)
    np.testing.assert_allclose(found.norms[last], np.linalg.norm(slopes[last], axis=1), rtol=0.02, atol=2e-3)
    np.testing.assert_allclose(found.products[last], (slopes * vectors[0]).sum(axis=1)[last], rtol=0.02, atol=5e-3)


def test_of_one_hot_rows_the_product_is_the_gradient_at_the_one():
    spec = ModelSpec((5,), (CategoryEncoding(9), LSTM(3), Dense(2, activation="softmax")))
    model = Network(spec, random_weights(spec, 0))
    trace = model.trace(np.array([[0, 4, 8, 2, 2]]))
    found = influences.influence(model, trace, 1)
    gradient = model.gradients(trace, 1).outputs["category_encoding_1"][0]
    np.testing.assert_allclose(found.products, gradient[np.arange(5), [0, 4, 8, 2, 2]], rtol=1e-5)
    assert (found.norms >= np.abs(found.products) - 1e-6).all()


def test_a_single_one_hot_token_has_one_time_step():
    spec = ModelSpec((1,), (CategoryEncoding(5), Dense(1, activation="sigmoid")))
    model = Network(spec, random_weights(spec, 0))
    found = influences.influence(model, model.trace(np.array([[3]])))
    np.testing.assert_allclose(found.products, [model.weights["dense_1"]["kernel"][3, 0]], rtol=1e-5)


@pytest.mark.parametrize("count", [6, LENGTH + 4], ids=["padded", "cut"])
@pytest.mark.parametrize("side", ["pre", "post"])
def test_leaving_out_is_the_network_on_the_shorter_text(count, side):
    model = network(LSTM(3))
    text = passage(count, padding=side, truncating=side)
    found = influences.left_out(model, text, settings(padding=side, truncating=side), LEXICON)
    whole = influences.logits(model, text.row[np.newaxis])[0, 0]
    assert np.isnan(np.delete(found, text.steps[text.kept])).all()
    for place in text.kept:
        ids = np.delete(text.text.ids, place)[-LENGTH:] if side == "pre" else np.delete(text.text.ids, place)[:LENGTH]
        row = np.zeros(LENGTH, np.int32)
        row[LENGTH - len(ids) :] = ids
        if side == "post":
            row = np.zeros(LENGTH, np.int32)
            row[: len(ids)] = ids
        share = float(model.predict(row[np.newaxis])[0, 0])
        logit = math.log(share / (1 - share))
        assert found[text.steps[place]] == pytest.approx(whole - logit, abs=2e-3)


def test_the_only_word_can_be_left_out():
    found = influences.left_out(network(GRU(2)), passage(1), settings(), LEXICON)
    assert np.isfinite(found).sum() == 1


def test_logits_are_the_same_in_many_small_batches(monkeypatch):
    model = network(LSTM(3))
    rows = np.random.default_rng(0).integers(0, WORDS, (7, LENGTH))
    whole = influences.logits(model, rows)
    monkeypatch.setattr(influences, "LARGEST_BATCH", 8 * WORDS)
    np.testing.assert_allclose(influences.logits(model, rows), whole, rtol=1e-5, atol=1e-6)


def test_agreement_counts_signs_and_correlates():
    correlation, signs, count = influences.agreement(np.array([1.0, -2, 3, np.nan]), np.array([2.0, -4, 6, 1]))
    assert (correlation, signs, count) == (pytest.approx(1), 3, 3)
    correlation, signs, count = influences.agreement(np.array([1.0, 1]), np.array([-1.0, 2]))
    assert math.isnan(correlation)
    assert (signs, count) == (1, 2)


@pytest.mark.parametrize("cells", CELLS.values(), ids=CELLS)
def test_the_reach_is_the_layers_retention_at_its_tokens(cells):
    model = network(*cells)
    trace = model.trace(passage().row[np.newaxis])
    for step in trace.layers:
        if not step.result.gates:
            continue
        found = influences.reach(model, trace, step.name)
        expected = retention(step, model.weights[step.name])
        behind = LENGTH - len(expected.norms["h"])
        assert np.isnan(found.norms["h"][:behind]).all()
        np.testing.assert_array_equal(found.norms["h"][behind:], expected.norms["h"])
        assert (found.kept is None) == isinstance(step.layer, SimpleRNN)
        if found.kept is not None:
            np.testing.assert_allclose(found.kept[behind:], expected.kept.mean(axis=1), rtol=1e-6)


def test_faded_is_the_first_step_back_below_one_percent():
    norms = np.array([0.5, 0.009, 0.02, 0.5, 1.0])
    assert influences.faded(norms, [4, 3, 2, 1, 0]) == 1
    assert influences.faded(norms, [4, 3, 2]) is None
    assert influences.faded(norms, [0, 1, 2]) is None
    assert influences.faded(norms, []) is None
