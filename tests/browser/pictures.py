"""Takes README's pictures anew, in light and dark: ``make pictures``, when the weights that ship or the look of an explorer have changed."""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page

import diffexplain as dx
from tests.browser import chromium
from tests.browser.static_host import hosted

FOLDER = Path(__file__).parents[2] / "notebooks" / "images"
SIZE = {"width": 1120, "height": 2000}  # room for all of it: what stays in sight while one scrolls stands where it belongs

WINDOW = {"width": 1120, "height": 1060}  # that a film shows: room for the whole page, which does not scroll then
FILM_WIDTH = 800
TICK, HOLD = 120, 2500  # how long a picture of a film is seen, and its first and its last, in ms
FILM = "live"
PATIENCE = 180_000  # ms until a page stands, on a machine that does other things, too

SHOWN: dict[str, dict[str, Any]] = {
    "similarity": {},
    "embedding": {"prompts": ["a fox", "a cat"]},
    "noise": {},
    "latent": {"picture": "gallery:4"},
    "denoise": {"prompt": "a fox", "seed": 7},
    "attention": {"prompt": "a frog to the left of a red apple", "word": "frog"},
    "unet": {"prompt": "a fox", "panel": "weaken"},
    "guidance": {"prompt": "a fox"},
    "seed": {"prompt": "a fox"},
    "sampler": {"prompt": "a fox"},
}
"""Name of an explorer -> what its picture in README is asked."""


def take(browser: Browser, name: str) -> None:
    """Run an explorer, open its export, and keep what is seen of it."""
    with tempfile.TemporaryDirectory() as folder:
        explorer = dx.explorers()[name](**SHOWN[name])
        page_file = Path(explorer.wait().to_html(Path(folder) / "page.html"))
        explorer.close()
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport=SIZE, color_scheme=scheme)  # type: ignore[arg-type]
            page.goto(page_file.as_uri())
            settled(page)
            shot = Image.open(io.BytesIO(page.locator(".dx").screenshot()))
            shot.convert("RGB").quantize(256).save(FOLDER / f"{name}-{scheme}.png", optimize=True)
            page.close()


def take_moving(browser: Browser) -> None:
    """Let a page that generates draw another sentence, and keep what is seen of it as a film."""
    with tempfile.TemporaryDirectory() as folder:
        explorer = dx.DenoiseExplorer(prompt="a fox", seed=7)
        explorer.wait().to_html(folder, live=True)
        explorer.close()
        with hosted(Path(folder), {}) as host:
            for scheme in ("light", "dark"):
                page = browser.new_page(viewport=WINDOW, color_scheme=scheme)  # type: ignore[arg-type]
                page.goto(host.address)
                settled(page)
                frames = [shot(page)]
                prompt = page.get_by_label("Prompt", exact=True)
                for typed in ("a", "a p", "a pan", "a panda"):
                    prompt.evaluate(
                        "(field, text) => { field.value = text; }", typed
                    )  # of what is typed by hand some would be drawn
                    frames.append(shot(page))
                prompt.press("Enter")
                while page.locator(".dx").get_attribute("data-run") == "1" or page.locator(".dx[data-state=done]").count() == 0:
                    frames.append(shot(page))
                settled(page)
                frames.append(shot(page))
                page.close()
                times = [HOLD, *([TICK] * (len(frames) - 2)), HOLD]
                frames[0].save(
                    FOLDER / f"live-{scheme}.webp",
                    save_all=True,
                    append_images=frames[1:],
                    duration=times,
                    loop=0,
                    quality=60,
                    method=6,
                )


def shot(page: Page) -> Image.Image:
    """What is seen of the window, at the size of a film."""
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    image.thumbnail((FILM_WIDTH, FILM_WIDTH))
    return image


def settled(page: Page) -> None:
    """Wait until the run is told and nothing that is shown changes any more."""
    page.locator(".dx[data-state=done]").wait_for(timeout=PATIENCE)
    before = b""
    while before != (now := page.locator(".dx").screenshot()):
        before = now
        page.wait_for_timeout(300)


def main(names: list[str]) -> None:
    """Take the pictures of these explorers, or of all that README shows."""
    with chromium.launched() as browser:
        for name in names or (*SHOWN, FILM):
            take_moving(browser) if name == FILM else take(browser, name)


if __name__ == "__main__":
    main(sys.argv[1:])
