"""Batch and layer normalisation: by hand, beside the app's layers, and moving statistics step by step."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.inspection.normalization import BATCH, LAYER, normalize, running, stream, with_companions
from explorer.layers import forward
from explorer.specs import BatchNormalization, LayerNormalization

TABLE = np.array([[1, 4, -2, 6], [3, 8, 0, 6], [5, 12, 2, 9]], np.float32)
ONE, ZERO = np.ones(4), np.zeros(4)


def test_a_column_is_averaged_over_the_batch():
    found = normalize(TABLE, BATCH, ONE, ZERO, 1e-5)
    assert found.mean.tolist() == [[3, 8, 0, 7]]
    np.testing.assert_allclose(found.variance, [[8 / 3, 32 / 3, 8 / 3, 2]])
    assert found.centred[:, 1].tolist() == [-4, 0, 4]
    assert found.outputs[0, 1] == pytest.approx(-4 / np.sqrt(32 / 3 + 1e-5))
    np.testing.assert_allclose(found.normalized.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(found.normalized.var(axis=0), 1, rtol=1e-5)


def test_a_row_is_averaged_over_its_features():
    found = normalize(TABLE, LAYER, ONE, ZERO, 1e-5)
    assert found.mean.tolist() == [[2.25], [4.25], [7]]
    assert found.variance[2, 0] == np.mean([4, 25, 25, 4])
    assert found.normalized[2, 0] == pytest.approx(-2 / np.sqrt(14.5 + 1e-5))
    np.testing.assert_allclose(found.normalized.var(axis=1), 1, rtol=1e-5)


def test_gamma_and_beta_belong_to_features_under_both():
    gamma, beta = np.array([1, 2, 0, -1]), np.array([0, 0, 5, 1])
    for axis in (BATCH, LAYER):
        found = normalize(TABLE, axis, gamma, beta, 1e-3)
        np.testing.assert_allclose(found.outputs, found.normalized * gamma + beta)
        assert found.outputs[:, 2].tolist() == [5, 5, 5]


tables = st.integers(0, 2**31)


@settings(max_examples=30, deadline=None)
@given(seed=tables, rows=st.integers(1, 5), epsilon=st.sampled_from([1e-5, 1e-3, 0.1]))
def test_the_app_s_layers_compute_the_same(seed, rows, epsilon):
    chance = np.random.default_rng(seed)
    inputs = chance.normal(0, 3, (rows, 4)).astype(np.float32)
    gamma, beta = chance.normal(1, 1, (2, 4)).astype(np.float32)
    weights = {"gamma": gamma, "beta": beta}
    found = normalize(inputs, LAYER, gamma, beta, epsilon)
    layer = forward(LayerNormalization(epsilon=epsilon), weights, inputs)
    np.testing.assert_allclose(layer.output, found.outputs, rtol=1e-4, atol=1e-5)
    batch = normalize(inputs, BATCH, gamma, beta, epsilon)
    kept = {"moving_mean": batch.mean[0], "moving_variance": batch.variance[0]}
    layer = forward(BatchNormalization(epsilon=epsilon), {**weights, **kept}, inputs)
    np.testing.assert_allclose(layer.output, batch.outputs, rtol=1e-4, atol=1e-5)


def test_moving_statistics_step_by_step():
    found = running(np.array([[[2.0], [4.0]], [[10.0], [10.0]]]), 0.9)
    assert found.means[:, 0].tolist() == [3, 10]
    assert found.variances[:, 0].tolist() == [1, 0]
    np.testing.assert_allclose(found.moving_mean[:, 0], [0, 0.3, 1.27])
    np.testing.assert_allclose(found.moving_variance[:, 0], [1, 1, 0.9])
    assert found.in_training(0, 1e-9)[:, 0] == pytest.approx([-1, 0])
    assert found.at_inference(np.array([2.0]), 0.0)[1, 0] == pytest.approx(1.7)


def test_without_momentum_the_last_batch_is_all_that_is_kept():
    batches = stream(np.array([2.0, 5.0]), (3.0, 2.0), (2.0, 3.0), 6, 4, seed=1)
    found = running(batches, 0.0)
    np.testing.assert_allclose(found.moving_mean[1:], found.means)
    inference = found.at_inference(batches[0, 0], 1e-3)[1:]
    np.testing.assert_allclose(inference, found.in_training(0, 1e-3))


def test_every_batch_begins_with_the_same_example_and_has_others():
    batches = stream(np.array([2.0, 5.0]), (3.0, 2.0), (2.0, 3.0), 500, 3, seed=0)
    assert (batches[:, 0] == [2, 5]).all()
    np.testing.assert_allclose(batches[:, 1:].mean(axis=(0, 1)), (3, 2), atol=0.3)
    np.testing.assert_allclose(batches[:, 1:].std(axis=(0, 1)), (2, 3), atol=0.3)
    assert len(np.unique(batches[:, 1, 0])) == 500


def test_a_batch_of_one_is_beta_and_a_layer_does_not_see_the_batch():
    gamma, beta = np.full(4, 3.0), np.array([1, 2, 3, 4.0])
    batch = with_companions(TABLE, 1, BATCH, gamma, beta, 1e-5)
    layer = with_companions(TABLE, 1, LAYER, gamma, beta, 1e-5)
    assert batch[0].tolist() == beta.tolist()
    np.testing.assert_allclose(batch[-1], normalize(TABLE, BATCH, gamma, beta, 1e-5).outputs[1])
    np.testing.assert_allclose(layer, np.tile(normalize(TABLE, LAYER, gamma, beta, 1e-5).outputs[1], (3, 1)))
