"""Under the policy of the server every page is whole, and asks nobody but the server."""

import pytest
from browser.conftest import complain, settled, stranger, until, visit

pytestmark = pytest.mark.browser

VIOLATIONS = """window.violations = [];
document.addEventListener('securitypolicyviolation',
  event => window.violations.push(`${event.effectiveDirective} ${event.blockedURI}`));"""


def test_who_else_is_asked_is_noticed():
    found = []
    for address in ("https://a.b/c", "ws://10.0.0.1/", "http://127.0.0.1:8501/", "blob:http://127.0.0.1/1", "data:,1"):
        stranger(address, found)
    assert found == ["asks https://a.b/c", "asks ws://10.0.0.1/"]


def test_the_camera_is_allowed(server, page):
    visit(page, server, "filters")
    page.get_by_role("combobox", name="Picture").click()
    page.get_by_role("option", name="My camera").click()
    settled(page)
    page.wait_for_function("() => document.querySelector('video')?.videoWidth > 0")
    page.get_by_role("button", name="Take Photo").click(timeout=20_000)
    page.get_by_role("button", name="Clear photo").wait_for()


ELEMENT = "() => document.body.append(Object.assign(document.createElement('{kind}'), {settings}))"
FORBIDDEN = {
    "connect-src": "() => fetch('https://example.com').catch(() => 0)",
    "img-src": ELEMENT.format(kind="img", settings="{src: 'https://example.com/a.png'}"),
    "script-src-elem": ELEMENT.format(kind="script", settings="{textContent: '1'}"),
    "frame-src": ELEMENT.format(kind="iframe", settings="{src: 'https://example.com'}"),
}


@pytest.mark.parametrize("directive", FORBIDDEN)
def test_the_policy_is_in_force(server, browser, directive):
    context = browser.new_context()
    page = context.new_page()
    complaints = []
    page.on("console", lambda entry: complain(entry, complaints))
    page.add_init_script(VIOLATIONS)
    visit(page, server)
    assert complaints == []
    page.evaluate(FORBIDDEN[directive])
    page.wait_for_function("name => window.violations.some(found => found.startsWith(name))", arg=directive)
    until(lambda: complaints, 10, page)
    context.close()
