"""Training through the real page in a real browser: live, stopped, left, reloaded, killed, restarted."""

import re

import pytest
from browser.conftest import (
    epochs,
    figure,
    go,
    mark,
    marked,
    points,
    press_train,
    run_id,
    says,
    settled,
    until,
    visit,
)
from playwright.sync_api import expect

from scripts.app_server import AppServer

pytestmark = pytest.mark.browser

LONG = "cnn_lab?epochs=50&examples=6000&patience=0"


def train_long(page, server):
    """Start a run that lasts until it is stopped, and wait for its first points."""
    visit(page, server, LONG)
    press_train(page)
    until(lambda: batches(page) >= 2, 60, page)


def batches(page):
    return points(figure(page, "Loss (")).get("batches", 0)


def stop(page):
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Stop").wait_for(state="detached")


def test_points_appear_while_it_trains_and_the_result_is_told(warm, page):
    visit(page, warm, "cnn_lab?epochs=2&examples=6000&batch_size=16")
    mark(figure(page, "Loss ("))
    press_train(page)
    stop_button = page.get_by_role("button", name="Stop")
    stop_button.wait_for()
    seen = set()
    while stop_button.is_visible():
        seen.add(batches(page))
        page.wait_for_timeout(100)
    assert len(seen) >= 3, f"points appeared while it trained: {sorted(seen)}"
    says(page, "test accuracy")
    for title in ("Loss (", "Accuracy"):
        until(lambda title=title: epochs(page, title) == (2, 2), 10, page)
    assert batches(page) >= max(seen)
    assert marked(page, "Loss ("), "the plot was mounted anew"
    page.get_by_role("link", name="Look inside").click()
    says(page, "What does a trained CNN see?")
    expect(page).to_have_url(re.compile("/inside_cnn"))


def test_a_run_is_stopped(warm, page):
    train_long(page, warm)
    stop(page)
    says(page, "stopped")
    settled(page)
    before = batches(page)
    page.wait_for_timeout(1500)
    assert batches(page) == before


def test_a_run_is_stopped_before_the_training_process_is_up(tmp_path, sessions):
    server = AppServer(tmp_path).start()
    try:
        page = sessions()
        visit(page, server, LONG)
        press_train(page)
        stop(page)
        says(page, re.compile("stopped before|Stopped before"))
    finally:
        server.stop()


def test_a_run_goes_on_while_its_page_is_left(warm, page):
    train_long(page, warm)
    before = batches(page)
    go(page, "Inside a CNN")
    says(page, "What does a trained CNN see?")
    settled(page)
    page.wait_for_timeout(2000)
    go(page, "CNN lab")
    says(page, "How does a CNN learn?")
    until(lambda: batches(page) > before + 1, 10, page)
    expect(page).to_have_url(re.compile("run="))
    stop(page)


def test_a_reload_in_mid_run_loses_nothing(warm, page):
    train_long(page, warm)
    run, before = run_id(page), batches(page)
    page.reload()
    settled(page)
    assert run_id(page) == run
    until(lambda: batches(page) >= before, 10, page)
    until(lambda: batches(page) > before + 1, 10, page)
    stop(page)


def test_two_runs_are_drawn_over_each_other(finished_run, warm, page):
    visit(page, warm, f"cnn_lab?run={finished_run}&epochs=1&examples=1000")
    page.get_by_role("button", name=re.compile("Train$")).click()
    page.wait_for_function("() => new URL(location).searchParams.getAll('run').length === 2")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.explorer-figure')].some(el => "
        "new Set((el._fullData ?? []).filter(t => t.x?.length).map(t => t.name)).size === 2)"
    )


def test_a_killed_training_process_is_told_and_the_next_run_works(warm, sessions):
    page, other = sessions(), sessions()
    train_long(page, warm)
    visit(other, warm, "inside_cnn")
    warm.worker().kill()
    says(page, "The training process ended unexpectedly, so this run is lost; train it again.", seconds=10)
    other.get_by_role("link", name="Home").click()
    says(other, "See how neural networks see")
    page.get_by_role("button", name="Train again").wait_for()
    visit(other, warm, "cnn_lab?epochs=1&examples=1000&seed=7")
    press_train(other)
    says(other, "test accuracy", seconds=60)
    page.get_by_role("button", name="Train again").click()
    page.get_by_role("button", name="Stop").wait_for()
    # The new run's row has just moved in: a press that begins before and ends after it is no click.
    settled(page)
    stop(page)


def test_runs_are_found_again_after_a_restart_of_the_server(tmp_path, sessions):
    server = AppServer(tmp_path).start()
    try:
        page = sessions()
        visit(page, server, "cnn_lab?epochs=1&examples=1000")
        press_train(page)
        says(page, "test accuracy", seconds=90)
        finished = run_id(page)
        train_long(page, server)
        broken = run_id(page)
        page.goto("about:blank")
        server.stop()
        server.start()
        visit(page, server, f"cnn_lab?run={finished}")
        says(page, "test accuracy")
        until(lambda: epochs(page, "Loss (")[0] == 1, 10, page)
        visit(page, server, f"cnn_lab?run={broken}")
        says(page, "The server was restarted in the middle of this run; train it again.")
        page.get_by_role("button", name="Train again").wait_for()
    finally:
        server.stop()
