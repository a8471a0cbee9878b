"""A kernel that a reader writes: as text in the link, resized, and whatever the browser sends."""

import numpy as np
import pytest

from explorer.widgets.own_kernel import FARTHEST, cleaned, read, resized, written


def test_a_kernel_goes_into_the_link_and_comes_back():
    kernel = np.array([[1, 0, -1], [0.5, -2.25, 1e-3], [1000, -1000, 0]], np.float32)
    assert written(kernel) == "1,0,-1;0.5,-2.25,0.001;1000,-1000,0"
    np.testing.assert_array_equal(read(written(kernel)), kernel)


@pytest.mark.parametrize("text", ["", "1,2", "1;2", "1,2;3,nan", "inf", "1001", "x", "1,2;3,4;", "1" * 5000])
def test_what_is_no_kernel_is_refused(text):
    with pytest.raises(ValueError, match=r"could not convert|^[\d,;.a-z]*$"):
        read(text)


def test_whatever_the_browser_sends_becomes_a_number_within_bounds():
    cells = [[1, None, "2.5"], ["word", float("nan"), float("inf")], [5e9, -5e9, True]]
    assert cleaned(cells).tolist() == [[1, 0, 2.5], [0, 0, 0], [FARTHEST, -FARTHEST, 1]]


@pytest.mark.parametrize("size", range(1, 8))
def test_growing_and_shrinking_again_gives_the_kernel_back(size):
    kernel = np.random.default_rng(size).normal(size=(size, size)).astype(np.float32)
    for larger in range(size, 8):
        np.testing.assert_array_equal(resized(resized(kernel, larger), size), kernel)


def test_growing_keeps_the_middle_in_the_middle():
    assert resized(np.array([[5]], np.float32), 3).tolist() == [[0, 0, 0], [0, 5, 0], [0, 0, 0]]
