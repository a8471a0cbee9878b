"""Pictures of the reader's own, as a browser gives them: by the camera and as a file."""

import io
import re

import pytest
from browser.conftest import settled, until, visit
from PIL import Image

pytestmark = pytest.mark.browser


def choose(page, title):
    page.get_by_role("combobox", name="Picture").click()
    page.get_by_role("option", name=title).click()
    settled(page)


def test_the_cameras_picture_is_filtered(server, page):
    """Chromium plays a camera: a green disc on a moving ground."""
    visit(page, server, "filters")
    choose(page, "My camera")
    page.wait_for_function("() => document.querySelector('video')?.videoWidth > 0")
    page.get_by_role("button", name="Take Photo").click()
    page.get_by_role("button", name="Clear photo").wait_for()
    # The sample photo was 640 × 427, which no camera gives.
    caption = page.get_by_text(re.compile(r"The photo: \d+ × \d+ pixels"))
    until(lambda: "× 427" not in caption.inner_text(), 30, page)
    width, height = map(int, re.findall(r"\d+", caption.inner_text()))
    assert width == 640
    assert height in (360, 480)


def test_a_file_is_filtered_as_it_was_held(server, page):
    upright = Image.new("RGB", (60, 40), "teal")
    exif = Image.Exif()
    exif[0x0112] = 6
    content = io.BytesIO()
    upright.save(content, "JPEG", exif=exif)
    visit(page, server, "filters")
    choose(page, "A file of mine")
    page.locator("input[type=file]").set_input_files(
        {"name": "![x](http://example.org).jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}
    )
    page.get_by_text("The photo: 40 × 60 pixels").wait_for()
