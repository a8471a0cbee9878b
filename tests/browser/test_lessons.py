"""Lessons, tasks and links in a real browser: what the learner sees and what the browser keeps."""

import io
import re

import pytest
import zxingcpp
from browser.conftest import settled, until, visit
from PIL import Image
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

QUESTION = "How large is it?"


def predict(page, answer):
    page.get_by_role("radiogroup", name="Your prediction").get_by_text(answer, exact=True).click()
    page.get_by_role("button", name="That is my prediction").click()
    page.get_by_text("You predicted:").wait_for()
    settled(page)


def output_sizes(page):
    return page.get_by_text(re.compile(r"One image: .* becomes"))


def test_a_step_sets_the_page_and_the_prediction_comes_before_the_result(page, server):
    visit(page, server, "convolution?conv_stride=3&conv_size=2")
    page.get_by_role("button", name="Lesson").click()
    page.get_by_text("step 1 of 4").wait_for()
    settled(page)
    expect(output_sizes(page)).to_contain_text("(2, 2, 1)")
    predict(page, "(4, 4, 3)")
    expect(output_sizes(page)).to_contain_text("(2, 2, 3)")
    page.get_by_text("Without padding, a 3 × 3 kernel has only 2 places").wait_for()
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_text("step 2 of 4").wait_for()
    settled(page)
    expect(output_sizes(page)).to_contain_text("(2, 2, 1)")
    page.get_by_role("button", name="Close").click()
    page.get_by_text("step 2 of 4").wait_for(state="detached")
    expect(page).not_to_have_url(re.compile("lesson"))


def test_answers_stay_in_the_browser_and_the_course_counts_them(page, server):
    visit(page, server, "convolution?lesson=1")
    predict(page, "(2, 2, 3)")
    until(lambda: page.evaluate("localStorage.getItem('explorer-lessons')") == '{"convolution":{"1":"1"}}', 10, page)
    other = page.context.new_page()
    visit(other, server, "course")
    other.get_by_text("1 of 4 answered, 1 right").wait_for()
    other.get_by_role("button", name="Forget my answers").click()
    other.get_by_role("button", name="Forget them").click()
    other.get_by_text("0 of 4 answered, 0 right").first.wait_for()
    until(lambda: other.evaluate("localStorage.getItem('explorer-lessons')") == "{}", 10, other)


def test_a_teacher_writes_a_task_and_a_learner_opens_it(page, sessions, server):
    visit(page, server, "convolution?conv_stride=2")
    page.get_by_role("button", name="Share").click()
    dialog = page.get_by_role("dialog")
    shown = dialog.locator("code").first
    dialog.get_by_text("As a task for learners").click()
    for label, text, sent in (
        ("Question", "What now? ![x](http://a.example/x.png)", "ask=What"),
        (re.compile("Answers to choose from"), "1 × 1\n* 2 × 2", "option=1"),
        ("What to read after the answer", "Because.", "why=Because"),
    ):
        dialog.get_by_label(label).fill(text)
        dialog.get_by_label(label).blur()
        expect(shown).to_contain_text(sent)
    dialog.get_by_text("Hide controls").click()
    # The list opens above its field, and would move away under the pointer while the dialog still grows. The option is
    # one that is in sight at once: a click right after the list was scrolled is lost.
    expect(shown).to_contain_text("controls=-")
    dialog.get_by_role("combobox").click()
    page.get_by_role("option", name="strides").click()
    expect(shown).to_contain_text("controls=conv_stride")
    # Away from the list, which lies over the picture; Escape would close the dialog if the list is closed already.
    page.keyboard.press("Tab")
    address = shown.inner_text()
    picture = dialog.locator("img").first
    until(lambda: [code.text for code in zxingcpp.read_barcodes(bitmap(picture))] == [address], 20, page)

    learner = sessions()
    learner.goto(address)
    settled(learner)
    requests = []
    learner.on("request", lambda request: requests.append(request.url))
    learner.get_by_text("What now? ![x]").wait_for()
    learner.get_by_text("strides", exact=True).first.wait_for()
    expect(learner.get_by_text("dilation_rate").first).not_to_be_visible()
    predict(learner, "2 × 2")
    learner.get_by_text("Because.").wait_for()
    learner.get_by_role("button", name="Show all controls").click()
    learner.get_by_text("dilation_rate").first.wait_for(state="visible")
    assert not [url for url in requests if "a.example" in url]
    expect(learner.get_by_role("link", name=re.compile("a.example"))).to_have_count(0)


def bitmap(picture):
    return Image.open(io.BytesIO(picture.screenshot()))
