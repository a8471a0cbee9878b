"""Inside an RNN in a browser, with the shipped models: clamps, a swapped word, the epoch slider, chips as text."""

import re

import pytest
from browser.conftest import figure, mark, marked, says, settled, values, visit
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

TITLE = "el => el.layout.title.text"


def title(page, part):
    return figure(page, part).evaluate(TITLE)


def line(page, part, place=0):
    """The numbers of one line of the picture."""
    script = "(el, place) => [...el._fullData.filter(curve => curve.type === 'scatter')[place].y]"
    return figure(page, part).evaluate(script, place)


def test_a_gate_is_held_and_let_go(server, page):
    visit(page, server, "inside_rnn?read_view=clamp&read_text=a+bad+film")
    before = line(page, "Nothing is held yet")
    mark(figure(page, "Nothing is held yet"))
    page.get_by_role("button", name="c frozen: f = 1, i = 0").click()
    figure(page, "clamped")
    settled(page)
    free, clamped = line(page, "clamped"), line(page, "clamped", 1)
    assert free == before
    assert clamped != free
    assert marked(page, "clamped"), "the picture changes in place"
    expect(page).to_have_url(re.compile("read_clamps="))
    page.reload()
    figure(page, "clamped")
    assert line(page, "clamped", 1) == clamped
    page.get_by_role("button", name="Let all go").click()
    figure(page, "Nothing is held yet")
    expect(page).not_to_have_url(re.compile("read_clamps="))


def test_a_clicked_word_is_replaced_and_deleted(server, page):
    visit(page, server, "inside_rnn?read_view=swap&read_text=the+film+is+wonderful+and+great")
    page.locator(".chips").get_by_role("button", name="great").click()
    figure(page, "“great” deleted")
    settled(page)
    field = page.get_by_role("textbox", name="In its place")
    field.fill("bad")
    field.press("Enter")
    figure(page, "“bad” for “great”")
    settled(page)
    before, after = line(page, "“bad” for “great”"), line(page, "“bad” for “great”", 1)
    assert before[:-1] == pytest.approx(after[:-1], abs=1e-6)
    assert after[-1] < before[-1]
    expect(page).to_have_url(re.compile("read_word=bad"))


def test_the_epoch_slider_moves_the_same_picture(server, page):
    visit(page, server, "inside_rnn?read_text=a+great+film")
    plot = figure(page, "gates and states of")
    before, kept = values(plot), title(page, "gates and states of")
    mark(plot)
    page.get_by_role("slider", name="Epoch").press("Home")
    figure(page, "epoch 0")
    settled(page)
    assert title(page, "epoch 0") != kept
    assert values(figure(page, "epoch 0")) != before
    assert marked(page, "epoch 0"), "the picture changes in place"
    expect(page).to_have_url(re.compile("read_epoch=0"))


def test_markup_in_a_review_is_shown_as_text(server, page):
    visit(page, server, "inside_rnn")
    box = page.get_by_role("textbox", name="Your review")
    box.fill("<img/src=x/onerror=alert(1)> **great**")
    box.press("Control+Enter")
    chip = page.locator(".chips .chip", has_text="onerror")
    chip.wait_for()
    settled(page)
    expect(page.locator(".chips img")).to_have_count(0)
    chip.hover()
    says(page, "unknown to the model")
