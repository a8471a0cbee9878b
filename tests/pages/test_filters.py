"""The page *Filters*: every filter over both photos, own pictures, own kernels, and bad input."""

import io
import json

import numpy as np
import pytest
from pages.conftest import figure, figures, plain, show, title_of
from PIL import Image

from explorer.inspection import filtering
from explorer.layers.kernels import KERNELS
from explorer.widgets import pictures
from explorer.widgets.filters_choice import BANDS, CANNY, COLOUR, GREY, OWN, SEPARATE

pytestmark = pytest.mark.pages

FILTERS = "pages/filters.py"
NAMES = [*KERNELS, OWN, CANNY]


def saved(picture, kind="PNG"):
    file = io.BytesIO()
    Image.fromarray(picture).save(file, kind)
    return file.getvalue()


def images(at):
    """The titles of the pictures, which are also what those hear who cannot see them."""
    shown = [image for element in at.get("image") for image in element.proto.imgs]
    assert all(image.alt for image in shown)
    return [image.caption.replace("\\", "") for image in shown]


def assert_well(at):
    assert not at.exception
    assert plain(at.error) == plain(at.warning) == []


def cells(at, key):
    return list(figure(at, f"cells-{key}")["data"][0]["text"])


def upload(at, name, content):
    at.selectbox(key="photo").set_value("upload").run()
    at.file_uploader(key="photo-upload").set_value((name, content, "image/png")).run()
    return at


def test_the_page_opens_with_the_notes_kernel_on_a_photo():
    at = show(FILTERS)
    assert_well(at)
    assert images(at) == ["The photo: 640 × 427 pixels", "Prewitt, vertical edges"]
    assert cells(at, "kernel") == [["1", "0", "−1"]] * 3
    assert dict(at.query_params) == {}


@pytest.mark.parametrize("name", NAMES)
def test_every_filter_is_shown(name):
    at = show(FILTERS, filter=name)
    assert_well(at)
    assert len(images(at)) == 2
    assert ("cells-kernel" in figures(at)) == (name != CANNY)


@pytest.mark.parametrize("size", range(1, 8))
@pytest.mark.parametrize("name", ["sobel-vertical", "gaussian", OWN])
def test_every_size_is_shown(name, size):
    at = show(FILTERS, filter=name, filter_size=str(size))
    assert_well(at)
    assert len(cells(at, "kernel")) == size


@pytest.mark.parametrize("channels", [COLOUR, SEPARATE, GREY, *BANDS])
@pytest.mark.parametrize("values", ["absolute", "signed"])
@pytest.mark.parametrize("name", ["emboss", CANNY])
def test_every_view_of_the_channels_is_shown(channels, values, name):
    at = show(FILTERS, filter=name, filter_channels=channels, filter_values=values)
    assert_well(at)
    assert len(images(at)) == (6 if channels == SEPARATE else 2)


def test_the_range_of_the_values_is_said():
    at = show(FILTERS, filter_channels="grey")
    values = filtering.correlate(filtering.grey(pictures.sample("china")), KERNELS["prewitt-vertical"](3))
    said = plain(at.caption)[-1].replace("−", "-")
    assert f"Values {values.min():.0f} to {values.max():.0f}." in said
    assert "lie beyond" in said


def test_a_pixels_arithmetic_is_that_of_the_photo():
    at = show(FILTERS, pixel_row="101", pixel_column="201", pixel_channel="green", filter="sobel-horizontal")
    assert_well(at)
    patch = pictures.sample("china")[99:102, 199:202, 1].astype(int)
    kernel = KERNELS["sobel-horizontal"](3).astype(int)
    assert cells(at, "patch") == [[str(value) for value in row] for row in patch]
    assert cells(at, "products") == [[str(value).replace("-", "−") for value in row] for row in patch * kernel]
    total = str(int((patch * kernel).sum())).replace("-", "−")
    assert title_of(figure(at, "cells-products")) == f"= products, together {total}"
    assert any(text.endswith(f"= {total}") for text in plain(at.markdown))


def test_beyond_the_border_lie_zeros_or_the_nearest_pixel():
    corner = {"pixel_row": "1", "pixel_column": "1"}
    zeros, edge = show(FILTERS, **corner), show(FILTERS, filter_border="edge", **corner)
    first = pictures.sample("china")[0, 0, 0]
    assert cells(zeros, "patch")[0] == ["0", "0", "0"]
    assert cells(edge, "patch")[0][:2] == [str(first)] * 2


def test_the_notes_example_sums_to_minus_one():
    at = show(FILTERS, pixel_patch="notes", filter="gaussian", filter_size="5")
    assert_well(at)
    assert cells(at, "patch") == [["2", "3", "1"], ["3", "4", "2"], ["3", "4", "6"]]
    assert any("2 × 1 + 3 × 0 + 1 × (−1)" in text and text.endswith("= −1") for text in plain(at.markdown))


def test_moving_the_controls_moves_the_link():
    at = show(FILTERS)
    at.selectbox(key="filter").set_value("box").run()
    at.slider(key="filter_size").set_value(5).run()
    at.selectbox(key="photo").set_value("flower").run()
    at.number_input(key="pixel_row").set_value(3).run()
    assert_well(at)
    wanted = {"filter": "box", "filter_size": "5", "photo": "flower", "pixel_row": "3"}
    assert {key: at.query_params[key] for key in wanted} == wanted


