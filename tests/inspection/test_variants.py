"""One pixel of a variant, followed back: its value is the one in the changed image."""

import dataclasses

import numpy as np
import pytest

from explorer.augmentation import NOTES, apply, draw, matrices, parts
from explorer.inspection.variants import fetched

WILD = dataclasses.replace(NOTES, share=1.0, rotation_range=180, width_shift_range=0.4, vertical_flip=True)


@pytest.mark.parametrize("size", [(28, 28), (9, 14), (1, 6)])
def test_every_pixel_is_that_of_the_changed_image(size):
    image = np.random.default_rng(0).random(size)
    changes = draw(WILD, 5, size, np.random.default_rng(1))
    variants = apply(np.repeat(image[None, ..., None], 5, axis=0), matrices(changes, size))[..., 0]
    outside = 0
    for number, variant in enumerate(variants):
        product = np.linalg.multi_dot([factor[0] for factor in parts(changes[number]).values()])
        for row, column in np.ndindex(size):
            found = fetched(image, product, row, column)
            assert found.value == pytest.approx(variant[row, column], abs=1e-6)
            assert found.weights.sum() == pytest.approx(1)
            outside += found.outside
    assert outside


def test_a_shift_fetches_from_further_right():
    found = fetched(np.arange(12.0).reshape(3, 4), np.array([[1, 0, 1.5], [0, 1, 0], [0, 0, 1]]), 1, 0)
    assert found.offset.tolist() == [-1.5, 0]
    assert found.target.tolist() == [0, 0]
    assert found.place.tolist() == [1, 1.5]
    assert found.values.tolist() == [[5, 6], [9, 10]]
    assert found.value == 5.5
    assert not found.outside
