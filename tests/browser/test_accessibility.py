"""Who uses no mouse, sees little or holds a telephone: axe on every page, the keyboard alone, a lesson by touch."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.conftest import fits_narrow_windows, settled, until, visit
from playwright.sync_api import expect

from explorer.lessons import Number, lesson
from explorer.widgets.shell import HOME, PAGES

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
GRAVE = ("serious", "critical")
# Streamlit's own menu on a telephone: it puts its sections (div) straight into the list (ul), and links (li) into them.
STREAMLITS = {"list": "[data-testid=stSidebarNavItems]", "listitem": "[data-testid=stSidebarNavItems]"}
"""What no setting of ours can mend: a rule, and the part of Streamlit's page where it is broken."""
PATHS = tuple("" if file == HOME else Path(file).stem for file in PAGES)
OPENED = ("convolution?lesson=1", "inside_cnn", "inside_rnn", "architectures")
NARROW, WIDE = {"width": 390, "height": 900}, {"width": 1280, "height": 900}
TELEPHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

# A component is there once its own element has something in it.
MOUNTED = """() => [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]
    .every(host => host.shadowRoot?.querySelector('div, span'))
    && !document.querySelector('[data-testid=stSkeleton]')"""
# What has the focus, however deep, with what lies around it: a ring may be drawn around a field's frame.
# A region that scrolls, or that a tab opens, is no control.
FOCUSED = """() => {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  window.stop = [];
  for (let at = found; at && at !== document.body && window.stop.length < 4; at = at.parentElement) {
    window.stop.push(at);
  }
  if (found.matches('body, main, [role=tabpanel], div:not([role])')) return null;
  const label = found.labels?.[0]?.textContent || found.closest('label')?.textContent;
  return (found.getAttribute('aria-label') || label || found.innerText || found.textContent || '').trim();
}"""
LOOK = """() => window.stop.flatMap(at => [at, ...at.querySelectorAll(':scope > *')]).map(at => {
  const look = getComputedStyle(at);
  const ring = look.outlineStyle === 'none' ? '' : look.outlineColor + look.outlineWidth;
  return [ring, look.boxShadow, look.borderColor, look.backgroundColor, look.color].join();
}).join('|')"""


def mounted(page):
    settled(page)
    until(lambda: page.evaluate(MOUNTED), 20, page)
    page.wait_for_timeout(500)


def findings(page):
    """What axe finds grave: the rule, where, and why."""
    found = Axe().run(page, options={**RULES, "resultTypes": ["violations"]}).response["violations"]
    return [
        (violation["id"], node["target"], node["failureSummary"])
        for violation in found
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
        if not streamlits(page, violation["id"], node["target"])
    ]


def streamlits(page, rule, target):
    """Whether a finding is one of the few that Streamlit's own page has."""
    inside = "([target, part]) => Boolean(document.querySelector(target)?.closest(part))"
    return rule in STREAMLITS and page.evaluate(inside, [target[0], STREAMLITS[rule]])


def in_both_themes(page):
    """Turns the page to light and English, then to dark and Korean."""
    mounted(page)
    yield
    page.emulate_media(color_scheme="dark")
    page.get_by_text("한국어", exact=True).click()
    page.wait_for_function("() => /[가-힣]/.test(document.querySelector('h1').innerText)")
    mounted(page)
    yield


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_grave_and_the_page_fits_narrow_windows(server, sessions, path):
    page = sessions(viewport=NARROW)
    visit(page, server, path)
    for _turn in in_both_themes(page):
        fits_narrow_windows(page)
        page.set_viewport_size(WIDE)
        mounted(page)
        assert findings(page) == []


@pytest.mark.parametrize("path", OPENED)
def test_axe_finds_nothing_grave_in_what_is_opened(server, page, path):
    visit(page, server, path)
    closed = page.locator("[data-testid=stMain] details:not([open]) > summary")
    while closed.count():
        closed.first.click()
        settled(page)
    for _turn in in_both_themes(page):
        assert findings(page) == []


