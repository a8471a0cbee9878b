"""How much of a state is left at the end: beside the product of the exact Jacobians, and by hand."""

import dataclasses

import numpy as np
import pytest

from explorer.inspection.retention import retention
from explorer.layers.recurrent_gradients import past, state_jacobians
from explorer.network import Network
from explorer.specs import GRU, LSTM, Bidirectional, Embedding, ModelSpec, SimpleRNN

TOKENS = np.array([[0, 0, 3, 1, 4, 0, 2], [5, 3, 1, 2, 2, 4, 1]])
CELLS = (SimpleRNN(3), LSTM(3), GRU(3), GRU(3, reset_after=False))


def network_of(layer, seed=0):
    spec, chance = ModelSpec((7,), (Embedding(6, 4, mask_zero=True), layer)), np.random.default_rng(seed)
    return Network(
        spec,
        {
            row.name: {name: chance.normal(0, 0.6, shape) for name, shape in row.weight_shapes.items()}
            for row in spec.summary()
        },
    )


def looked_at(layer, example, **arguments):
    network = network_of(layer)
    step = network.trace(TOKENS).layers[1]
    return step, retention(step, network.weights[step.name], example, **arguments)


@pytest.mark.parametrize("example", [0, 1])
@pytest.mark.parametrize("layer", CELLS, ids=lambda layer: type(layer).__name__)
def test_norms_are_those_of_the_product_of_all_later_jacobians(layer, example):
    network = network_of(layer)
    step = network.trace(TOKENS[example : example + 1]).layers[1]
    weights = network.weights[step.name]
    jacobians = state_jacobians(past(layer, weights, step.inputs, step.result, step.context)).astype(float)
    _step, found = looked_at(layer, example)
    product = np.eye(len(jacobians[0]))
    for t in reversed(range(7)):
        np.testing.assert_allclose(found.norms["h"][t], np.linalg.norm(product[-3:, -3:], 2), rtol=1e-4, atol=1e-6)
        product = product @ jacobians[t]
    assert found.norms["h"][-1] == 1


def test_of_the_cell_state_the_way_through_its_own_h_counts_too():
    """At the last step ∂h/∂c = o · (1 - tanh²(c)), unit by unit; masked steps hand it on."""
    step, found = looked_at(LSTM(3), 1)
    o, c = (step.result.gates[name][1, -1] for name in "oc")
    np.testing.assert_allclose(found.norms["c"][-1], np.abs(o * (1 - np.tanh(c) ** 2)).max(), rtol=1e-5)


@pytest.mark.parametrize(("layer", "gate"), [(LSTM(3), "f"), (GRU(3), "z")])
def test_the_gates_product_runs_over_the_later_steps_that_count(layer, gate):
    step, found = looked_at(layer, 0)
    values = step.result.gates[gate][0]
    assert found.gate == gate
    np.testing.assert_array_equal(found.kept[-1], np.ones(3))
    np.testing.assert_allclose(found.kept[4], values[6], rtol=1e-6)
    np.testing.assert_allclose(found.kept[2], values[3] * values[4] * values[6], rtol=1e-6)
    np.testing.assert_allclose(found.kept[0], values[2] * values[3] * values[4] * values[6], rtol=1e-6)


def test_a_simple_rnn_has_no_gate_that_keeps():
    _step, found = looked_at(SimpleRNN(3), 0)
    assert (found.gate, found.kept) == (None, None)


def test_backwards_the_first_word_is_the_last_read():
    inner = GRU(3)
    network = network_of(Bidirectional(inner))
    step = network.trace(TOKENS).layers[1]
    weights = network.weights[step.name]
    found = retention(step, weights, 1, "backward")
    side = {name.removeprefix("backward_"): array for name, array in weights.items() if name.startswith("backward_")}
    alone = Network(
        dataclasses.replace(network.spec, layers=(network.spec.layers[0], inner)),
        {"embedding_1": network.weights["embedding_1"], "gru_1": side},
    )
    turned = alone.trace(TOKENS[:, ::-1]).layers[1]
    expected = retention(turned, side, 1)
    np.testing.assert_allclose(found.norms["h"], expected.norms["h"][::-1], rtol=1e-5)
    np.testing.assert_allclose(found.kept, expected.kept[::-1], rtol=1e-6)
    assert found.norms["h"][0] == 1
