"""Back-propagation through time beside numerical differences: with masks, in both directions, past clamps."""

import dataclasses

import numpy as np
import pytest

from explorer.layers import Context, forward
from explorer.layers.recurrent_gradients import backpropagate, past, state_jacobians
from explorer.specs import GRU, LSTM, Bidirectional, SimpleRNN

STEP = 1e-2
STEPS, FEATURES = 5, 3
MASK = np.array([[False, True, True, False, True], [True, True, False, True, False]])
CELLS = (SimpleRNN(3), LSTM(3), GRU(3), GRU(3, reset_after=False), LSTM(3, "linear", recurrent_activation="tanh"))
BOTH = tuple(Bidirectional(LSTM(2) if mode == "mul" else GRU(2), mode) for mode in ("concat", "sum", "ave", "mul"))
LAYERS = CELLS + BOTH


def weights_of(layer, seed=0):
    chance = np.random.default_rng(seed)
    shapes = layer.weight_shapes((STEPS, FEATURES))
    return {name: chance.normal(0, 0.5, shape).astype(np.float32) for name, shape in shapes.items()}


def inputs(seed=1):
    return np.random.default_rng(seed).normal(size=(2, STEPS, FEATURES)).astype(np.float32)


def with_sequences(layer):
    if isinstance(layer, Bidirectional):
        return dataclasses.replace(layer, layer=with_sequences(layer.layer))
    return dataclasses.replace(layer, return_sequences=True)


def named(layer):
    inner = f"-{type(layer.layer).__name__}-{layer.merge_mode}" if isinstance(layer, Bidirectional) else ""
    return type(layer).__name__ + inner


def objective(layer, weights, x, context, gradient):
    return float((forward(layer, weights, x, context).output.astype(float) * gradient).sum())


def nudged(letter, step, change):
    """A clamp that adds to one state at one step."""
    return lambda name, at, values: values + change if (name, at) == (letter, step) else values


@pytest.mark.parametrize("mask", [None, MASK], ids=["all", "masked"])
@pytest.mark.parametrize("sequences", [False, True], ids=["last", "sequences"])
@pytest.mark.parametrize("layer", LAYERS, ids=named)
def test_gradients_are_what_small_changes_do(layer, sequences, mask):
    layer = with_sequences(layer) if sequences else layer
    weights, x, context = weights_of(layer), inputs(), Context(mask)
    result = forward(layer, weights, x, context)
    gradient = np.random.default_rng(2).normal(size=result.output.shape).astype(np.float32)
    found = backpropagate(layer, weights, x, result, gradient, context)
    scale = np.abs(found.inputs).max()
    for place in np.ndindex(x.shape):
        change = np.zeros_like(x)
        change[place] = STEP
        up, down = (objective(layer, weights, x + sign * change, context, gradient) for sign in (1, -1))
        np.testing.assert_allclose(found.inputs[place], (up - down) / (2 * STEP), atol=4e-3 * scale)
    for letter, states in found.states.items():
        assert states.shape == result.gates[letter].shape
        for n, step, unit in np.ndindex(states.shape):
            if mask is not None and not mask[n, step]:
                continue  # What a masked step computes is thrown away, so that changing it does nothing.
            change = np.zeros((2, states.shape[-1]), np.float32)
            change[n, unit] = STEP
            clamps = (nudged(letter, step, sign * change) for sign in (1, -1))
            up, down = (objective(layer, weights, x, Context(mask, clamp=clamp), gradient) for clamp in clamps)
            difference = (up - down) / (2 * STEP)
            np.testing.assert_allclose(states[n, step, unit], difference, atol=4e-3 * max(scale, np.abs(states).max()))


def test_a_masked_step_hands_the_gradient_on_as_it_is():
    layer = LSTM(2)
    weights, x, context = weights_of(layer), inputs()[:1], Context(np.array([[True, True, False, False, True]]))
    found = backpropagate(layer, weights, x, forward(layer, weights, x, context), np.ones((1, 2)), context)
    assert not found.inputs[0, 2:4].any()
    np.testing.assert_array_equal(found.states["h"][0, 2], found.states["h"][0, 3])


def closed(letter):
    return lambda name, step, values: np.zeros_like(values) if name == letter else values


def test_through_a_closed_forget_gate_nothing_comes_from_the_cell_state_before():
    """The gate is a constant, so neither c nor the gate's own inputs hand anything on through it."""
    layer = LSTM(2)
    weights, x = weights_of(layer), inputs()
    weights["recurrent_kernel"][:] = 0
    context = Context(clamp=closed("f"))
    found = backpropagate(layer, weights, x, forward(layer, weights, x, context), np.ones((2, 2)), context)
    assert not found.inputs[:, :-1].any()
    assert found.inputs[:, -1].any()


@pytest.mark.parametrize(
    ("layer", "letter"), [(LSTM(2), "i"), (LSTM(2), "c"), (GRU(2), "z"), (GRU(2), "r"), (GRU(2), "h")]
)
def test_a_clamped_value_is_a_constant(layer, letter):
    weights, x = weights_of(layer), inputs()
    context = Context(
        clamp=lambda name, step, values: np.full_like(values, 0.3) if (name, step) == (letter, 2) else values
    )
    gradient = np.ones((2, 2), np.float32)
    found = backpropagate(layer, weights, x, forward(layer, weights, x, context), gradient, context)
    for place in np.ndindex(x.shape):
        change = np.zeros_like(x)
        change[place] = STEP
        up, down = (objective(layer, weights, x + sign * change, context, gradient) for sign in (1, -1))
        difference = (up - down) / (2 * STEP)
        np.testing.assert_allclose(found.inputs[place], difference, atol=4e-3 * np.abs(found.inputs).max())


@pytest.mark.parametrize("layer", CELLS, ids=named)
def test_state_jacobians_are_what_a_step_makes_of_changed_states(layer):
    weights, x = weights_of(layer), inputs()[:1]
    mask = np.array([[True, True, False, True, True]])
    chance = np.random.default_rng(3)
    names = past(layer, weights, x, forward(layer, weights, x)).states
    begin = {name: chance.uniform(-0.5, 0.5, (1, 3)).astype(np.float32) for name in names}
    context = Context(mask, begin)
    walked = past(layer, weights, x, forward(layer, weights, x, context), context)
    found = state_jacobians(walked)
    size = 3 * len(names)
    assert found.shape == (STEPS, size, size)
    np.testing.assert_array_equal(found[2], np.eye(size))
    for step in range(STEPS):
        before = {name: walked.gates[name][:, step - 1] if step else begin[name] for name in names}
        for j in range(size):
            changes = [one_step(layer, weights, x, mask, step, shifted(before, names, j, sign)) for sign in (1, -1)]
            np.testing.assert_allclose(found[step, :, j], (changes[0] - changes[1]) / (2 * STEP), atol=2e-3)


def shifted(before, names, j, sign):
    """States with one of all their numbers changed a little."""
    stacked = np.concatenate([before[name] for name in names], axis=-1).astype(float)
    stacked[0, j] += sign * STEP
    return dict(zip(names, np.split(stacked, len(names), axis=-1), strict=True))


def one_step(layer, weights, x, mask, step, before):
    context = Context(mask[:, step : step + 1], before)
    gates = forward(layer, weights, x[:, step : step + 1], context).gates
    return np.concatenate([gates[name][0, 0] for name in before]).astype(float)
