"""Writing token by token: the arithmetic of a draw, draws against probabilities, step by step as the whole sequence."""

import math
import time

import numpy as np
import pytest

from explorer.inspection import sampling
from explorer.inspection.sampling import Sampling
from explorer.messages import ExplorerError
from explorer.network import Network
from explorer.specs import (
    GRU,
    LSTM,
    Bidirectional,
    CategoryEncoding,
    Conv1D,
    Dense,
    Dropout,
    Embedding,
    LayerNormalization,
    ModelSpec,
    SimpleRNN,
)

SIZE = 12
LOGITS = np.array([1.0, 3.0, 2.0, 0.0])


def network(*layers, size=SIZE):
    """Random weights, so that every state matters."""
    spec = ModelSpec((20,), (*layers, Dense(size, activation="softmax")))
    drawn = np.random.default_rng(7)
    weights = {
        row.name: {name: drawn.normal(0, 0.7, shape).astype(np.float32) for name, shape in row.weight_shapes.items()}
        for row in spec.summary()
    }
    return Network(spec, weights)


def writer(cell=GRU):
    return network(Embedding(SIZE, 5), cell(9, return_sequences=True))


def test_every_stage_of_a_draw_by_hand():
    found = sampling.draw(LOGITS, Sampling(0.5, 3), 0.9)
    np.testing.assert_allclose(found.scaled, [2, 6, 4, 0])
    assert found.kept.tolist() == [True, True, True, False]
    exponentials = [math.exp(-4), 1, math.exp(-2), 0]
    np.testing.assert_allclose(found.exponentials, exponentials)
    total = sum(exponentials)
    assert found.total == pytest.approx(total)
    np.testing.assert_allclose(found.probabilities, np.array(exponentials) / total)
    assert found.order.tolist() == [1, 2, 0, 3]
    np.testing.assert_allclose(found.cumulative, np.cumsum([1, math.exp(-2), math.exp(-4), 0]) / total)
    assert found.cumulative[0] < 0.9 < found.cumulative[1]
    assert (found.token, found.place) == (2, 1)


@pytest.mark.parametrize("number", [0.0, 0.3, 0.999999999])
def test_at_temperature_0_the_largest_logit_wins(number):
    found = sampling.draw(LOGITS, Sampling(0.0), number)
    assert found.token == 1
    assert found.probabilities.tolist() == [0, 1, 0, 0]


@pytest.mark.parametrize(("temperature", "top_k"), [(1.0, 0), (0.5, 0), (2.0, 0), (1.0, 2), (1.3, 1), (1.0, 99)])
def test_draws_follow_the_probabilities(temperature, top_k):
    numbers = np.random.default_rng(3).random(20_000)
    drawn = [sampling.draw(LOGITS, Sampling(temperature, top_k), number).token for number in numbers]
    expected = np.exp(LOGITS / temperature)
    if 0 < top_k < len(LOGITS):
        expected[np.argsort(-LOGITS)[top_k:]] = 0
    expected /= expected.sum()
    shares = np.bincount(drawn, minlength=4) / len(drawn)
    np.testing.assert_allclose(shares, expected, atol=0.015)
    assert (shares[expected == 0] == 0).all()


def test_a_temperature_below_1_sharpens_and_above_1_flattens():
    tops = [sampling.draw(LOGITS, Sampling(temperature), 0).probabilities.max() for temperature in (0.2, 1, 2)]
    assert tops == sorted(tops, reverse=True)


def test_logits_that_overflow_an_exponential_are_drawn_from():
    found = sampling.draw(np.array([900.0, 899.0, -900.0]), Sampling(0.1), 0.5)
    assert found.token == 0
    assert np.isfinite(found.probabilities).all()


@pytest.mark.parametrize("number", [0.0, np.nextafter(1.0, 0)])
def test_no_draw_is_ever_a_token_that_was_cut(number):
    logits = np.random.default_rng(0).normal(size=50).astype(np.float32)
    for k in range(1, 50):
        assert sampling.draw(logits, Sampling(1.7, k), number).token in np.argsort(-logits, kind="stable")[:k]


