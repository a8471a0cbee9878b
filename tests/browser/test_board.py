"""A class in two browsers: one learner joins by the link and trains, the teacher sees the curve grow."""

import re

import pytest
from browser.conftest import press_train, says, settled, until, visit
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

NAME = "Mina <b>"
LONG = "cnn_lab?epochs=30&examples=6000&patience=0"


def opened(page, server):
    """Opens a room and returns its join link, as it stands on the page."""
    visit(page, server, "board")
    page.get_by_role("button", name="Open the room").click()
    says(page, "Nobody is here yet")
    return page.get_by_test_id("stCode").filter(has_text="?room=").inner_text().strip()


def joined(page, link, name=NAME):
    page.goto(link)
    settled(page)
    page.get_by_role("textbox", name="Nickname").fill(name)
    page.get_by_role("button", name="Join", exact=True).click()
    page.get_by_test_id("stMain").get_by_text(re.compile("In room .* as ")).first.wait_for()
    settled(page)


def cell(page, name=NAME):
    return page.locator("button.cell", has=page.get_by_text(name, exact=True))


def epochs(page):
    """How many points the member's curve has."""
    drawn = cell(page).locator("path.newest").get_attribute("d") or ""
    return len(re.findall("[ML]", drawn))


def test_a_learner_joins_trains_and_leaves_and_the_teacher_sees_it_live(warm, sessions):
    teacher, learner = sessions(), sessions()
    link = opened(teacher, warm)
    assert link.startswith(warm.url)
    joined(learner, link)
    expect(learner).not_to_have_url(re.compile("room="))
    says(teacher, "No run yet: Mina <b>")

    visit(learner, warm, LONG)
    says(learner, "In room")
    press_train(learner)
    cell(teacher).wait_for()
    until(lambda: epochs(teacher) >= 1, 90, teacher)
    first = epochs(teacher)
    until(lambda: epochs(teacher) > first, 60, teacher)
    expect(cell(teacher)).to_contain_text("parameters")

    # Both are still who they were after a reload, and a link that is passed on makes nobody a member.
    for page in (teacher, learner):
        page.reload()
        page.wait_for_selector("h1")
    cell(teacher).wait_for()
    says(learner, "In room")
    stranger = sessions()
    stranger.goto(learner.url)
    stranger.get_by_text("examples/s").first.wait_for()
    expect(stranger.get_by_text("In room")).to_have_count(0)

    cell(teacher).click()
    says(teacher, "runs: 1")
    learner.get_by_role("button", name="Stop").click()
    says(learner, "test accuracy", 60)
    teacher.get_by_role("link", name="Look inside").wait_for()

    learner.get_by_role("button", name="Leave").click()
    learner.get_by_text("In room").first.wait_for(state="detached")
    cell(teacher).wait_for(state="detached")
    says(teacher, "Nobody is here yet")
    learner.reload()
    settled(learner)
    expect(learner.get_by_text("In room")).to_have_count(0)


def test_the_teacher_s_board_opens_on_another_device_and_is_closed_for_good(warm, sessions):
    teacher, other, learner = sessions(), sessions(), sessions(viewport={"width": 390, "height": 844})
    link = opened(teacher, warm)
    joined(learner, link, "Ben")
    teacher.get_by_role("button", name="On another device").click()
    secret = teacher.get_by_test_id("stCode").filter(has_text="?board=").inner_text().strip()
    other.goto(secret)
    says(other, "No run yet: Ben")
    expect(other).not_to_have_url(re.compile("board="))
    other.get_by_text("How to join").click()
    other.get_by_role("button", name="Close the room").click()
    other.get_by_role("button", name="Close it for good").click()
    other.get_by_role("button", name="Open the room").wait_for()
    teacher.get_by_role("button", name="Open the room").wait_for()
    learner.reload()
    settled(learner)
    expect(learner.get_by_text("In room")).to_have_count(0)
    for page in (teacher, learner):
        page.reload()
        settled(page)
        page.get_by_role("button", name="Open the room").wait_for()
