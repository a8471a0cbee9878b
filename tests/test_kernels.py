"""Filters made by hand: at size 3 the matrices of the textbooks, at every size what their idea promises."""

import numpy as np
import pytest

from explorer.layers.kernels import KERNELS, LARGEST, binomial, derivative

SIZES = range(1, LARGEST + 1)

TEXTBOOK = {
    "prewitt-vertical": [[1, 0, -1], [1, 0, -1], [1, 0, -1]],
    "prewitt-horizontal": [[1, 1, 1], [0, 0, 0], [-1, -1, -1]],
    "sobel-vertical": [[1, 0, -1], [2, 0, -2], [1, 0, -1]],
    "sobel-horizontal": [[1, 2, 1], [0, 0, 0], [-1, -2, -1]],
    "laplacian": [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
    "box": [[1 / 9] * 3] * 3,
    "gaussian": [[1 / 16, 2 / 16, 1 / 16], [2 / 16, 4 / 16, 2 / 16], [1 / 16, 2 / 16, 1 / 16]],
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "emboss": [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
    "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
}
EDGES = ("prewitt-vertical", "prewitt-horizontal", "sobel-vertical", "sobel-horizontal", "laplacian")
PICTURES = ("box", "gaussian", "sharpen", "identity", "emboss")


def test_every_filter_is_compared_with_the_textbook():
    assert set(TEXTBOOK) == set(KERNELS)


@pytest.mark.parametrize("name", KERNELS)
def test_size_3_is_the_textbooks(name):
    np.testing.assert_array_equal(KERNELS[name](3), np.array(TEXTBOOK[name], np.float32))


@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize("size", SIZES)
def test_every_size_is_a_square_of_finite_numbers(name, size):
    kernel = KERNELS[name](size)
    assert kernel.shape == (size, size)
    assert kernel.dtype == np.float32
    assert np.isfinite(kernel).all()


@pytest.mark.parametrize("size", SIZES)
def test_edges_sum_to_0_and_pictures_to_1(size):
    for name in EDGES:
        assert KERNELS[name](size).sum() == pytest.approx(0, abs=1e-5)
    for name in PICTURES:
        assert KERNELS[name](size).sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("size", SIZES)
def test_horizontal_is_vertical_turned(size):
    for name in ("prewitt", "sobel"):
        np.testing.assert_array_equal(KERNELS[f"{name}-horizontal"](size), KERNELS[f"{name}-vertical"](size).T)


@pytest.mark.parametrize("size", range(2, LARGEST + 1))
def test_slopes_answer_to_a_slope_and_the_laplacian_does_not(size):
    falling = np.tile(-np.arange(size, dtype=float), (size, 1))
    assert (KERNELS["prewitt-vertical"](size) * falling).sum() > 0
    assert (KERNELS["prewitt-horizontal"](size) * falling).sum() == pytest.approx(0, abs=1e-4)
    assert (KERNELS["laplacian"](size) * falling).sum() == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("size", range(3, LARGEST + 1))
def test_the_laplacian_of_a_bowl_is_its_curvature_at_every_size(size):
    """x² + y² bends by 2 in each direction everywhere, however much it is smoothed."""
    rows, columns = np.mgrid[0:size, 0:size].astype(float)
    assert (KERNELS["laplacian"](size) * (rows**2 + columns**2)).sum() == pytest.approx(4, abs=1e-3)


def test_rows_by_hand():
    assert [binomial(size).tolist() for size in (1, 2, 3, 5)] == [[1], [1, 1], [1, 2, 1], [1, 4, 6, 4, 1]]
    assert [derivative(size).tolist() for size in (1, 2, 3, 4)] == [[0], [1, -1], [1, 0, -1], [1, 1, -1, -1]]


def test_each_has_a_title_and_an_idea():
    for name, made in KERNELS.items():
        assert made.name == name
        assert made.title
        assert made.idea.endswith(".")
