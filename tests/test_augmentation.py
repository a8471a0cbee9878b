"""Random changes of images: their ranges, their matrices, and what they leave alone."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.augmentation import NOTES, Augmentation, Changes, apply, draw, matrices, parts
from explorer.messages import ExplorerError

SIZE = (28, 28)


def one(**wanted):
    still = {
        "rotation": 0,
        "right": 0,
        "down": 0,
        "shear": 0,
        "zoom_x": 1,
        "zoom_y": 1,
        "flip_x": False,
        "flip_y": False,
    }
    return Changes(**{name: np.array([value]) for name, value in (still | wanted).items()})


def image(seed=0, size=SIZE):
    return np.random.default_rng(seed).random((1, *size, 1)).astype(np.float32)


def test_at_first_nothing_is_changed():
    changes = draw(Augmentation(), 50, SIZE, np.random.default_rng(0))
    np.testing.assert_allclose(matrices(changes, SIZE), np.repeat(np.eye(3)[None], 50, axis=0), atol=1e-12)
    images = np.repeat(image(), 50, axis=0)
    np.testing.assert_allclose(apply(images, matrices(changes, SIZE)), images, atol=1e-6)


def test_every_change_keeps_within_its_range_and_uses_all_of_it():
    wanted = dataclasses.replace(NOTES, share=1.0, vertical_flip=True)
    changes = draw(wanted, 4000, (28, 20), np.random.default_rng(0))
    for values, reach in (
        (changes.rotation, 10),
        (changes.right, 2.0),
        (changes.down, 2.8),
        (changes.shear, 0.5),
        (changes.zoom_x - 1, 0.1),
        (changes.zoom_y - 1, 0.1),
    ):
        assert 0.95 * reach < np.abs(values).max() <= reach
        assert abs(values.mean()) < 0.1 * reach
    assert 0.45 < changes.flip_x.mean() < 0.55
    assert 0.45 < changes.flip_y.mean() < 0.55


def test_only_the_share_is_changed_and_the_seed_decides():
    first, again = (draw(NOTES, 3000, SIZE, np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(first.rotation, again.rotation)
    assert np.mean(first.rotation != 0) == pytest.approx(1 / 3, abs=0.03)
    untouched = first.rotation == 0
    assert not first.flip_x[untouched].any()
    assert set(first.zoom_x[untouched]) == {1.0}


def test_flips_and_whole_shifts_move_pixels():
    picture = image()
    np.testing.assert_allclose(apply(picture, matrices(one(flip_x=True), SIZE)), picture[:, :, ::-1], atol=1e-6)
    np.testing.assert_allclose(apply(picture, matrices(one(flip_y=True), SIZE)), picture[:, ::-1], atol=1e-6)
    np.testing.assert_allclose(apply(picture, matrices(one(rotation=180), SIZE)), picture[:, ::-1, ::-1], atol=1e-5)
    moved = apply(picture, matrices(one(right=3), SIZE))
    np.testing.assert_allclose(moved[:, :, :-3], picture[:, :, 3:], atol=1e-6)
    np.testing.assert_allclose(moved[:, :, -3:], np.repeat(picture[:, :, -1:], 3, axis=2), atol=1e-6)


@settings(deadline=None, max_examples=40)
@given(rotation=st.floats(-180, 180), right=st.floats(-9, 9), shear=st.floats(-40, 40), zoom=st.floats(0.3, 1.8))
def test_the_matrix_is_the_product_of_its_parts_about_the_middle(rotation, right, shear, zoom):
    changes = one(rotation=rotation, right=right, shear=shear, zoom_x=zoom)
    product = np.linalg.multi_dot([factor[0] for factor in parts(changes).values()])
    middle = np.array([(SIZE[1] - 1) / 2, (SIZE[0] - 1) / 2, 1])
    point = np.array([3.0, 20.0, 1.0])
    offset = point - [middle[0], middle[1], 0]
    expected = product @ offset + [middle[0], middle[1], 0]
    np.testing.assert_allclose(matrices(changes, SIZE)[0] @ point, expected, atol=1e-9)


def test_a_setting_that_cannot_work_is_refused():
    with pytest.raises(ExplorerError, match="zoom_range"):
        Augmentation(zoom_range=1.5)
    with pytest.raises(ExplorerError):
        Augmentation.from_dict({"zoom": 0.1})
    assert Augmentation.from_dict(dataclasses.asdict(NOTES)) == NOTES
