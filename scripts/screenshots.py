"""Pictures of every page in both languages, wide, narrow and on a telephone, light and dark; one with its lesson open.

python -m scripts.screenshots [FOLDER]
"""

from __future__ import annotations

import sys
import tempfile
import time
from itertools import product
from pathlib import Path
from typing import Any

from explorer.widgets.shell import HOME
from explorer.widgets.shell import PAGES as PAGE_FILES
from scripts.app_server import ROOT, AppServer, chromium

PAGES = {Path(file).stem: "" if file == HOME else Path(file).stem for file in PAGE_FILES}
LANGUAGES = {"en": "en-US", "ko": "ko-KR"}
SIZES = ((1280, 800), (768, 1024), (390, 844))
TELEPHONE = 500
LESSON = "convolution"
THEMES = ("light", "dark")
SETTLED = """() => document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'
    && [...document.querySelectorAll('.explorer-figure')].every(figure => figure.dataset.drawn)"""
PATIENCE = 30
DEFAULT_FOLDER = ROOT / "test-results" / "screenshots"


def settled(page: Any) -> None:
    """Wait until the script has run, every figure is drawn and nothing moves any more."""
    page.wait_for_selector("h1")
    deadline = time.monotonic() + PATIENCE
    # Asked again and again: the page forbids scripts made from text, which waiting in the page would take.
    while not page.evaluate(SETTLED) and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    page.wait_for_timeout(700)


def train(browser: Any, url: str) -> str:
    """Train two epochs through the lab and return the run's id."""
    page = browser.new_page()
    page.goto(f"{url}/cnn_lab?epochs=2&examples=2000")
    settled(page)
    page.get_by_role("button", name="Train", exact=False).last.click()
    page.get_by_text("test accuracy").first.wait_for(timeout=90_000)
    run = page.url.split("run=")[1].split("&")[0]
    page.close()
    return str(run)


def views(run: str) -> dict[str, str]:
    """What is shown, by name: every page of the menu, the lab with a run that has ended, one page with its lesson."""
    return PAGES | {"cnn_lab": f"cnn_lab?run={run}", f"{LESSON}-lesson": f"{LESSON}?lesson=1"}


def shoot(browser: Any, url: str, folder: Path, run: str) -> None:
    """One picture per view, language, size and theme."""
    for (language, locale), size, theme in product(LANGUAGES.items(), SIZES, THEMES):
        touch = size[0] < TELEPHONE
        viewport = {"width": size[0], "height": size[1]}
        context = browser.new_context(
            locale=locale, viewport=viewport, color_scheme=theme, has_touch=touch, is_mobile=touch
        )
        for name, path in views(run).items():
            page = context.new_page()
            page.goto(f"{url}/{path}")
            settled(page)
            target = folder / f"{name}-{language}-{size[0]}-{theme}.png"
            page.screenshot(path=str(target))
            print(target, flush=True)
            page.close()
        context.close()


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as kept:
        server = AppServer(Path(kept)).start()
        try:
            with chromium() as browser:
                shoot(browser, server.url, folder, train(browser, server.url))
            print(f"All pictures lie in {folder}")
        finally:
            server.stop()


if __name__ == "__main__":
    main()
