"""The saliency overlay: values at their places, clear where there is nothing to say."""

import numpy as np
import pytest

from explorer.figures import theme
from explorer.figures.payload import to_json
from explorer.figures.saliency import Overlay, SaliencyLabels, saliency_figure

EVIL = "<a href='javascript:alert(1)'>x</a> & <b> %{x}"
SALIENCY_LABELS = SaliencyLabels("row", "column", "drop", ".2%")


def test_saliency_lies_over_the_image_with_every_value_at_its_place():
    values = np.array([[0.1, 0.4], [0.0, 0.2]], np.float32)
    image, over = saliency_figure(np.eye(2), Overlay.of_pixels(values), EVIL, SALIENCY_LABELS).data
    np.testing.assert_array_equal(image.z, 255 * np.eye(2))
    assert image.hoverinfo == "skip"
    np.testing.assert_array_equal(over.z, values)
    assert (over.zmin, over.zmax) == (0, np.float32(0.4))
    assert over.x.tolist() == over.y.tolist() == [0.5, 1.5, 2.5]
    assert over.hovertemplate.startswith("row %{y}, column %{x}<br>drop %{z:.2%}")


def test_signed_saliency_is_clear_at_zero_and_no_rounding_is_blown_up():
    overlay = Overlay(np.array([[1e-7, -2e-7]]), np.array([0]), np.array([0, 2]), 2, signed=True, least=0.01)
    figure = saliency_figure(np.zeros((2, 4)), overlay, "title", SALIENCY_LABELS)
    assert (figure.data[1].zmin, figure.data[1].zmax) == (-0.01, 0.01)
    middle = [colour for place, colour in figure.data[1].colorscale if place == 0.5]
    assert [colour[-2:] for colour in middle] == ["00", "00"]


def test_a_patch_is_named_by_the_pixels_it_covers_and_the_picture_is_filled():
    overlay = Overlay(np.zeros((2, 3)), np.array([0, 5]), np.array([0, 4, 7]), 3, signed=True)
    _, over = saliency_figure(np.zeros((8, 10)), overlay, "title", SALIENCY_LABELS).data
    assert over.text[1][2] == "row 6–8, column 8–10"
    assert over.x.tolist() == [0.5, 4.0, 7.5, 10.5]
    assert over.y.tolist() == [0.5, 4.5, 8.5]
    assert "%{text}" in over.hovertemplate


@pytest.mark.parametrize("dark", [False, True])
def test_saliency_of_nothing_is_drawn_and_light(dark):
    figure = saliency_figure(
        np.zeros((28, 28)), Overlay.of_pixels(np.zeros((28, 28))), EVIL, SALIENCY_LABELS, dark=dark
    )
    assert len(to_json(figure).encode()) < 10_000
    assert figure.layout.font.color == theme.tones(dark).text
    assert "<b>" not in figure.layout.title.text
