"""Pictures are drawn a frame after what asks for them, and a sheet of pictures is decoded first: tests wait for both."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, TypeVar

from playwright.sync_api import FloatRect, Locator, Page, expect

T = TypeVar("T")

PIXELS = "canvas => canvas.toDataURL()"
_SHOWN = """square => {
  const [image, canvas] = [square.querySelector("img"), square.querySelector("canvas")];
  return image.hidden ? canvas.toDataURL() : image.src;
}"""
_FRAME = "await new Promise(requestAnimationFrame);"


def seen(element: Locator, code: str = PIXELS) -> Any:
    """What a function of the page says about an element, after what waits for a frame has been drawn."""
    return element.evaluate(f"async element => {{ {_FRAME} {_FRAME} return ({code})(element) }}")


def drawn(square: Locator) -> str:
    """What a picture (`.dx-square`) shows, decoded or as a quick look, as an address with its data."""
    return str(seen(square, _SHOWN))


def eventually(read: Callable[[], T], holds: Callable[[T], object], seconds: float = 15) -> T:
    """The first value that holds; with the last one an error, where none comes in time."""
    end = time.monotonic() + seconds
    while not holds(value := read()):
        assert time.monotonic() < end, f"after {seconds:g} s it is still {str(value)[:300]}"
        time.sleep(0.05)
    return value


def box_of(element: Locator) -> FloatRect:
    """Where an element is, once it is drawn: what takes the width of the window is drawn again when that changes."""
    return eventually(element.bounding_box, lambda box: box is not None)  # type: ignore[return-value]


def changed(read: Callable[[], T], before: T) -> T:
    """The first value that is another."""
    return eventually(read, lambda now: now != before)


def at_rest(page: Page) -> Page:
    """A page, once the run on it is done; a session could go on."""
    expect(page.locator(".dx")).to_have_attribute("data-state", re.compile("done|paused"), timeout=30_000)
    return page
