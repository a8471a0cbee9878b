"""Saliency by hand: small networks whose answer is known."""

import numpy as np
import pytest

from explorer.datasets import DATASETS, SAMPLE, TEST
from explorer.inspection import saliency
from explorer.inspection.saliency import MAXIMUM_PASSES, grad_cam, gradient_map, least_stride, occlusion, stretched
from explorer.network import Gradients, Network
from explorer.presets import PRESETS
from explorer.specs import Conv2D, Dense, Flatten, GlobalAveragePooling2D, ModelSpec
from explorer.training.store import SHIPPED, Store

ONE_PIXEL = ModelSpec((8, 10, 1), (Flatten(), Dense(2, activation="softmax")))


@pytest.fixture
def one_pixel():
    """A model whose first class is the pixel in row 5, column 7, counted from 0, and nothing else."""
    kernel = np.zeros((80, 2), np.float32)
    kernel[5 * 10 + 7, 0] = 3
    return Network(ONE_PIXEL, {"dense_1": {"kernel": kernel, "bias": np.zeros(2, np.float32)}})


def test_the_gradient_of_a_model_of_one_pixel_is_that_pixel(one_pixel):
    trace = one_pixel.trace(np.ones((1, 8, 10, 1)))
    found = gradient_map(one_pixel.gradients(trace, 0))
    expected = np.zeros((8, 10))
    expected[5, 7] = 3
    np.testing.assert_array_equal(found.signed, expected)


def test_the_gradient_of_a_coloured_pixel_is_its_strongest_channel():
    pixels = np.array([[[[1.0, -4.0, 2.0], [0.0, 0.5, 0.25]]]])
    found = gradient_map(Gradients(pixels, {}))
    np.testing.assert_array_equal(found.signed, [[-4, 0.5]])
    np.testing.assert_array_equal(found.size, [[4, 0.5]])


@pytest.fixture
def two_maps():
    """Two maps, the image and its double; the class takes the mean of the first minus that of the second."""
    spec = ModelSpec((4, 6, 1), (Conv2D(2, 1, use_bias=False), GlobalAveragePooling2D(), Dense(2, use_bias=False)))
    kernel = np.array([[[[1.0, 2.0]]]])
    dense = np.array([[1.0, 0.0], [-1.0, 1.0]])
    return Network(spec, {"conv2d_1": {"kernel": kernel}, "dense_1": {"kernel": dense}})


def test_grad_cam_weighs_maps_by_their_mean_gradient_and_keeps_what_speaks_for_the_class(two_maps):
    image = np.random.default_rng(0).normal(size=(1, 4, 6, 1)).astype(np.float32)
    trace = two_maps.trace(image)
    found = grad_cam(trace, two_maps.gradients(trace, 0), "conv2d_1")
    np.testing.assert_allclose(found.weights, [1 / 24, -1 / 24], rtol=1e-6)
    np.testing.assert_allclose(found.map, np.maximum(-image[0, ..., 0] / 24, 0), atol=1e-7)
    np.testing.assert_allclose(found.enlarged, found.map, atol=1e-7)
    assert (found.map > 0).any()
    assert (found.map == 0).any()


def test_a_map_is_enlarged_between_the_middles_of_its_cells():
    np.testing.assert_allclose(stretched(np.array([[0.0, 4.0]], np.float32), (2, 4)), [[0, 1, 3, 4]] * 2)
    np.testing.assert_allclose(stretched(np.full((3, 2), 7, np.float32), (9, 5)), np.full((9, 5), 7))


def test_only_patches_over_the_pixel_that_counts_make_the_probability_fall(one_pixel):
    image = np.ones((8, 10, 1), np.float32)
    found = occlusion(one_pixel, image, 0, size=3, stride=2, value=0.0)
    assert found.tops.tolist() == [0, 2, 4, 5]
    assert found.lefts.tolist() == [0, 2, 4, 6, 7]
    over = [[top <= 5 < top + 3 and left <= 7 < left + 3 for left in found.lefts] for top in found.tops]
    np.testing.assert_array_equal(found.drops > 0.1, over)
    assert np.sum(over) == 4
    before, after = 1 / (1 + np.exp(-3.0)), 0.5
    assert found.probability == pytest.approx(before)
    np.testing.assert_allclose(found.drops[over], before - after, rtol=1e-5)
    np.testing.assert_allclose(found.drops[~np.array(over)], 0, atol=1e-6)
    np.testing.assert_array_equal(image, np.ones_like(image))


