"""Where parameters come from, and the losses of the notes' table."""

import numpy as np
import pytest

from explorer.inspection.losses import CURVES
from explorer.inspection.parameter_counts import derivations
from explorer.presets.architectures import ARCHITECTURES


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_derivation_adds_up(name):
    spec = ARCHITECTURES[name].spec
    rows = derivations(spec)
    assert sum(row.parameters for row in rows) == spec.parameters
    for row in rows:
        left, _equals, right = row.sum.partition(" = ")
        # The written products and sums are worked out as they stand.
        assert eval(left.replace("×", "*")) == row.parameters == int((right or left).replace(",", ""))  # noqa: S307


def test_the_notes_numbers():
    assert [row.sum for row in derivations(ARCHITECTURES["first-network"].spec)] == ["4 × 8 + 8 = 40", "8 × 1 + 1 = 9"]
    assert ARCHITECTURES["two-inputs"].spec.parameters == 11_813
    assert ARCHITECTURES["feed-forward"].spec.parameters == 4_929


def test_losses_are_kept_apart_from_infinity_and_fall_towards_the_truth():
    sums = np.linspace(-50, 50, 101)
    right = CURVES["binary_crossentropy"](sums, 1.0)
    assert np.isfinite(right).all()
    assert (np.diff(right) <= 1e-12).all()
    np.testing.assert_allclose(right, CURVES["binary_crossentropy"](-sums, 0.0), atol=1e-6)
    assert CURVES["mean_squared_error"](np.array([3.0]), 1.0) == 4.0
    assert CURVES["binary_crossentropy"](np.array([0.0]), 1.0) == pytest.approx(np.log(2))
