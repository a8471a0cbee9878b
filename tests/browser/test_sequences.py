"""Recurrent networks trained live in a browser, each on its own page, and looked into afterwards."""

import re

import pytest
from browser.conftest import epochs, figure, points, press_train, says, settled, until, visit
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_cell_learns_reviews_and_is_looked_into(warm, page):
    visit(page, warm, "rnn_lab?rnn_data=snippets&rnn_preset=gru&rnn_epochs=2&rnn_examples=1000")
    press_train(page)
    says(page, "test accuracy")
    until(lambda: epochs(page, "Loss (") == (2, 2), 10, page)
    page.get_by_role("link", name="Look inside").click()
    says(page, "What does the network remember, word by word?")
    settled(page)
    expect(page).to_have_url(re.compile("/inside_rnn"))
    expect(page.locator(".chips").get_by_text("not", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("generation?gen_view=train", "Loss (cross-entropy)"),
        ("puzzles?puzzle_multiply_view=training", "Loss (mean squared error)"),
        ("series?series_view=train", "Loss (mean squared error)"),
    ],
)
def test_the_other_problems_are_trained_on_their_own_pages(warm, page, path, title):
    visit(page, warm, path)
    press_train(page)
    until(lambda: points(figure(page, title)).get("batches", 0) >= 1, 90, page)
    stop = page.get_by_role("button", name="Stop")
    if stop.is_visible():
        stop.click()
        stop.wait_for(state="detached", timeout=60_000)
    says(page, re.compile("epochs in|stopped before"))
