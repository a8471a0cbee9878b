"""Make sure that the browser tests have a Chromium: the system's, apt's, or Playwright's own."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")


def present() -> bool:
    if any(shutil.which(name) for name in NAMES):
        return True
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return os.path.exists(playwright.chromium.executable_path)


def run(*command: str) -> bool:
    print("+", " ".join(command), flush=True)
    return subprocess.run(command, check=False).returncode == 0


def main() -> None:
    if present():
        return
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root and shutil.which("apt-get"):
        run("apt-get", "update", "-qq")
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-nanum")
    if not present():
        run(sys.executable, "-m", "playwright", "install", "chromium")
    if not present():
        sys.exit(
            "The browser tests need Chromium: install it (on Debian: sudo apt-get install chromium), "
            "or leave these tests out with: make test BROWSER=0"
        )


if __name__ == "__main__":
    main()