def test_axe_finds_nothing_grave_around_a_run_that_has_ended(server, page, finished_run):
    visit(page, server, f"cnn_lab?run={finished_run}")
    for _turn in in_both_themes(page):
        assert findings(page) == []


def test_axe_finds_nothing_grave_on_a_telephone(server, sessions):
    page = sessions(**TELEPHONE)
    for path in ("convolution?lesson=1", "reproduction", "cnn_lab"):
        visit(page, server, path)
        mounted(page)
        assert findings(page) == [], path


def test_axe_would_find_what_is_grave(server, page):
    visit(page, server, "convolution")
    page.evaluate("""() => document.querySelector('h1').insertAdjacentHTML('afterend', '<button></button>')""")
    assert [rule for rule, _where, _why in findings(page)] == ["button-name"]


def test_the_document_says_its_language(server, sessions):
    for locale, spoken in (("en-US", "en"), ("ko-KR", "ko")):
        page = sessions(locale=locale)
        visit(page, server, "convolution")
        mounted(page)
        until(lambda spoken=spoken, page=page: page.evaluate("document.documentElement.lang") == spoken, 20, page)


# Fields fade into their rings: at once to the end of it.
FADED = """() => document.getAnimations().forEach(fade => fade instanceof CSSTransition && fade.finish())"""


def look(page):
    """How what has had the focus looks, and what lies around it."""
    page.wait_for_timeout(50)
    page.evaluate(FADED)
    return page.evaluate(LOOK)


def stops(page, last):
    """Press Tab up to a control: the names that the focus comes to, in order, and those where it is not to be seen."""
    names, unseen = [], []
    while not any(last in name for name in names):
        assert len(names) < 90, f"{last} is not reached: {names}"
        page.keyboard.press("Tab")
        name, lit = page.evaluate(FOCUSED), look(page)
        page.evaluate("() => { window.kept = window.stop[0]; window.kept.blur(); }")
        if name is not None:
            names.append(name)
            unseen += [name] * (look(page) == lit)
        page.evaluate("() => window.kept.focus({ focusVisible: true })")
    return names, unseen


TAB_ORDER = {
    "convolution": "Lesson, English, 2-D, Input, Kernel, kernel_size, strides, valid, Output, Play, Numbers",
    "cells": "English, One step, LSTM, Features d, Units u, Time steps, Seed, Play, unit 1, Matrices, Forget gate",
    "pooling": "English, Pooling, Input, Test image, Layer, pool_size, strides, valid, Output, Play, Channels, Numbers",
}


@pytest.mark.parametrize("path", TAB_ORDER)
def test_the_tab_key_reaches_the_controls_in_order_and_shows_where_it_is(server, page, path):
    visit(page, server, path)
    mounted(page)
    order = TAB_ORDER[path].split(", ")
    names, unseen = stops(page, order[-1])
    assert unseen == []
    assert "" not in names
    place = iter(names)
    assert [name for name in order if not any(name in stop for stop in place)] == [], names


def press_until(page, name):
    """Tab up to a control of that name."""
    for _turn in range(60):
        page.keyboard.press("Tab")
        if name in (page.evaluate(FOCUSED) or ""):
            return
    raise AssertionError(f"{name} is not reached")


def test_a_lesson_is_answered_with_the_keyboard_alone(server, page):
    visit(page, server, "convolution")
    mounted(page)
    press_until(page, "Lesson")
    page.keyboard.press("Enter")
    page.get_by_text("step 1 of 4").wait_for()
    settled(page)
    page.get_by_role("region", name="Lesson").wait_for()
    press_until(page, "(4, 4, 3)")
    page.keyboard.press("ArrowDown")
    press_until(page, "That is my prediction")
    page.keyboard.press("Enter")
    page.get_by_text("You predicted:").wait_for()
    settled(page)
    # The button that had the focus is gone; the keyboard goes on from what it has brought.
    inside = "() => document.querySelector('.st-key-lesson_panel').contains(document.activeElement)"
    until(lambda: page.evaluate(inside), 10, page)
    press_until(page, "Next")
    page.keyboard.press("Enter")
    page.get_by_text("step 2 of 4").wait_for()


