"""Generated problems: drawn from a seed, learnable, and as their rule says."""

import numpy as np
import pytest

from explorer.datasets import DATASETS, FULL, TEST, TRAIN
from explorer.datasets.generated import GENERATED, PLANE, PLANE_BIAS, Drawn
from explorer.messages import ExplorerError

BY_NAME = {data.name: data for data in GENERATED}


@pytest.mark.parametrize("name", BY_NAME)
def test_it_is_drawn_from_its_seed_and_test_examples_are_others(name):
    data = DATASETS[name]
    chosen = Drawn(examples=200)
    first, again, test = data.load(FULL, TRAIN, chosen), data.load(FULL, TRAIN, chosen), data.load(FULL, TEST, chosen)
    np.testing.assert_array_equal(first.inputs, again.inputs)
    np.testing.assert_array_equal(first.labels, again.labels)
    counts = data.counts(FULL, chosen)
    assert (len(first.labels), len(test.labels)) == (counts.train, counts.test) == (160, 40)
    assert not {row.tobytes() for row in first.inputs} & {row.tobytes() for row in test.inputs}
    other = data.load(FULL, TRAIN, Drawn(examples=200, seed=7))
    assert not np.array_equal(first.inputs, other.inputs)
    task = data.task(FULL, chosen)
    assert first.inputs.shape[1:] == task.input_shape
    if task.classes:
        shares = np.bincount(data.load(FULL, TRAIN, Drawn(examples=5000)).labels.astype(int)) / 4000
        assert len(shares) == len(task.classes)
        assert shares.min() > 0.2


def test_the_plane_is_the_rule_without_noise():
    split = BY_NAME["line"].load(FULL, TRAIN, Drawn(noise=0.0))
    np.testing.assert_allclose(split.labels, split.inputs @ np.array(PLANE) + PLANE_BIAS, atol=1e-5)


def test_noise_is_as_large_as_it_says():
    split = BY_NAME["line"].load(FULL, TRAIN, Drawn(examples=5000, noise=0.5))
    assert (split.labels - split.inputs @ np.array(PLANE) - PLANE_BIAS).std() == pytest.approx(0.5, rel=0.05)


def test_fast_waves_cross_zero_more_often():
    split = BY_NAME["waves"].load(FULL, TRAIN, Drawn(noise=0.0))
    signs = np.sign(split.inputs[..., 0])
    crossings = (signs[:, 1:] != signs[:, :-1]).sum(axis=1)
    assert crossings[split.labels == 1].min() > crossings[split.labels == 0].max()


def test_an_unknown_variant_is_said():
    with pytest.raises(ExplorerError, match="has no variant"):
        BY_NAME["line"].load("some", TRAIN)
