"""A deep stack trained from the page *Gradients* in a real browser: the picture of its layers grows while it learns."""

import pytest
from browser.conftest import figure, mark, marked, press_train, says, settled, until, visit
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

DEPTH = 8
TITLE = f"tanh · GlorotUniform · {DEPTH}×100"


def columns(page):
    """How many positions the first run's picture has."""
    found = page.evaluate(
        "label => { const plot = [...document.querySelectorAll('.explorer-figure')].find(el => el.data"
        " && (el.layout.title?.text ?? '').includes(label)); return plot?._fullData?.[0]?.x?.length ?? 0 }",
        TITLE,
    )
    return int(found)


def test_the_layers_are_seen_while_they_train(warm, page):
    stack = f"grad_activation=tanh&grad_depth={DEPTH}&grad_units=100"
    visit(page, warm, f"gradients?grad_view=training&{stack}&grad_epochs=30")
    press_train(page)
    until(lambda: columns(page) >= 1, 90, page)
    mark(figure(page, TITLE))
    seen = {columns(page)}
    stop = page.get_by_role("button", name="Stop")
    while stop.is_visible():
        seen.add(columns(page))
        page.wait_for_timeout(100)
    says(page, "test accuracy")
    settled(page)
    seen.add(columns(page))
    assert len(seen) >= 3, f"the picture grew: {sorted(seen)}"
    assert marked(page, TITLE), "the plot was mounted anew"
    expect(page.get_by_text("layer 1 gets")).to_have_count(1)
    # Every hidden layer has a number at every position.
    rows = figure(page, TITLE).evaluate("el => el._fullData[0].z.length")
    assert rows == DEPTH
