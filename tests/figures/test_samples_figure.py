"""Pictures of images: grey and RGB, a few of each class, and as a photo."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from explorer.figures import photo, theme
from explorer.figures.image import image_figure
from explorer.figures.saliency import Overlay, SaliencyLabels, saliency_figure
from explorer.figures.samples import samples_figure

EVIL = "<a href='javascript:alert(1)'>x</a> & <b> %{x}"
LABELS = SaliencyLabels("row", "column", "drop")


def decoded(source):
    return np.array(Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2]))))


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size", [8, 64])
def test_samples_lie_in_a_row_for_each_class_and_gaps_are_clear(channels, size):
    numbers = np.random.default_rng(0)
    rows = [numbers.integers(0, 256, (count, size, size, channels), np.uint8) for count in (3, 2)]
    figure = samples_figure(rows, ["a · 3", EVIL], "title")
    picture = decoded(figure.data[0].source)
    band = picture.shape[0] // 2 - size
    gap = (picture.shape[1] - 3 * size) // 2
    for row, images in enumerate(rows):
        for column, image in enumerate(images):
            top, left = row * (size + band) + band, column * (size + gap)
            assert (picture[top : top + size, left : left + size, :3] == image).all()
    assert (picture[:band, :, 3] == 0).all()
    assert (picture[-size:, -size:, 3] == 0).all()
    assert [note.text for note in figure.layout.annotations] == ["a · 3", theme.plain(EVIL)]


def test_a_picture_survives_as_an_address():
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)
    np.testing.assert_array_equal(decoded(photo.data_uri(pixels)), pixels)


def test_an_rgb_image_keeps_its_bytes():
    pixels = np.random.default_rng(0).integers(0, 256, (4, 4, 3), np.uint8)
    (drawn,) = image_figure(pixels / np.float32(255), "t", "row", "column", "value").data
    assert drawn.type == "image"
    np.testing.assert_array_equal(drawn.z, pixels)
    assert "row %{y}, column %{x}" in drawn.hovertemplate


def test_a_grey_image_as_a_photo_is_black_at_0_whatever_the_theme():
    image = np.linspace(0, 1, 4).reshape(2, 2, 1)
    for dark in (False, True):
        (drawn,) = image_figure(image, "t", "row", "column", "value", as_photo=True, dark=dark).data
        assert [place[1] for place in drawn.colorscale] == ["#000000", "#ffffff"]
        np.testing.assert_allclose(drawn.z, image[..., 0])
    assert image_figure(image, "t", "row", "column", "value").data[0].colorscale[0][1] == "#ffffff"


def test_saliency_lies_over_the_brightness_of_an_rgb_image():
    image = np.zeros((2, 2, 3), np.float32)
    image[0, 0] = 1
    image[1, 1, 1] = 1
    below = saliency_figure(image, Overlay.of_pixels(np.zeros((2, 2))), "t", LABELS, as_photo=True).data[0]
    np.testing.assert_array_equal(below.z, [[255, 0], [0, 150]])
    assert below.colorscale[1][1] == "#ffffff"
    assert (
        saliency_figure(image, Overlay.of_pixels(np.zeros((2, 2))), "t", LABELS).data[0].colorscale[0][1] == "#ffffff"
    )