@pytest.mark.parametrize(
    "made",
    [
        writer(SimpleRNN),
        writer(LSTM),
        writer(GRU),
        network(CategoryEncoding(SIZE), LSTM(6, return_sequences=True), Dropout(0.4), GRU(7, return_sequences=True)),
        network(Embedding(SIZE, 4), GRU(6, return_sequences=True, reset_after=False), LayerNormalization()),
    ],
    ids=["simplernn", "lstm", "gru", "one-hot stacked", "normalised"],
)
def test_step_by_step_is_as_the_whole_sequence(made):
    sample = sampling.generate(made, np.array([3, 1, 4]), 40, Sampling(1.0), 5)
    whole = made.trace(np.concatenate([sample.prompt, sample.tokens])[np.newaxis])
    np.testing.assert_allclose(sample.logits, whole.layers[-1].result.logits[0, 2:-1], atol=2e-5)
    np.testing.assert_allclose(
        sample.probabilities, whole.output[0, 2:-1][np.arange(40), sample.tokens], rtol=1e-3, atol=1e-6
    )


def test_the_same_seed_writes_the_same_and_another_does_not():
    made, prompt = writer(), np.array([1])
    first, again, other = (sampling.generate(made, prompt, 60, Sampling(1.0), seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.tokens, again.tokens)
    assert (first.tokens != other.tokens).any()


def test_a_longer_text_begins_with_the_shorter_one():
    made, prompt = writer(), np.array([1, 2])
    short, long = (sampling.generate(made, prompt, count, Sampling(0.9, 4), 8) for count in (10, 30))
    np.testing.assert_array_equal(short.tokens, long.tokens[:10])


def test_every_token_can_be_drawn_again_with_its_arithmetic():
    sample = sampling.generate(writer(), np.array([0]), 25, Sampling(0.8, 3), 4)
    assert [sample.draw(place).token for place in range(25)] == sample.tokens.tolist()


def test_greedy_writing_takes_the_largest_logit_each_time():
    sample = sampling.generate(writer(), np.array([2]), 30, Sampling(0.0), 4)
    np.testing.assert_array_equal(sample.tokens, sample.logits.argmax(axis=1))


def test_two_hundred_tokens_are_written_in_well_under_a_second():
    made = network(Embedding(70, 16), GRU(96, return_sequences=True), size=70)
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        sampling.generate(made, np.arange(10), 200, Sampling(0.8), 1)
        taken.append(time.perf_counter() - started)
    assert min(taken) < 0.8


@pytest.mark.parametrize(
    "made",
    [
        network(Embedding(SIZE, 4), GRU(6)),
        network(Embedding(SIZE, 4), Bidirectional(GRU(6, return_sequences=True))),
        network(Embedding(SIZE, 4), Conv1D(6, 3, padding="same"), GRU(6, return_sequences=True)),
        Network(ModelSpec((5,), (Embedding(SIZE, 4),)), {"embedding_1": {"embeddings": np.zeros((SIZE, 4))}}),
    ],
    ids=["one answer", "bidirectional", "convolution", "no softmax"],
)
def test_a_model_that_cannot_write_is_a_sentence(made):
    with pytest.raises(ExplorerError, match="cannot write"):
        sampling.generate(made, np.array([1]), 5, Sampling(), 0)
    with pytest.raises(ExplorerError, match="cannot write"):
        sampling.read(made, np.array([1, 2]))


def test_reading_says_what_was_expected_after_each_token():
    made, tokens = writer(LSTM), np.array([3, 1, 4, 1, 5])
    reading = sampling.read(made, tokens)
    expected = made.predict(tokens[np.newaxis])[0]
    np.testing.assert_allclose(reading.probabilities, expected, atol=1e-6)
    np.testing.assert_allclose(reading.came, [expected[step, tokens[step + 1]] for step in range(4)], atol=1e-6)
    assert reading.bits == pytest.approx(np.mean([-math.log2(share) for share in reading.came]))
    np.testing.assert_array_equal(reading.best(3)[:, 0], expected.argmax(axis=1))
    assert sampling.read(made, tokens[:1]).bits == 0


def test_lines_are_counted_that_are_right():
    assert sampling.share(["1", "2", "x"], str.isdigit) == (2, 3)
