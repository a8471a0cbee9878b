"""From a picture to the model's input: each step does what it says, for any shape of picture."""

import numpy as np
import pytest

from explorer.inspection.preprocessing import CROPS, NEVER, SQUARE, WHOLE, area_average, prepare
from explorer.messages import ExplorerError


def picture(height, width, paper=255, ink=0, box=(slice(10, 30), slice(20, 30))):
    made = np.full((height, width, 3), paper, np.uint8)
    made[box] = ink
    return made


def test_a_dark_shape_on_paper_becomes_a_light_one_on_black_that_fills_the_square():
    grey, cropped, inverted, small, last = prepare(picture(60, 100))
    assert grey.picture.shape == (60, 100)
    assert cropped.picture.shape == (20, 20)
    assert str(cropped.done) == "cropped, 20 × 20"
    assert str(inverted.done) == "inverted"
    assert small.picture.shape == last.picture.shape == (28, 28)
    assert last.picture.dtype == np.float32
    # The shape is half as wide as high, and in the middle.
    assert (last.picture[:, 7:21] == 1).all()
    assert not last.picture[:, :7].any()
    assert not last.picture[:, 21:].any()


def test_a_light_shape_on_black_stays_light():
    steps = prepare(picture(60, 100, paper=10, ink=200))
    assert str(steps[2].done) == "not inverted"
    assert (steps[-1].picture[:, 7:21] == 1).all()
    assert not steps[-1].picture[:, :7].any()


def test_inverting_can_be_forbidden():
    last = prepare(picture(60, 100), invert=NEVER)[-1].picture
    assert (last[:, :7] == 1).all()
    assert not last[:, 7:21].any()


def test_the_whole_picture_keeps_its_place_on_a_square_of_background():
    steps = prepare(picture(60, 100), crop=WHOLE)
    assert steps[1].picture.shape == (100, 100)
    assert steps[-1].picture[:5].max() == 0


def test_greys_are_weighed_as_the_eye_does():
    made = picture(20, 20, paper=0)
    made[5:15, 5:15] = (0, 255, 0)
    assert prepare(made)[0].picture[10, 10] == pytest.approx(0.587)


@pytest.mark.parametrize("crop", CROPS)
@pytest.mark.parametrize("shape", [(2, 2), (28, 28), (31, 17), (1, 512), (512, 1), (300, 512)])
def test_any_size_becomes_28_by_28(crop, shape):
    ramp = np.linspace(0, 255, np.prod(shape)).reshape(shape).astype(np.uint8)
    if crop == SQUARE and 1 in shape:
        with pytest.raises(ExplorerError):
            prepare(np.dstack([ramp] * 3), crop=crop)
        return
    last = prepare(np.dstack([ramp] * 3), crop=crop)[-1].picture
    assert last.shape == (28, 28)
    assert 0 == last.min() < last.max() == 1


@pytest.mark.parametrize("crop", CROPS)
@pytest.mark.parametrize("shade", [0, 130, 255])
def test_a_picture_of_one_grey_is_a_sentence(crop, shade):
    with pytest.raises(ExplorerError, match="background"):
        prepare(np.full((40, 50, 3), shade, np.uint8), crop=crop)


def test_the_area_average_keeps_the_mean_and_is_exact_for_whole_blocks():
    made = np.random.default_rng(4).random((56, 84))
    blocks = made.reshape(28, 2, 28, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(area_average(made, 28), blocks, rtol=1e-5)
    uneven = np.random.default_rng(4).random((41, 33))
    assert area_average(uneven, 28).mean() == pytest.approx(uneven.mean(), rel=1e-5)