def test_a_figure_is_one_picture_with_its_words(server, page):
    visit(page, server, "pooling")
    mounted(page)
    drawn = page.locator(".explorer-figure")
    assert drawn.count() > 1
    for one in drawn.all():
        assert one.get_attribute("role") == "img"
        assert len(one.get_attribute("aria-label")) >= 15
        assert one.get_by_role("button").count() == 0, "Plotly's buttons are out of the keyboard's way"
    drawn.first.hover()
    drawn.first.locator(".modebar-btn").first.wait_for(state="visible")


def test_words_and_tokens_are_chosen_with_the_arrows(server, page):
    visit(page, server, "generation")
    mounted(page)
    text = page.get_by_role("slider").and_(page.locator("p.choosable"))
    text.focus()
    before = text.get_attribute("aria-valuenow")
    page.keyboard.press("End")
    assert int(text.get_attribute("aria-valuenow")) > int(before)
    assert text.get_attribute("aria-valuetext")
    page.wait_for_url(re.compile(f"gen_at={text.get_attribute('aria-valuemax')}"))


def answer(page, question):
    """Tap the right answer of a question, and commit to it."""
    if isinstance(question.answer, Number):
        page.get_by_label("Your prediction").fill(str(question.answer.right))
    else:
        right = next(option.text for option in question.answer.options if option.right)
        page.get_by_role("radiogroup", name="Your prediction").get_by_text(right, exact=True).tap()
    page.get_by_role("button", name="That is my prediction").tap()


def sees_what_came_of_it(page, panel, step):
    """Both the right answer and the picture are in sight, and the page says what the step reveals."""
    settled(page)
    told, picture = panel.get_by_text("You predicted:"), page.locator(".microscope .panel.input canvas.marks")
    frame = panel.bounding_box()
    until(lambda: frame["y"] <= told.bounding_box()["y"] < frame["y"] + frame["height"] - 40, 20, page)
    until(lambda: 60 <= picture.bounding_box()["y"] < frame["y"] - 100, 20, page)
    for said in step.question.shows:
        expect(page.get_by_text(said)).not_to_have_count(0)


def test_a_whole_lesson_is_done_on_a_telephone(server, sessions):
    page = sessions(**TELEPHONE)
    visit(page, server, "convolution")
    page.get_by_role("button", name="Lesson").tap()
    steps, panel = lesson("convolution", "en").steps, page.locator(".st-key-lesson_panel")
    for number, step in enumerate(steps, start=1):
        page.get_by_text(f"step {number} of {len(steps)}").wait_for()
        settled(page)
        until(lambda: panel.evaluate("el => el.scrollTop") == 0, 20, page)
        answer(page, step.question)
        panel.get_by_text("You predicted:").wait_for()
        sees_what_came_of_it(page, panel, step)
        page.get_by_role("button", name="Done" if number == len(steps) else "Next", exact=True).tap()
    panel.wait_for(state="detached")


def test_on_a_telephone_the_controls_stay_while_the_picture_passes(server, sessions):
    page = sessions(**TELEPHONE)
    visit(page, server, "convolution")
    mounted(page)
    main = page.locator("[data-testid=stMain]")
    controls, picture = page.get_by_text("Controls", exact=True), page.locator(".microscope .panel.output canvas.marks")
    main.evaluate("el => el.scrollTo(0, 600)")
    until(lambda: 55 <= controls.bounding_box()["y"] < 120, 10, page)
    slider = page.get_by_role("slider", name="kernel_size")
    expect(slider).to_be_visible()
    controls.tap()
    expect(slider).not_to_be_visible()
    expect(picture).to_be_visible()
    controls.tap()
    expect(slider).to_be_visible()
