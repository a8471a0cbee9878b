"""The grid of variants: grey shades on one scale, a text and a frame where the variant lies."""

import json

import numpy as np

from explorer.figures import theme
from explorer.figures.payload import to_json
from explorer.figures.variants import variants_figure
from explorer.inspection.mosaic import tile

IMAGES = np.stack([np.full((2, 3), value, np.float32) for value in (0.0, 0.5, 1.0, 1.0)], axis=-1)


def drawn(chosen=0, dark=False):
    told = ["first", "second <b>", "third", "fourth"]
    return variants_figure(tile(IMAGES, columns=2), told, chosen, "title", dark=dark)


def test_all_images_share_the_scale_from_paper_to_ink():
    shades = np.asarray(drawn().data[0].z)
    assert shades[0, :4].tolist() == [1, 1, 1, 0]
    assert shades[0, 4] == 128
    assert shades[3, 0] == shades[3, 4] == 255
    assert drawn().data[0].colorscale[-1][1] == theme.PAPER[-1][1]
    assert drawn(dark=True).data[0].colorscale[-1][1] == theme.PAPER_DARK[-1][1]


def test_each_text_lies_over_its_image():
    texts = drawn().data[1]
    assert [list(row) for row in texts.text] == [["first", "second &lt;b&gt;"], ["third", "fourth"]]
    assert (texts.x0, texts.dx, texts.y0, texts.dy) == (1, 4, 0.5, 3)


def test_the_frame_lies_around_the_chosen_image():
    frame = drawn(chosen=3).layout.shapes[0]
    assert (frame.x0, frame.x1, frame.y0, frame.y1) == (3.5, 6.5, 2.5, 4.5)


def test_a_hundred_images_are_light():
    images = np.random.default_rng(0).random((28, 28, 100), np.float32)
    text = to_json(variants_figure(tile(images, columns=10), ["variant"] * 100, 5, "title"))
    assert len(text.encode()) < 130_000
    assert json.loads(text)["data"][0]["z"]["dtype"] == "u1"
