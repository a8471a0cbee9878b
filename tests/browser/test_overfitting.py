"""Remedies beside each other in a real browser: trained once, seen live, their weights counted."""

import re

import pytest
from browser.conftest import figure, mark, marked, settled, until, visit
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

FEW = "overfitting?fit_remedies=l2&fit_images=100&fit_epochs=10"
LOSS, WEIGHTS = "the area is the gap", "Weights by size"


def test_a_remedy_is_trained_beside_the_network_without_any(warm, page):
    visit(page, warm, FEW)
    mark(figure(page, LOSS))
    page.get_by_test_id("stMain").get_by_role("button", name=re.compile("Train$")).click()
    page.get_by_role("button", name="Stop", exact=True).wait_for()
    until(lambda: drawn(page) == {"No remedy": 10, "L2": 10}, 120, page)
    page.get_by_role("button", name="Stop", exact=True).wait_for(state="detached")
    settled(page)
    assert marked(page, LOSS), "the figure was drawn in place"
    page.get_by_text("All 2 are trained or in training.").wait_for()
    expect(page.get_by_role("cell", name=re.compile("118,282"))).to_have_count(2)
    expect(page).to_have_url(re.compile(r"fit_runs=([0-9a-f]+)%2C([0-9a-f]+)"))

    page.get_by_role("radio", name="Weights").or_(page.get_by_role("button", name="Weights", exact=True)).click()
    shown = figure(page, WEIGHTS).evaluate("el => el.data.map(curve => curve.name)")
    assert [name.split(" · ")[0] for name in shown] == ["No remedy", "L2"]
    expect(page.get_by_role("cell", name=re.compile(r"^0 \(0\.0%\)$"))).to_have_count(2)

    visit(page, warm, page.url.split("/", 3)[3])
    assert figure(page, WEIGHTS)
    page.get_by_text("All 2 are trained or in training.").wait_for()


def drawn(page):
    """How many epochs each run's validation curve has."""
    curves = figure(page, LOSS).evaluate("el => el._fullData.map(curve => [curve.name, curve.x?.length ?? 0])")
    return {name.split(" · ")[0]: count for name, count in curves if name.endswith("validation")}
