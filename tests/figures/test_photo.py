"""Filtered values as pictures: their shades by hand, and cells with their numbers."""

import io

import numpy as np
import pytest
from PIL import Image

from explorer.figures import photo, theme
from explorer.figures.cells import CellLabels, cells_figure, short, written

LABELS = CellLabels("row", "column", "value")


def test_without_sign_black_is_0_and_white_is_the_reach():
    values = np.array([[0, 50, -100, 300]], np.float32)
    assert photo.absolute(values, 100).tolist() == [[0, 127, 255, 255]]


def test_with_sign_one_channel_takes_the_diverging_colours():
    ends = (
        [int(theme.SIGNED[0][1][n : n + 2], 16) for n in (1, 3, 5)],
        [int(theme.SIGNED[-1][1][n : n + 2], 16) for n in (1, 3, 5)],
    )
    shown = photo.signed(np.array([[-9, -2, 0, 2, 9]], np.float32), 2)[0]
    assert shown.shape == (5, 3)
    assert shown[0].tolist() == shown[1].tolist() == ends[0]
    assert shown[3].tolist() == shown[4].tolist() == ends[1]
    assert shown[2].min() > 240
    assert photo.signed(np.zeros((1, 1), np.float32), 2, dark=True).max() < 40


def test_with_sign_three_channels_take_brightness_about_grey():
    assert photo.signed(np.array([[[-5, 0, 5]]], np.float32), 5).tolist() == [[[0, 127, 255]]]


@pytest.mark.parametrize("shape", [(100, 80), (100, 80, 3)])
@pytest.mark.parametrize("place", [(50, 40), (0, 0), (99, 79)])
def test_a_frame_lies_around_the_pixel_and_leaves_the_rest(shape, place):
    picture = np.full(shape, 7, np.uint8)
    shown = photo.marked(picture, *place, 3)
    framed = (shown == photo.FRAME).all(axis=2)
    assert framed.any()
    assert np.abs(np.argwhere(framed) - place).max() <= 9
    assert (shown[~framed] == 7).all()
    assert (picture == 7).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (28, 28)])
def test_a_small_picture_is_not_hidden_by_a_frame(shape):
    assert (photo.marked(np.full(shape, 7, np.uint8), 0, 0, 7) == 7).all()


def test_tiles_lie_in_order_and_fill_up_with_paper():
    tiles = photo.tiled(np.stack([np.full((2, 3), shade, np.uint8) for shade in (10, 20, 30)], -1), 2, paper=9)
    assert tiles.shape == (6, 8)
    assert (tiles[:2, :3] == 10).all()
    assert (tiles[:2, 5:] == 20).all()
    assert (tiles[4:, :3] == 30).all()
    assert (tiles[4:, 5:] == 9).all()


@pytest.mark.parametrize("shape", [(20, 30), (20, 30, 3)])
def test_a_jpeg_holds_the_picture(shape):
    found = Image.open(io.BytesIO(photo.jpeg(np.full(shape, 90, np.uint8))))
    assert found.format == "JPEG"
    assert found.size == (30, 20)
    assert np.abs(np.asarray(found).astype(int) - 90).max() <= 1


def test_cells_hold_their_numbers_on_a_scale_about_0():
    drawn = cells_figure(np.array([[1.0, -0.25], [0, 1234.5]]), "<kernel>", LABELS).data[0]
    assert drawn.text == (("1", "−0.25"), ("0", "1234")) or [list(row) for row in drawn.text] == [
        ["1", "−0.25"],
        ["0", "1234"],
    ]
    assert (drawn.zmin, drawn.zmax) == (-1234.5, 1234.5)


def test_cells_of_a_photo_run_from_black_to_white():
    drawn = cells_figure(np.array([[0.0, 200]]), "patch", LABELS, white=255).data[0]
    assert (drawn.zmin, drawn.zmax) == (0, 255)
    assert drawn.colorscale[0][1] == "#111111"


def test_cells_of_zeros_have_a_scale_too():
    drawn = cells_figure(np.zeros((3, 3)), "kernel", LABELS).data[0]
    assert drawn.zmin < 0 < drawn.zmax


def test_numbers_are_short_and_read_out_row_by_row():
    assert [short(value) for value in (0, -0.0, 1, -1, 0.111111, 163199.4)] == ["0", "0", "1", "−1", "0.111", "163199"]
    assert written(np.array([[1, 0], [-1, 2.5]])) == "1, 0; −1, 2.5"
