"""L1 by soft thresholds: exact zeros, where Keras's own L1 and L2 leave none."""

import numpy as np
import pytest

from explorer.specs import L1, L1L2, L2, Dense, Flatten, ModelSpec

pytestmark = pytest.mark.worker

SGD = {"optimizer": "sgd", "learning_rate": 0.1, "epochs": 3, "batch_size": 20}


def spec(regularizer):
    return ModelSpec(
        (28, 28, 1),
        (
            Flatten(),
            Dense(16, activation="relu", kernel_regularizer=regularizer),
            Dense(10, activation="softmax"),
        ),
    )


def kernels(run):
    network = run.network(run.epochs[-1])
    return [group["kernel"] for group in network.weights.values() if "kernel" in group]


def zeros(run):
    return [int(np.count_nonzero(kernel == 0)) for kernel in kernels(run)]


@pytest.mark.parametrize("regularizer", [L1(0.003), L1L2(0.003, 0.001)])
def test_soft_thresholds_make_exact_zeros_of_the_kernels_with_l1_only(train, regularizer):
    run, _events = train(spec(regularizer), proximal=True, **SGD)
    first, second = zeros(run)
    assert first > kernels(run)[0].size / 10
    assert second == 0


@pytest.mark.parametrize("regularizer", [L1(0.003), L1L2(0.003, 0.001), L2(0.01)])
def test_a_penalty_in_the_gradient_makes_next_to_none(train, regularizer):
    run, _events = train(spec(regularizer), **SGD)
    assert zeros(run)[0] < kernels(run)[0].size / 1000


@pytest.mark.parametrize("regularizer", [None, L2(0.01)])
def test_without_l1_the_setting_changes_nothing(train, regularizer):
    with_it, _events = train(spec(regularizer), name="with", proximal=True, **SGD)
    without, _events = train(spec(regularizer), name="without", **SGD)
    for ours, theirs in zip(kernels(with_it), kernels(without), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_one_step_is_the_gradient_step_and_then_the_soft_threshold(train):
    """One batch of everything: the step without a penalty, its weights cut by learning rate · l1."""
    whole = {"optimizer": "sgd", "learning_rate": 0.5, "epochs": 1, "examples": 100, "batch_size": 80}
    plain, _events = train(spec(None), name="plain", **whole)
    cut, _events = train(spec(L1(0.02)), name="cut", proximal=True, **whole)
    stepped, found = kernels(plain)[0], kernels(cut)[0]
    expected = np.sign(stepped) * np.maximum(np.abs(stepped) - 0.5 * 0.02, 0)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert np.count_nonzero(found == 0) == np.count_nonzero(np.abs(stepped) <= 0.5 * 0.02)


def test_both_ways_pull_alike(train):
    """Where a weight is far from zero a threshold and a gradient of ±l1 are the same pull."""
    smooth, _events = train(spec(L1(0.001)), name="keras", **SGD)
    cut, _events = train(spec(L1(0.001)), name="proximal", proximal=True, **SGD)
    sums = [np.abs(kernels(run)[0]).sum() for run in (smooth, cut)]
    assert sums[0] == pytest.approx(sums[1], rel=0.02)


@pytest.mark.parametrize("proximal", [False, True])
def test_the_history_tells_the_penalty_in_the_losses(train, proximal):
    run, _events = train(spec(L1(0.003)), proximal=proximal, **SGD)
    history = run.record.history
    final = 0.003 * np.abs(kernels(run)[0]).sum()
    assert history[-1].val_penalty == pytest.approx(final, rel=1e-4)
    assert all(result.penalty < result.loss and result.val_penalty < result.val_loss for result in history)
    assert history[0].penalty > history[0].val_penalty > history[-1].val_penalty
    assert history[-1].val_loss - final == pytest.approx(history[-1].val_loss - history[-1].val_penalty, rel=1e-4)


def test_without_a_regulariser_there_is_no_penalty(train):
    run, _events = train(spec(None), **SGD)
    assert all(result.penalty == result.val_penalty == 0 for result in run.record.history)
