"""Pictures of every page in both languages, wide and narrow, light and dark.

python -m scripts.screenshots [FOLDER]
"""

from __future__ import annotations

import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import Any

from explorer.widgets.shell import HOME
from explorer.widgets.shell import PAGES as PAGE_FILES
from scripts.app_server import ROOT, AppServer, chromium

PAGES = {Path(file).stem: "" if file == HOME else Path(file).stem for file in PAGE_FILES}
LANGUAGES = {"en": "en-US", "ko": "ko-KR"}
SIZES = ((1280, 800), (768, 1024))
THEMES = ("light", "dark")
DEFAULT_FOLDER = ROOT / "test-results" / "screenshots"


def settled(page: Any) -> None:
    """Wait until the script has run, every figure is drawn and nothing moves any more."""
    page.wait_for_selector("h1")
    page.wait_for_function(
        "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'", timeout=30_000
    )
    page.wait_for_function(
        "[...document.querySelectorAll('.explorer-figure')].every(figure => figure.dataset.drawn)", timeout=30_000
    )
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


def shoot(browser: Any, url: str, folder: Path, run: str) -> None:
    """One picture per page, language, size and theme."""
    for (language, locale), size, theme in product(LANGUAGES.items(), SIZES, THEMES):
        viewport = {"width": size[0], "height": size[1]}
        context = browser.new_context(locale=locale, viewport=viewport, color_scheme=theme)
        for name, path in PAGES.items():
            page = context.new_page()
            page.goto(f"{url}/{path}" + (f"?run={run}" if name == "cnn_lab" else ""))
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
        finally:
            server.stop()


if __name__ == "__main__":
    main()
