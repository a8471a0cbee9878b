"""Inside a CNN in a browser: a drawing by mouse and by keyboard, and a kernel edited cell by cell."""

import pytest
from browser.conftest import figure, says, settled, visit
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def pad(page):
    return page.locator(".sketch canvas")


def test_a_drawing_by_mouse_is_looked_at_and_stays(server, page):
    visit(page, server, "inside_cnn?source=drawing")
    says(page, "Draw a piece of clothing")
    box = pad(page).bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.9 * box["height"], steps=5)
    page.mouse.up()
    figure(page, "Input: your own image")
    says(page, "5 · stretched")
    settled(page)
    page.get_by_text("Edit weights").click()
    page.get_by_role("button", name="Undo all").first.wait_for()
    figure(page, "Input: your own image")
    page.locator(".sketch").get_by_role("button", name="Clear").click()
    says(page, "Draw a piece of clothing")


def test_a_drawing_by_keyboard(server, page):
    visit(page, server, "inside_cnn?source=drawing")
    pad(page).focus()
    for key in ("ArrowLeft", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    page.keyboard.down(" ")
    for _ in range(6):
        page.keyboard.press("ArrowDown")
    page.keyboard.up(" ")
    figure(page, "Input: your own image")
    expect(page.locator(".sketch .spoken")).to_have_text("row 72, column 52")


def test_a_cell_of_the_kernel_is_edited(server, page):
    visit(page, server, "inside_cnn?view=edit")
    grid = page.locator("[data-testid=stDataFrame]")
    grid.wait_for()
    box = grid.bounding_box()

    def write(row, value):
        page.mouse.dblclick(box["x"] + 40, box["y"] + 35 * (row + 1.5))
        cell = page.locator("#portal input")
        cell.fill(value)
        # The grid takes over what is typed a moment later.
        page.wait_for_timeout(300)
        cell.press("Enter")

    write(0, "5")
    says(page, "conv2d_1, filter 1, channel 1, row 1, column 1: 5")
    settled(page)
    write(1, "-3")
    says(page, "conv2d_1, filter 1, channel 1, row 2, column 1: -3")
    says(page, "Edits of the weights in force: 2.")
    figure(page, "Output of conv2d_1, edited")
    page.get_by_role("button", name="Undo", exact=True).click()
    says(page, "Edits of the weights in force: 1.")
    page.get_by_text("row 2, column 1: -3").wait_for(state="detached")
