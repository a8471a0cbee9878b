"""Answers to puzzles and what gates do at marked steps, on networks small enough to know by heart."""

import numpy as np
import pytest

from explorer.inspection import puzzles
from explorer.inspection.puzzles import Answers
from explorer.messages import ExplorerError
from explorer.network import Network
from explorer.specs import GRU, LSTM, Dense, Flatten, ModelSpec, SimpleRNN


def last_number(steps=4, features=1):
    """A network that says the last number of the last feature, plus 0.1."""
    kernel = np.zeros((features, 1), np.float32)
    kernel[-1] = 1
    spec = ModelSpec((steps, features), (SimpleRNN(1, activation="linear"), Dense(1)))
    return Network(
        spec,
        {
            "simple_rnn_1": {"kernel": kernel, "recurrent_kernel": np.zeros((1, 1)), "bias": np.zeros(1)},
            "dense_1": {"kernel": np.ones((1, 1)), "bias": np.full(1, 0.1)},
        },
    )


def drawn(spec, seed=0):
    chance = np.random.default_rng(seed)
    return Network(
        spec,
        {
            row.name: {name: chance.normal(0, 0.5, shape) for name, shape in row.weight_shapes.items()}
            for row in spec.summary()
        },
    )


def test_an_answer_is_right_up_to_the_tolerance():
    found = Answers(np.array([0.50, 0.53, 0.55, 0.40]), np.array([0.5, 0.5, 0.5, 0.5]), 0.04)
    assert found.right.tolist() == [True, True, False, False]
    assert found.share == 0.5
    assert found.loss == pytest.approx((0.03**2 + 0.05**2 + 0.1**2) / 4)
    assert found.worst_first().tolist() == [3, 2, 1, 0]


def test_answers_are_the_networks_own_in_any_number_of_parts():
    inputs = np.random.default_rng(0).random((2 * puzzles.BATCH + 7, 4, 1)).astype(np.float32)
    found = puzzles.answers(last_number(), inputs, inputs[:, -1, 0] + np.float32(0.1), 0.04)
    np.testing.assert_allclose(found.predicted, inputs[:, -1, 0] + 0.1, atol=1e-6)
    assert found.share == 1


def test_a_recurrent_network_reads_other_lengths_and_a_flat_one_says_why_it_does_not():
    longer = puzzles.resized(last_number(), (9, 1))
    assert longer.spec.input_shape == (9, 1)
    np.testing.assert_allclose(longer.predict(np.full((1, 9, 1), 0.5)), [[0.6]], atol=1e-6)
    flat = drawn(ModelSpec((4, 1), (Flatten(), Dense(1))))
    with pytest.raises(ExplorerError, match="the model needs"):
        puzzles.resized(flat, (9, 1))


def test_counting_on_feeds_the_network_its_own_answers():
    onward = puzzles.count_on(last_number(), np.array([0.0, 0.1, 0.2, 0.3]), 5)
    np.testing.assert_allclose(onward, [0.4, 0.5, 0.6, 0.7, 0.8], atol=1e-5)


def test_means_at_marked_steps_are_those_of_the_gates_themselves():
    network = drawn(ModelSpec((12, 2), (LSTM(3, return_sequences=True), LSTM(2), Dense(1))))
    chance = np.random.default_rng(1)
    inputs = chance.random((puzzles.BATCH + 20, 12, 2)).astype(np.float32)
    marks = chance.random(inputs.shape[:2]) < 0.2
    for layer, units in (("lstm_1", 3), ("lstm_2", 2)):
        gates = network.trace(inputs)[layer].result.gates
        found = puzzles.step_means(network, inputs, marks, layer)
        assert list(found) == ["i", "f", "g", "o", "c", "h"]
        for letter, means in found.items():
            assert means.marked.shape == (units,)
            np.testing.assert_allclose(means.marked, np.abs(gates[letter])[marks].mean(axis=0), rtol=1e-5)
            np.testing.assert_allclose(means.unmarked, np.abs(gates[letter])[~marks].mean(axis=0), rtol=1e-5)
            np.testing.assert_allclose(means.opening, means.marked - means.unmarked)


def test_means_without_any_marked_step_are_zero_and_no_error():
    inputs = np.zeros((3, 5, 1), np.float32)
    found = puzzles.step_means(last_number(5), inputs, np.zeros((3, 5), bool), "simple_rnn_1")
    assert found["h"].marked.tolist() == [0]


@pytest.mark.parametrize("cell", [SimpleRNN, LSTM, GRU])
def test_the_sensitivity_is_the_slope_of_the_answer(cell):
    network = drawn(ModelSpec((6, 2), (cell(3, return_sequences=True), cell(2), Dense(1))))
    inputs = np.random.default_rng(2).random((6, 2)).astype(np.float32)
    found = puzzles.sensitivity(network, inputs, 1)
    step = np.float32(1e-2)
    for place in range(6):
        up, down = inputs.copy(), inputs.copy()
        up[place, 1] += step
        down[place, 1] -= step
        slope = np.diff(network.predict(np.stack([down, up]))[:, 0])[0] / (2 * step)
        assert found[place] == pytest.approx(slope, abs=2e-4)
