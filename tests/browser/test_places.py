"""A server with room for one reader: the next one waits in one sentence, and is let in when the first leaves."""

import pytest
from browser.conftest import visit
from playwright.sync_api import expect

from scripts.app_server import AppServer

pytestmark = pytest.mark.browser

FULL = "The server is full at the moment; this page opens by itself as soon as somebody leaves."


@pytest.fixture
def server(tmp_path):
    running = AppServer(tmp_path, settings={"EXPLORER_MAX_SESSIONS": "1"}).start()
    yield running
    running.stop()


def test_a_place_is_free_again_when_its_reader_leaves(server, sessions):
    first, second = sessions(), sessions()
    visit(first, server)
    second.goto(server.url, wait_until="commit")
    second.get_by_text(FULL).wait_for()
    expect(second.locator("h1")).to_have_count(0)
    expect(second.get_by_role("link", name="Home")).to_have_count(0)
    first.get_by_role("link", name="Course").first.click()
    first.locator("h1", has_text="Where do I begin").wait_for()
    expect(second.get_by_text(FULL)).to_be_visible()
    first.close()
    second.locator("h1", has_text="See how neural networks see").wait_for(timeout=40_000)
