"""A run from its training to its deletion, on the page of all runs in a real browser."""

import re

import pytest
from browser.conftest import figure, points, press_train, run_id, says, settled, until, visit

pytestmark = pytest.mark.browser

NAME = "![x](http://e.x/y.png) a/b\"c'😀"


def chosen(page):
    """The ids in the link; none where the choice is the page's own."""
    found = re.search(r"[?&]runs=([0-9a-f%C,]+)", page.url)
    return found[1].replace("%2C", ",").split(",") if found else []


def rename(page, name):
    field = page.get_by_label("Name", exact=True)
    field.fill(name)
    field.press("Enter")
    settled(page)


def test_a_run_is_renamed_continued_and_deleted(warm, page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    visit(page, warm, "cnn_lab?epochs=1&examples=1000")
    press_train(page)
    page.get_by_text("test accuracy").wait_for(timeout=60_000)
    first = run_id(page)

    visit(page, warm, f"runs?runs={first}")
    rename(page, NAME)
    folder = warm.folder / "runs" / first
    until(lambda: NAME in (folder / "run.json").read_text().replace('\\"', '"'), 10, page)

    page.get_by_role("button", name="Continue training").click()
    page.get_by_role("spinbutton", name="Epochs").fill("1")
    page.get_by_role("spinbutton", name="Epochs").press("Enter")
    settled(page)
    page.get_by_role("button", name=re.compile("Train$")).click()
    until(lambda: len(chosen(page)) == 2, 30, page)
    assert chosen(page)[0] == first
    second = chosen(page)[1]
    says(page, "continues", seconds=60)
    # The epoch that was continued is drawn before the new one: training and validation have two points then.
    page.wait_for_function(
        "() => [...document.querySelectorAll('.explorer-figure')].some(el =>"
        " (el._fullData ?? []).filter(curve => curve.x?.length === 2).length >= 2)",
        timeout=60_000,
    )

    visit(page, warm, f"runs?runs={second}")
    shown = NAME.replace("://", ":\u2060//")  # a name that looks like an address becomes no link
    says(page, f"↪ {shown} continues {shown} from epoch 1.")
    visit(page, warm, f"runs?runs={first}")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete for good").click()
    says(page, "Deleted runs: 1")
    until(lambda: not folder.exists(), 10, page)
    until(lambda: first not in page.url, 10, page)
    visit(page, warm, f"runs?runs={second}")
    says(page, "continues a run that is gone from epoch 1.")
    assert not [url for url in asked if "e.x" in url]


def test_rows_of_the_table_are_chosen_and_the_choice_is_in_the_link(finished_run, warm, page):
    visit(page, warm, "runs?runs_shipped=True")
    table = page.get_by_test_id("stDataFrame").first.bounding_box()
    # The newest run is chosen already; the second row comes to it.
    page.mouse.click(table["x"] + 16, table["y"] + 35 + 35 + 17)
    until(lambda: len(chosen(page)) == 2, 20, page)
    settled(page)
    both = chosen(page)
    until(lambda: len(points(figure(page, "Loss"))) >= 2, 10, page)
    page.reload()
    settled(page)
    assert chosen(page) == both
