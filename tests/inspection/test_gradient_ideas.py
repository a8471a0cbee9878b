"""Slopes of activations, clipping, drawn weights, and gradients through time."""

import numpy as np
import pytest

from explorer.inspection.activation_functions import HIDDEN, curve, slopes
from explorer.inspection.clipping import CLIPNORM, CLIPVALUE, NONE, clip
from explorer.inspection.deep_stack import EXPLODING, FINE, VANISHING
from explorer.inspection.initial_weights import drawn
from explorer.inspection.through_time import CELLS, FEATURES, UNITS, Reader, first_weights, through_time
from explorer.layers import ACTIVATIONS
from explorer.layers.cell_weights import columns
from explorer.specs import GlorotNormal, GlorotUniform, HeNormal, HeUniform, Orthogonal, RandomNormal, Zeros

LARGEST = {"sigmoid": 0.25, "tanh": 1, "relu": 1, "leaky_relu": 1, "elu": 1, "gelu": 1.129}


@pytest.mark.parametrize("name", HIDDEN)
def test_slopes_are_what_small_changes_do(name):
    x = np.linspace(-4, 4, 82)
    difference = (ACTIVATIONS[name](x + 1e-6) - ACTIVATIONS[name](x - 1e-6)) / 2e-6
    np.testing.assert_allclose(slopes(name, x), difference, atol=1e-6)
    assert curve(name).steepest == pytest.approx(LARGEST[name], abs=1e-3)


def test_the_steepest_places():
    assert curve("sigmoid").at == curve("tanh").at == pytest.approx(0, abs=1e-9)
    assert curve("gelu").at == pytest.approx(np.sqrt(2), abs=0.01)


def test_clipnorm_keeps_the_direction_and_clipvalue_turns_it():
    gradient = np.array([[3.0, 0.0], [0.0, 4.0]], np.float32)
    shorter = clip(gradient, CLIPNORM, 1.0)
    np.testing.assert_allclose(shorter.after, gradient / 5)
    assert (shorter.norm, shorter.norm_after, shorter.factor, shorter.turned) == pytest.approx((5, 1, 0.2, 0))
    cut = clip(gradient, CLIPVALUE, 1.0)
    np.testing.assert_array_equal(cut.after, [[1, 0], [0, 1]])
    assert cut.turned == pytest.approx(np.degrees(np.arccos(7 / (5 * np.sqrt(2)))))
    assert clip(gradient, NONE, 1.0).factor == clip(gradient, CLIPNORM, 6.0).factor == 1
    assert clip(np.zeros(3), CLIPNORM, 1.0).factor == 1


@pytest.mark.parametrize(
    "initializer",
    [GlorotUniform(), GlorotNormal(), HeUniform(), HeNormal(), RandomNormal(stddev=0.1), Orthogonal()],
    ids=lambda kind: type(kind).__name__,
)
def test_what_was_drawn_lies_under_the_formulas_curve(initializer):
    found = drawn(initializer, (400, 300), 0)
    width = np.diff(found.edges)[0]
    assert (found.formula * width).sum() == pytest.approx(1, abs=0.03)
    assert (found.density * width).sum() == pytest.approx(1)
    assert np.abs(found.density - found.formula).sum() * width < 0.08
    assert found.deviation == pytest.approx(found.expected, rel=0.02)


def test_zeros_are_a_spike():
    found = drawn(Zeros(), (10, 10), 0)
    assert (found.low, found.high, found.expected) == (0, 0, 0)
    assert np.isfinite(found.density).all()


def read(seed=0, **settings):
    reader = Reader(**settings)
    chance = np.random.default_rng(5)
    inputs = chance.random((16, reader.steps, FEATURES), np.float32)
    return through_time(reader.spec(), first_weights(reader, seed), inputs, chance.random(16, np.float32))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"initializer": RandomNormal(stddev=0.05)}, VANISHING),
        ({"initializer": RandomNormal(stddev=1.0)}, EXPLODING),
        ({"cell": "LSTM", "gate_bias": 6.0}, FINE),
        ({"cell": "LSTM", "gate_bias": 0.0}, VANISHING),
        ({"cell": "GRU", "gate_bias": 6.0}, FINE),
        ({"cell": "GRU"}, VANISHING),
    ],
)
def test_what_becomes_of_the_gradient_through_time(settings, expected):
    found = read(steps=40, **settings)
    assert found.verdict == expected
    norms = found.norms[found.letter]
    assert norms.shape == (40,)
    assert found.factor**39 == pytest.approx(norms[0] / norms[-1], rel=1e-4)


def test_a_linear_cell_multiplies_by_its_recurrent_weights_alone():
    found = read(steps=20, activation="linear", initializer=Orthogonal())
    np.testing.assert_allclose(found.norms["h"], found.norms["h"][-1], rtol=1e-4)
    assert found.radius == pytest.approx(1, abs=1e-4)


def test_an_lstm_begins_with_kerass_forget_bias():
    for cell, gate, bias in (("LSTM", "f", 1), ("GRU", "z", 0)):
        spec = Reader(cell).spec()
        begun = first_weights(Reader(cell), 0)[spec.names()[0]]["bias"].reshape(-1, CELLS[cell].gates * UNITS)
        assert (begun[0, columns(spec.layers[0], gate)] == bias).all()
        opened = first_weights(Reader(cell, gate_bias=3.0), 0)[spec.names()[0]]["bias"]
        assert (opened == 3).sum() == UNITS
