"""Weights counted by size."""

import numpy as np
import pytest

from explorer.inspection.sparsity import spread

SPARSE = np.array([0.0, -0.0, 0.0005, -0.0009, 0.5, -1.0], np.float32)
DENSE = np.array([0.25, -0.25, 0.001], np.float32)


def test_zeros_and_near_zeros_are_counted():
    sparse, dense = spread([SPARSE, DENSE]).sets
    assert (sparse.count, sparse.zeros, sparse.near) == (6, 2, 4)
    assert (dense.count, dense.zeros, dense.near) == (3, 0, 0)
    assert sparse.largest == 1.0
    assert dense.deviation == pytest.approx(DENSE.std())


def test_all_sets_share_bins_about_zero_and_exact_zeros_are_in_none():
    found = spread([SPARSE, DENSE], bins=5)
    np.testing.assert_allclose(found.edges, np.linspace(-1, 1, 6))
    assert found.sets[0].counts.tolist() == [1, 0, 2, 1, 0]
    assert found.sets[1].counts.sum() == 3


def test_no_weights_are_no_error():
    found = spread([np.zeros(0, np.float32)])
    assert (found.sets[0].count, found.sets[0].largest) == (0, 0.0)
    assert spread([]).sets == ()
