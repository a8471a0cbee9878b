"""A small model that learns a rule, and a broken training that is diagnosed and mended, in a real browser."""

import pytest
from browser.conftest import figure, press_train, says, settled, visit

pytestmark = pytest.mark.browser


def test_linear_regression_finds_the_weights_of_the_rule(warm, page):
    visit(page, warm, "architectures?arch_view=train&arch_model=linear-regression&arch_noise=0")
    press_train(page)
    says(page, "evaluate: loss", 90)
    settled(page)
    learned = page.locator("tr", has_text="learned").locator("td").all_inner_texts()
    assert [round(float(cell)) for cell in learned[1:3]] == [2, -1]
    lines = figure(page, "has learned").evaluate("el => el._fullData.filter(trace => trace.mode === 'lines').length")
    assert lines >= 2


def test_a_broken_training_is_found_out_and_mended(warm, page):
    visit(page, warm, "broken?broken_case=zeros&broken_repair=start")
    page.get_by_role("button", name="Train this case").click()
    says(page, "test accuracy", 90)
    settled(page)
    page.get_by_text("All weights began at zero").click()
    page.get_by_role("button", name="That is my diagnosis").click()
    says(page, "the gradient of the hidden weights is exactly 0")
    page.get_by_role("button", name="Train with this repair").click()
    page.wait_for_function("() => (document.body.innerText.match(/test accuracy/g) ?? []).length >= 2", timeout=90_000)
    page.wait_for_function(
        "() => [...document.querySelectorAll('.explorer-figure')]"
        ".filter(el => (el.layout?.title?.text ?? '').includes('spread of the outputs')).length === 2"
    )