def test_an_own_kernel_comes_from_the_link_and_goes_into_it():
    at = show(FILTERS, filter=OWN, own_kernel="1,2;3,-4.5", filter_size="2")
    assert_well(at)
    assert cells(at, "kernel") == [["1", "2"], ["3", "−4.5"]]
    at.slider(key="filter_size").set_value(3).run()
    assert cells(at, "kernel") == [["0", "0", "0"], ["0", "1", "2"], ["0", "3", "−4.5"]] or cells(at, "kernel") == [
        ["1", "2", "0"],
        ["3", "−4.5", "0"],
        ["0", "0", "0"],
    ]


@pytest.mark.parametrize("text", ["0,0,0;0,0,0;0,0,0", "0"])
def test_a_kernel_of_zeros_is_said_to_give_an_empty_picture(text):
    at = show(FILTERS, filter=OWN, own_kernel=text)
    assert_well(at)
    assert any("every output is 0" in said for said in plain(at.info))
    assert len(images(at)) == 2


@pytest.mark.parametrize(
    "text", ["1,2;3", "1,nan;2,3", "1e9", "a,b;c,d", ";;;", ",".join(["1"] * 900), ";".join([",".join("1" * 8)] * 8)]
)
def test_nonsense_for_a_kernel_is_said_and_the_page_stays(text):
    at = show(FILTERS, filter=OWN, own_kernel=text)
    assert not at.exception
    assert len(at.warning) == 1
    assert cells(at, "kernel") == [["1", "0", "−1"]] * 3


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("photo", "../secret"),
        ("photo", "upload"),
        ("filter", "magic"),
        ("filter_size", "8"),
        ("filter_size", "0"),
        ("filter_channels", "ultraviolet"),
        ("filter_border", "mirror"),
        ("filter_kind", "found"),
        ("pixel_row", "428"),
        ("pixel_column", "-1"),
        ("pixel_patch", "mine"),
    ],
)
def test_nonsense_in_the_link_is_said_and_the_page_shows_its_defaults(key, value):
    at = show(FILTERS, **{key: value})
    assert not at.exception
    assert len(at.warning) == 1
    assert images(at) == ["The photo: 640 × 427 pixels", "Prewitt, vertical edges"]


def test_thresholds_the_wrong_way_round_are_said_and_the_photo_stays():
    at = show(FILTERS, filter=CANNY, canny_low="0.5")
    assert not at.exception
    assert plain(at.error) == [
        "The low threshold 0.5 lies above the high one 0.2: an edge must begin before it continues."
    ]
    assert len(images(at)) == 1
    at.slider(key="canny_low").set_value(0.1).run()
    assert_well(at)
    assert len(images(at)) == 2


@pytest.mark.parametrize(("key", "value"), [("canny_sigma", "99"), ("canny_low", "nan"), ("canny_high", "high")])
def test_nonsense_for_canny_is_said(key, value):
    at = show(FILTERS, filter=CANNY, **{key: value})
    assert not at.exception
    assert len(at.warning) == 1
    assert len(images(at)) == 2


@pytest.mark.parametrize("number", [1, 17, 32])
def test_learned_filters_go_over_the_same_photo(number):
    at = show(FILTERS, filter_kind="learned", learned_filter=str(number))
    assert_well(at)
    assert len(images(at)) == 2
    assert images(at)[0].startswith(f"Filter {number}: values 0 to ")
    drawn = figures(at)
    assert set(drawn) == {"cells-kernel", "learned-kernels", "untrained-kernels"}
    assert drawn["learned-kernels"]["data"][0]["z"] != drawn["untrained-kernels"]["data"][0]["z"]
    assert any("learned filters replaced them" in text for text in plain(at.markdown))


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (28, 28), (800, 600)])
def test_an_own_picture_of_any_shape_is_filtered(shape):
    picture = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    at = upload(show(FILTERS), "mine.png", saved(picture))
    assert_well(at)
    scale = min(1, 640 / max(shape))
    height, width = (max(1, round(length * scale)) for length in shape)
    assert images(at)[0] == f"The photo: {width} × {height} pixels"
    for kind in ("learned", "made"):
        at.segmented_control(key="filter_kind").set_value(kind).run()
        assert_well(at)


def test_a_text_named_png_is_said_and_the_last_good_picture_stays():
    at = upload(show(FILTERS), "mine.png", saved(np.full((30, 50, 3), 9, np.uint8)))
    assert images(at)[0] == "The photo: 50 × 30 pixels"
    at.file_uploader(key="photo-upload").set_value(("notes.png", b"these are words", "image/png")).run()
    assert not at.exception
    assert len(at.error) == 1
    assert "no image that can be read here" in plain(at.error)[0]
    assert images(at)[0] == "The photo: 50 × 30 pixels"
    # The sentence stays while the file does.
    at.selectbox(key="filter").set_value("box").run()
    assert len(at.error) == 1


def test_the_camera_is_asked_for_only_when_the_reader_wants_it():
    at = show(FILTERS)
    assert not at.get("camera_input")
    at.selectbox(key="photo").set_value("camera").run()
    assert_well(at)
    assert at.get("camera_input")
    assert len(images(at)) == 2
    assert "photo" not in at.query_params


def test_a_smaller_picture_forgets_a_pixel_that_it_has_not():
    at = show(FILTERS, pixel_row="400", pixel_column="600")
    upload(at, "mine.png", saved(np.zeros((10, 10, 3), np.uint8)))
    assert_well(at)
    assert title_of(figure(at, "cells-patch")) == "Row 6, column 6"
    assert (at.number_input(key="pixel_row").value, at.number_input(key="pixel_column").value) == (6, 6)


def test_what_travels_for_the_figures_is_small():
    at = show(FILTERS, filter="sobel-vertical", filter_size="7")
    assert sum(len(json.dumps(drawn)) for drawn in figures(at).values()) < 20_000
