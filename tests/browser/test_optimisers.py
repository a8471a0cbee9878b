"""The optimisers' paths in the browser: they play without the server, scrub, and start where one clicks."""

import re

import numpy as np
import pytest
from browser.conftest import settled, visit
from playwright.sync_api import expect

from explorer.inspection.descent import descend
from explorer.inspection.optimizers import OPTIMIZERS, Constants
from explorer.inspection.surfaces import SURFACES

pytestmark = pytest.mark.browser

SURFACE = "canvas.over.surface"
PIXELS = "canvas => canvas.toDataURL()"


def written(value, digits=3):
    """A number as the browser writes it."""
    return f"{float(f'{float(np.float32(value)):.{digits}g}'):g}".replace("-", "−")


@pytest.fixture
def opened(server, page):
    """The page and every message between it and the server."""
    messages = []

    def listen(socket):
        socket.on("framesent", lambda frame: messages.append(frame))
        socket.on("framereceived", lambda frame: messages.append(frame))

    page.on("websocket", listen)
    visit(page, server, "optimisers?optim_chosen=sgd,momentum&optim_steps=60")
    says(page, "step 60 of 60")
    return page, messages


def says(page, text):
    page.locator(".optimisers .count", has_text=re.compile(f"^{text}$")).wait_for()


def scrub(page, step):
    page.get_by_role("slider", name="step", exact=True).fill(str(step))


def test_playing_moves_the_paths_without_the_server(opened):
    page, messages = opened
    page.wait_for_timeout(500)
    before = len(messages)
    page.get_by_label("Speed").select_option(label="30 per second")
    page.get_by_role("button", name="Play").click()
    says(page, "step [1-9][0-9]? of 60")
    first = page.locator(SURFACE).evaluate(PIXELS)
    page.get_by_role("button", name="Pause").wait_for()
    says(page, "step 60 of 60")
    assert page.locator(SURFACE).evaluate(PIXELS) != first
    page.get_by_role("button", name="Play").wait_for()
    assert len(messages) == before


def test_scrubbing_shows_the_step_with_its_numbers(opened):
    page, _messages = opened
    surface = SURFACES["ravine"]
    path = descend(surface, OPTIMIZERS["momentum"](0.02, Constants()), surface.start, 60)
    scrub(page, 7)
    says(page, "step 7 of 60")
    rule = page.locator(".optimisers .rule")
    velocity, before = path.quantities["v"][6], path.quantities["v"][5]
    expect(rule).to_contain_text(f"= ({written(velocity[0])}, {written(velocity[1])})")
    expect(rule).to_contain_text(f"0.9 × ({written(before[0])}, {written(before[1])})")
    expect(page.get_by_role("button", name="Momentum").last).to_contain_text(f"loss {written(path.losses[7], 4)}")
    page.get_by_role("button", name="Next step").click()
    says(page, "step 8 of 60")
    page.locator(".optimisers .legend").get_by_role("button", name="SGD").click()
    expect(rule).to_contain_text("−η·g")
    scrub(page, 0)
    expect(rule).to_contain_text("numbers of that step stand here")


def test_they_start_where_one_clicks_or_presses_enter(opened):
    page, _messages = opened
    canvas = page.locator(SURFACE)
    box = canvas.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 60)
    page.wait_for_url(re.compile("optim_x="))
    settled(page)
    x = float(re.search("optim_x=([-0-9.]+)", page.url)[1])
    canvas.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"optim_x=(?!{re.escape(f'{x:g}')}(&|$))"))
    moved = float(re.search("optim_x=([-0-9.]+)", page.url)[1])
    assert moved == pytest.approx(x + 0.02 * 6, abs=0.011)
