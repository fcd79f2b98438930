"""Finds a Chromium for the browser tests, or gets one: ``python -m tests.browser.chromium``.

Playwright's own where it can be had, else the one of the system, which on Debian as root is installed with apt-get.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--force-color-profile=srgb",
]


def find() -> str | None:
    """Path of a Chromium on this machine, or None."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    if Path(own).exists():
        return own
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def launched() -> Iterator[Browser]:
    """A Chromium, as tests, benchmarks and pictures use it."""
    from playwright.sync_api import sync_playwright

    path = find()
    assert path, "no Chromium: run `python -m tests.browser.chromium`"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def install() -> None:
    """Try Playwright's download, then apt-get."""
    for command in (
        [sys.executable, "-m", "playwright", "install", "chromium"],
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "chromium", "fonts-noto-cjk"],
    ):
        if command[0] == "apt-get" and (os.geteuid() != 0 or not shutil.which("apt-get")):
            continue
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        if done.returncode == 0 and find():
            return


if __name__ == "__main__":
    if not find():
        install()
    path = find()
    if not path:
        sys.exit("No Chromium was found or could be installed. Install one (Debian: apt-get install chromium) and run again.")
    print(path)
