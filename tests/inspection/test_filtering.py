"""Filtering equals scipy's, shows its range, and writes out each pixel's sum."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from explorer.inspection import filtering
from explorer.inspection.filtering import EDGE, NOTES_EXAMPLE, ZEROS, canny, correlate, patch, value_range
from explorer.layers import forward
from explorer.layers.kernels import KERNELS
from explorer.messages import ExplorerError
from explorer.specs import Conv2D

MODES = {ZEROS: "constant", EDGE: "nearest"}


def scipys(values, kernel, border):
    """scipy centres an even kernel one cell later than Keras does."""
    return ndimage.correlate(
        values.astype(np.float64), kernel.astype(np.float64), mode=MODES[border], origin=0 if len(kernel) % 2 else -1
    )


@settings(deadline=None, max_examples=60)
@given(
    st.integers(1, 7),
    st.tuples(st.integers(1, 90), st.integers(1, 40)),
    st.sampled_from((ZEROS, EDGE)),
    st.integers(0, 2**32 - 1),
)
def test_any_kernel_equals_scipys(size, shape, border, seed):
    random = np.random.default_rng(seed)
    photo = random.integers(0, 256, (*shape, 3), dtype=np.uint8)
    kernel = random.normal(size=(size, size)).astype(np.float32)
    kernel[random.random(kernel.shape) < 0.3] = 0
    found = correlate(photo, kernel, border)
    assert found.dtype == np.float32
    for channel in range(3):
        wanted = scipys(photo[..., channel], kernel, border)
        np.testing.assert_allclose(found[..., channel], wanted, atol=2e-3)
        np.testing.assert_array_equal(found[..., channel], correlate(photo[..., channel], kernel, border))


@pytest.mark.parametrize("size", range(1, 8))
def test_zeros_beyond_the_border_are_keras_same(size):
    random = np.random.default_rng(size)
    values = random.integers(0, 256, (19, 23)).astype(np.float32)
    kernel = random.normal(size=(size, size)).astype(np.float32)
    layer = Conv2D(1, (size, size), padding="same", use_bias=False)
    wanted = forward(layer, {"kernel": kernel[..., None, None]}, values[None, ..., None]).output[0, ..., 0]
    np.testing.assert_allclose(correlate(values, kernel), wanted, atol=1e-3)


@pytest.mark.parametrize("size", range(1, 8))
@pytest.mark.parametrize("border", [ZEROS, EDGE])
def test_identity_leaves_the_photo_as_it_is(size, border):
    photo = np.random.default_rng(0).integers(0, 256, (33, 8, 3), dtype=np.uint8)
    np.testing.assert_array_equal(correlate(photo, KERNELS["identity"](size), border), photo)


def test_the_photo_is_not_changed():
    photo = np.full((9, 9, 3), 7, np.uint8)
    photo.setflags(write=False)
    assert correlate(photo, np.ones((3, 3), np.float32))[4, 4].tolist() == [63, 63, 63]


def test_zeros_darken_the_border_and_the_nearest_pixel_does_not():
    even = np.full((5, 5), 100, np.uint8)
    blur = KERNELS["box"](3)
    assert correlate(even, blur, EDGE) == pytest.approx(100, abs=1e-3)
    assert correlate(even, blur, ZEROS)[0, 0] == pytest.approx(400 / 9, abs=1e-3)


def test_grey_weighs_green_most():
    photo = np.eye(3, dtype=np.uint8)[None] * 255
    assert filtering.grey(photo)[0].tolist() == [76, 150, 29]


def test_the_notes_example_is_minus_one():
    assert NOTES_EXAMPLE.total == -1
    assert NOTES_EXAMPLE.products.tolist() == [[2, 0, -1], [3, 0, -2], [3, 0, -6]]
    np.testing.assert_array_equal(NOTES_EXAMPLE.kernel, KERNELS["prewitt-vertical"](3))


@pytest.mark.parametrize("size", range(1, 8))
@pytest.mark.parametrize("place", [(0, 0), (10, 0), (5, 6), (10, 12)])
@pytest.mark.parametrize("border", [ZEROS, EDGE])
def test_a_pixels_arithmetic_gives_the_pixel(size, place, border):
    random = np.random.default_rng(size)
    values = random.integers(0, 256, (11, 13)).astype(np.uint8)
    kernel = random.normal(size=(size, size)).astype(np.float32)
    shown = patch(values, kernel, *place, border)
    assert shown.values.shape == (size, size)
    assert shown.total == pytest.approx(float(correlate(values, kernel, border)[place]), abs=1e-2)


def test_the_range_tells_what_lies_beyond():
    values = np.zeros((30, 30), np.float32)
    values[::3, ::3] = np.arange(100).reshape(10, 10)
    values[0, 1] = -5000
    found = value_range(values, 0)
    assert (found.minimum, found.maximum) == (-5000, 99)
    assert 96 <= found.reach <= 98
    assert found.beyond == pytest.approx((np.abs(values) > found.reach).mean())


def test_what_an_even_white_area_gives_is_within_reach():
    assert value_range(np.full((4, 4), 3, np.float32), 255).reach == 255
    assert value_range(np.full((4, 4), 900, np.float32), -255).reach == 900


def test_nothing_but_zeros_has_a_range_too():
    found = value_range(np.zeros((1, 1), np.float32), 0)
    assert (found.minimum, found.maximum, found.beyond) == (0, 0, 0)
    assert found.reach > 0


def square():
    values = np.zeros((40, 40), np.float32)
    values[10:30, 10:30] = 200
    return values


def test_canny_finds_the_outline_of_a_square_and_nothing_else():
    found = canny(square(), 1, 0.1, 0.2)
    assert set(np.unique(found)) == {0, 255}
    assert not found[14:26, 14:26].any()
    assert not found[:7].any()
    assert (found[20] > 0).sum() == 2


def test_a_higher_threshold_finds_less():
    noisy = square() + np.random.default_rng(0).normal(0, 20, (40, 40)).astype(np.float32)
    counts = [(canny(noisy, 1, low, high) > 0).sum() for low, high in ((0.02, 0.05), (0.5, 1), (3, 3))]
    assert counts[0] > counts[1] > counts[2]


def test_thresholds_the_wrong_way_round_are_said():
    with pytest.raises(ExplorerError, match=r"low threshold 0\.5 lies above the high one 0\.2"):
        canny(square(), 1, 0.5, 0.2)
    canny(square(), 1, 0.2, 0.2)


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (2, 2)])
def test_canny_and_correlation_take_any_shape(shape):
    values = np.random.default_rng(0).uniform(0, 255, shape).astype(np.float32)
    assert canny(values, 1, 0.1, 0.2).shape == shape
    assert canny(values, 0, 0.1, 0.2).shape == shape
    assert correlate(values, np.ones((7, 7), np.float32)).shape == shape


def test_learned_maps_are_the_layers_own():
    random = np.random.default_rng(0)
    weights = {
        "kernel": random.normal(size=(3, 3, 1, 4)).astype(np.float32),
        "bias": np.array([0, 1, -9, 0.5], np.float32),
    }
    values = random.uniform(0, 255, (12, 15)).astype(np.float32)
    layer = Conv2D(4, (3, 3), padding="same", activation="relu")
    maps = filtering.learned_maps(layer, weights, values)
    assert maps.shape == (12, 15, 4)
    for number in range(4):
        one = correlate(values / 255, weights["kernel"][:, :, 0, number]) + weights["bias"][number]
        np.testing.assert_allclose(maps[..., number], np.maximum(one, 0), atol=1e-5)
        np.testing.assert_allclose(filtering.learned_map(layer, weights, values, number), maps[..., number], atol=1e-5)


def test_shrinking_takes_means_and_leaves_what_is_too_small():
    assert filtering.shrunk(np.arange(16.0).reshape(4, 4), 2).tolist() == [[2.5, 4.5], [10.5, 12.5]]
    assert filtering.shrunk(np.ones((5, 9)), 4).shape == (1, 2)
    assert filtering.shrunk(np.ones((1, 5000)), 4).shape == (1, 5000)