def test_a_brighter_patch_can_make_the_probability_rise(one_pixel):
    found = occlusion(one_pixel, np.zeros((8, 10, 1), np.float32), 0, size=3, stride=3, value=1.0)
    assert found.drops.min() == pytest.approx(0.5 - 1 / (1 + np.exp(-3.0)), rel=1e-5)


@pytest.mark.parametrize("chunk_values", [1, 50_000, 16_000_000])
def test_occlusion_is_the_same_in_batches_of_any_size(monkeypatch, chunk_values):
    network = Network(
        ModelSpec((9, 9, 1), (Conv2D(3, 3, activation="relu"), Flatten(), Dense(2, activation="softmax"))),
        {
            "conv2d_1": {"kernel": np.random.default_rng(0).normal(size=(3, 3, 1, 3)), "bias": np.zeros(3)},
            "dense_1": {"kernel": np.random.default_rng(1).normal(size=(147, 2)), "bias": np.zeros(2)},
        },
    )
    image = np.random.default_rng(2).random((9, 9, 1), np.float32)
    batches = []
    predict = network.predict
    monkeypatch.setattr(network, "predict", lambda images: (batches.append(len(images)), predict(images))[1])
    monkeypatch.setattr(saliency, "CHUNK_VALUES", chunk_values)
    found = occlusion(network, image, 1, size=3, stride=2, value=0.5)
    assert sum(batches) == 1 + found.passes == 17
    assert max(batches) == (1 if chunk_values == 1 else 16)
    for (row, top), (column, left) in ((r, c) for r in enumerate(found.tops) for c in enumerate(found.lefts)):
        copy = image.copy()
        copy[top : top + 3, left : left + 3] = 0.5
        drop = predict(image[None])[0, 1] - predict(copy[None])[0, 1]
        assert found.drops[row, column] == pytest.approx(drop, abs=1e-6)


@pytest.mark.parametrize("preset", [PRESETS[name] for name in PRESETS if "cnn" in name], ids=lambda preset: preset.name)
@pytest.mark.parametrize("size", [3, 6, 14])
def test_the_stride_keeps_the_work_bounded_and_no_pixel_uncovered(preset, size):
    stride = least_stride(preset.spec, size)
    places = len(range(0, 28 - size, stride)) + 1
    assert places**2 <= MAXIMUM_PASSES
    assert places**2 * preset.spec.flops <= saliency.MAXIMUM_WORK
    assert 1 <= stride <= size


def test_a_costly_model_is_asked_less_often():
    cheap = ModelSpec((28, 28, 1), (Flatten(), Dense(10)))
    costly = ModelSpec((28, 28, 1), (Conv2D(256, 7, padding="same"), Conv2D(256, 7, padding="same")))
    assert costly.flops * MAXIMUM_PASSES > saliency.MAXIMUM_WORK
    assert least_stride(costly, 6) > least_stride(cheap, 6)


def test_covering_the_empty_background_with_background_changes_nothing():
    run = Store(SHIPPED).open("cnn-two-blocks")
    image = DATASETS["fashion-mnist"].load(SAMPLE, TEST).inputs[0].reshape(28, 28, 1) / np.float32(255)
    network = run.network(run.record.best_epoch)
    found = occlusion(network, image, int(network.predict(image[None]).argmax()), size=6, stride=2, value=0.0)
    empty = [[not image[top : top + 6, left : left + 6].any() for left in found.lefts] for top in found.tops]
    assert np.any(empty)
    np.testing.assert_allclose(found.drops[empty], 0, atol=1e-6)
    assert found.drops.max() > 0.01
