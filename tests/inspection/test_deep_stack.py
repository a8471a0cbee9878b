"""A deep stack before its first step: gradients that are real, and what is said of them."""

import numpy as np
import pytest

from explorer.inspection import deep_stack
from explorer.inspection.deep_stack import (
    ABSENT,
    BROKEN,
    EXPLODING,
    FINE,
    NORMALIZATIONS,
    VANISHING,
    Stack,
    begin,
    blocks,
    first_weights,
    verdict,
)
from explorer.layers.batch_statistics import batch_normalization, batch_normalization_back
from explorer.specs import BatchNormalization, Dense, GlorotUniform, HeNormal, ModelSpec, RandomNormal, Zeros

CLASSES = 5
CHANCE = np.random.default_rng(0)
INPUTS = CHANCE.random((64, 6, 6, 1), np.float32)
LABELS = CHANCE.integers(0, CLASSES, 64)


def begun(seed=0, **settings):
    spec = Stack(**{"units": 40, **settings}).spec((6, 6, 1), CLASSES)
    return begin(spec, first_weights(spec, seed), INPUTS, LABELS)


@pytest.mark.parametrize("normalization", NORMALIZATIONS)
def test_a_stack_is_a_model_with_a_block_for_each_hidden_layer(normalization):
    spec = Stack(depth=20, normalization=normalization).spec((28, 28, 1), 10)
    assert spec.checked()[1] is None
    assert ModelSpec.from_json(spec.to_json()) == spec
    found = blocks(spec)
    assert len(found) == 20
    assert all(isinstance(spec.layers[block.dense], Dense) for block in found)
    assert all(spec.layers[block.output].activation == "sigmoid" for block in found)
    assert blocks(ModelSpec((4,), (Dense(3),))) == ()


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"activation": "sigmoid"}, VANISHING),
        ({"activation": "tanh"}, FINE),
        ({"activation": "relu", "initializer": HeNormal()}, FINE),
        ({"activation": "relu", "initializer": RandomNormal(stddev=1.0)}, EXPLODING),
        ({"activation": "relu", "initializer": RandomNormal(stddev=0.01)}, VANISHING),
        ({"activation": "sigmoid", "normalization": "batch"}, FINE),
        ({"initializer": Zeros()}, ABSENT),
    ],
)
def test_what_becomes_of_the_gradient(settings, expected):
    found = begun(depth=10, **settings)
    assert found.verdict == found.layers[0].verdict == expected
    assert found.layers[-1].verdict == (ABSENT if expected == ABSENT else FINE)
    if expected != ABSENT:
        assert found.factor**9 == pytest.approx(found.total, rel=1e-6)
        assert found.total == pytest.approx(found.layers[0].gradient / found.layers[-1].gradient)


def test_the_thresholds_are_the_ones_that_the_page_states():
    assert verdict(0.0099, 1.0) == VANISHING
    assert verdict(0.0101, 1.0) == verdict(99.0, 1.0) == FINE
    assert verdict(101.0, 1.0) == EXPLODING
    assert verdict(np.inf, 1.0) == verdict(np.nan, 1.0) == BROKEN


@pytest.mark.parametrize("normalization", NORMALIZATIONS)
@pytest.mark.parametrize("activation", ["sigmoid", "gelu"])
def test_the_gradient_of_the_weights_is_what_small_changes_do(activation, normalization):
    spec = Stack(activation, GlorotUniform(), 3, 8, normalization).spec((6, 6, 1), CLASSES)
    weights = {
        name: {key: values.astype(np.float64) for key, values in arrays.items()}
        for name, arrays in first_weights(spec, 1).items()
    }
    inputs = INPUTS.astype(np.float64)
    found = begin(spec, weights, inputs, LABELS)
    block = blocks(spec)[1]
    arrays = weights[spec.names()[block.dense]]
    total = 0.0
    for values in (arrays["kernel"], arrays["bias"]):
        for place in np.ndindex(values.shape):
            kept, losses = values[place], []
            for change in (1e-5, -1e-5):
                values[place] = kept + change
                losses.append(begin(spec, weights, inputs, LABELS).loss)
            values[place] = kept
            total += ((losses[0] - losses[1]) / 2e-5) ** 2
    assert found.layers[1].weight_gradient == pytest.approx(np.sqrt(total), rel=1e-3)


def test_batch_normalisation_goes_back_as_small_changes_do():
    layer, chance = BatchNormalization(), np.random.default_rng(2)
    weights = {"gamma": chance.normal(size=3), "beta": chance.normal(size=3)}
    inputs, gradient = chance.normal(size=(6, 3)), chance.normal(size=(6, 3))
    result = batch_normalization(layer, weights, inputs)
    np.testing.assert_allclose(result.normalized.mean(axis=0), 0, atol=1e-12)
    found = batch_normalization_back(layer, weights, inputs, gradient, result.normalized)
    for place in np.ndindex(inputs.shape):
        change = np.zeros_like(inputs)
        change[place] = 1e-6
        up, down = ((batch_normalization(layer, weights, inputs + s * change).output * gradient).sum() for s in (1, -1))
        assert found[place] == pytest.approx((up - down) / 2e-6, abs=1e-6)


def test_dead_units_and_shares():
    found = begun(activation="relu", depth=4)
    assert all(0 < layer.zeros < 1 for layer in found.layers)
    assert found.shares.shape == (deep_stack.BINS, 4)
    assert np.all(found.shares.sum(axis=0) > 0.98)
    assert found.edges[0] == 0
    assert begun(activation="relu", initializer=Zeros()).layers[0].dead == 1


def test_numbers_beyond_float32_are_told_and_not_raised():
    spec = Stack("relu", RandomNormal(stddev=10.0), 20, 200).spec((6, 6, 1), CLASSES)
    weights = first_weights(spec, 0)
    found = begin(spec, weights, np.full_like(INPUTS, 1e12), LABELS)
    assert found.verdict == BROKEN
    assert np.isfinite(found.shares).all()
