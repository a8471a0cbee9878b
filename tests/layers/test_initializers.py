"""First weights: the moments and bounds that the papers and Keras promise."""

import numpy as np
import pytest

from explorer.layers.initializers import CUT, CUT_DEVIATION, bound, deviation, draw, fans
from explorer.specs import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    Orthogonal,
    RandomNormal,
    Zeros,
)

SHAPE = (300, 200)
KINDS = (GlorotUniform(), GlorotNormal(), HeUniform(), HeNormal(), Orthogonal(), RandomNormal(stddev=0.3))


def drawn(initializer, shape=SHAPE, seed=0):
    return draw(initializer, shape, np.random.default_rng(seed))


def test_the_formulas_are_those_of_the_papers():
    assert bound(GlorotUniform(), (784, 100)) == pytest.approx(np.sqrt(6 / 884))
    assert bound(HeUniform(), (784, 100)) == pytest.approx(np.sqrt(6 / 784))
    assert deviation(GlorotNormal(), (784, 100)) == deviation(GlorotUniform(), (784, 100)) == np.sqrt(2 / 884)
    assert deviation(HeNormal(), (784, 100)) == deviation(HeUniform(), (784, 100)) == np.sqrt(2 / 784)
    assert fans((3, 3, 4, 8)) == (36, 72)


@pytest.mark.parametrize("initializer", KINDS, ids=lambda kind: type(kind).__name__)
def test_drawn_weights_have_their_formulas_deviation(initializer):
    weights = drawn(initializer)
    assert weights.shape == SHAPE
    assert weights.dtype == np.float32
    assert weights.std() == pytest.approx(deviation(initializer, SHAPE), rel=0.02)
    assert abs(weights.mean()) < 0.02 * weights.std()


def test_uniform_weights_fill_their_bounds_and_normal_ones_are_cut():
    for initializer in (GlorotUniform(), HeUniform()):
        limit = bound(initializer, SHAPE)
        assert 0.99 * limit < np.abs(drawn(initializer)).max() <= limit
    for initializer in (GlorotNormal(), HeNormal()):
        limit = CUT * deviation(initializer, SHAPE) / CUT_DEVIATION
        assert 0.99 * limit < np.abs(drawn(initializer)).max() <= limit
    assert np.abs(drawn(RandomNormal(stddev=0.3))).max() > 3 * 0.3


@pytest.mark.parametrize("shape", [(30, 20), (20, 30)])
def test_orthogonal_weights_have_columns_or_rows_at_right_angles(shape):
    weights = drawn(Orthogonal(), shape)
    product = weights.T @ weights if shape[0] >= shape[1] else weights @ weights.T
    np.testing.assert_allclose(product, np.eye(20), atol=1e-5)


def test_zeros_are_zero_and_a_seed_repeats_itself():
    assert not drawn(Zeros()).any()
    np.testing.assert_array_equal(drawn(HeNormal(), seed=3), drawn(HeNormal(), seed=3))
    assert (drawn(HeNormal(), seed=3) != drawn(HeNormal(), seed=4)).any()
