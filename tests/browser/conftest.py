"""One real server and one Chromium for all browser tests; no page may complain in its console, or ask another host."""

import re
import time
from collections import defaultdict
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from explorer.widgets.shell import MENU
from scripts.app_server import AppServer, chromium

WAIT = 30_000
expect.set_options(timeout=WAIT)

# On a deep link such as /cnn_lab Streamlit's own frontend first asks for its health and host
# config below that path, gets a 404, and goes on with the right address.
STREAMLIT_PROBE = re.compile(r"/\w+/_stcore/(health|host-config)$")
# Some tests stop their server while a page of it is still open; a page that needs it fails by itself.
STOPPED = "net::ERR_CONNECTION_REFUSED"
MISSING = "Failed to load resource: the server responded with a status of 404 (Not Found)"

FIGURES = """label => {
  const figures = [...document.querySelectorAll('.explorer-figure')];
  return figures.find(figure => figure.data && (figure.layout.title?.text ?? '').includes(label));
}"""


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    running = AppServer(tmp_path_factory.mktemp("app")).start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def idle(browser):
    """Contexts of tests that have ended, by their options: they have the app's code at hand, and no reader's data."""
    return defaultdict(list)


@pytest.fixture
def sessions(browser, server, idle):
    """Opens sessions: `sessions(locale=..., viewport=...)` is a page with a context of its own."""
    contexts, complaints = [], []

    def open_session(**options):
        options = {"locale": "en-US", "viewport": {"width": 1280, "height": 900}, **options}
        others = idle[repr(sorted(options.items()))]
        context = others.pop() if others else browser.new_context(**options)
        context.set_default_timeout(WAIT)
        contexts.append((others, context))
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda entry: complain(entry, complaints))
        page.on("request", lambda request: stranger(request.url, complaints))
        page.on("websocket", lambda socket: stranger(socket.url, complaints))
        return page

    yield open_session
    for others, context in contexts:
        forget(context, server.url)
        others.append(context)
    assert complaints == []


def forget(context, origin):
    """Close the pages of a context, and forget what they have kept."""
    page = context.new_page()
    for other in context.pages:
        if other is not page:
            other.close()
    kept = {"origin": origin, "storageTypes": "cookies,local_storage,indexeddb"}
    context.new_cdp_session(page).send("Storage.clearDataForOrigin", kept)
    page.close()


def complain(entry, complaints):
    address = entry.location.get("url", "")
    probe = entry.text == MISSING and STREAMLIT_PROBE.search(address)
    if entry.type == "error" and not probe and STOPPED not in entry.text:
        complaints.append(f"{entry.text} ({address})")


def stranger(address, complaints):
    """Nobody but the server may be asked for anything; what begins with blob: or data: is in the page already."""
    if urlsplit(address).hostname not in (None, "127.0.0.1"):
        complaints.append(f"asks {address}")


@pytest.fixture
def page(sessions):
    return sessions()


@pytest.fixture(scope="session")
def warm(server, browser):
    """The server once its training process has TensorFlow loaded."""
    page = browser.new_page()
    visit(page, server)
    page.close()
    until(lambda: server.worker() is not None, 90)
    return server


@pytest.fixture(scope="session")
def finished_run(warm, browser):
    """The id of a run of two epochs that has ended."""
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    visit(page, warm, "cnn_lab?epochs=2&examples=2000")
    press_train(page)
    page.get_by_text("test accuracy").wait_for(timeout=60_000)
    run = run_id(page)
    context.close()
    return run


def until(true, seconds, page=None):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited too long"
        page.wait_for_timeout(100) if page else time.sleep(0.1)


def visit(page, server, path=""):
    page.goto(f"{server.url}/{path}")
    settled(page)


def settled(page):
    """Wait for the end of the script run, for every figure to be drawn, and for the styles, which move them all."""
    page.wait_for_selector("h1")
    page.wait_for_function(
        "() => document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
        " && [...document.querySelectorAll('.explorer-figure')].every(figure => figure.dataset.drawn)"
        " && getComputedStyle(document.querySelector('.st-key-document')).position === 'absolute'"
        " && document.fonts.status === 'loaded'"
    )


def fits_narrow_windows(page):
    """Whether a page fits a telephone and a small window; in a moment at most, as figures follow the window."""
    for width in (390, 768):
        page.set_viewport_size({"width": width, "height": 900})
        settled(page)
        found = too_wide(page)
        for _turn in range(10):
            if not any(found):
                break
            page.wait_for_timeout(100)
            found = too_wide(page)
        assert not any(found), f"{page.url} at {width}: {found}"


def too_wide(page):
    """What scrolls sideways, what reaches beyond the window's right edge, and which titles their figures cut."""
    wide = page.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll('[data-testid=stMain]')]
        .filter(el => el.scrollWidth > el.clientWidth).map(el => [el.tagName, el.scrollWidth, el.clientWidth])"""
    )
    outside = page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=stMain] button, .explorer-figure, h1, h3')]
        .filter(el => el.getBoundingClientRect().right > window.innerWidth + 1)
        .map(el => el.textContent.slice(0, 40))"""
    )
    cut = page.evaluate(
        """() => [...document.querySelectorAll('.explorer-figure .gtitle')].filter(title => {
          const own = title.getBoundingClientRect(), figure = title.closest('.explorer-figure').getBoundingClientRect();
          return own.top < figure.top - 3 || own.right > figure.right + 1;
        }).map(title => title.textContent)"""
    )
    return wide, outside, cut


def go(page, name):
    """To another page through the menu, whose section opens first."""
    section = next(section for section, entries in MENU.items() if name in [entry.title for entry in entries])
    page.get_by_text(section, exact=True).first.click()
    page.get_by_role("menuitem", name=name).click()


def press_train(page):
    page.get_by_role("button", name=re.compile("Train$")).click()
    page.wait_for_url(re.compile("run="))


def run_id(page):
    return re.search(r"[?&]run=([0-9a-f]+)", page.url)[1]


def figure(page, title):
    """A handle to the plot whose title contains the text."""
    page.wait_for_function(f"label => Boolean(({FIGURES})(label))", arg=title)
    return page.evaluate_handle(FIGURES, title).as_element()


def points(plot):
    """How many points each curve of a plot has, by its name in the legend."""
    return plot.evaluate("el => Object.fromEntries(el._fullData.map(curve => [curve.name, curve.x?.length ?? 0]))")


def epochs(page, title):
    """How many points the curves of training and validation have in the plot of that title."""
    drawn = points(figure(page, title))
    return drawn.get("training", 0), drawn.get("validation", 0)


def values(plot):
    """All that a plot draws, as Plotly was given it."""
    return plot.evaluate("el => JSON.stringify(el.data)")


def mark(plot):
    """Remember this very node, so that a re-mounted plot is told from it."""
    plot.evaluate("el => { el.dataset.sameNode = 'yes' }")


def marked(page, title):
    return figure(page, title).evaluate("el => el.dataset.sameNode") == "yes"


def says(page, text, seconds=30):
    page.get_by_text(text).first.wait_for(timeout=seconds * 1000)
