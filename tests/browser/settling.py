"""The page draws a frame after what a learner does: whatever a test does to a page returns once that has been drawn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from playwright.sync_api import Error, Keyboard, Locator, Mouse, Page

ACTIONS: dict[type, str] = {
    Locator: "blur check clear click dblclick dispatch_event drag_to fill focus hover press press_sequentially select_option set_checked "
    "set_input_files tap uncheck",
    Keyboard: "down insert_text press type up",
    Mouse: "click dblclick down move up wheel",
    Page: "set_viewport_size",
}
_TWO_FRAMES = """() => new Promise(done => {
  requestAnimationFrame(() => requestAnimationFrame(done));
  setTimeout(done, 500);  // a page in the background gets no frames
})"""


def settle(page: Page) -> None:
    """Give a page two frames; one that is just left for another has nothing more to draw."""
    try:
        page.evaluate(_TWO_FRAMES)
    except Error as error:
        if not any(word in str(error) for word in ("destroyed", "closed", "navigat")):
            raise


@contextmanager
def settling() -> Iterator[None]:
    """Have every action of Playwright settle, by whatever name a test reaches it."""
    kept = [(kind, name, getattr(kind, name)) for kind, names in ACTIONS.items() for name in names.split()]
    devices = [(Page, name, getattr(Page, name)) for name in ("keyboard", "mouse")]

    def settled(action: Any) -> Any:
        @wraps(action)
        def act(self: Any, *args: Any, **options: Any) -> Any:
            result = action(self, *args, **options)
            page = self if isinstance(self, Page) else getattr(self, "page", None)  # of a locator or, below, of a device
            if page is not None:
                settle(page)
            return result

        return act

    def of_page(device: Any) -> property:
        def get(page: Page) -> Any:
            found = device.fget(page)
            found.page = page
            return found

        return property(get)

    try:
        for kind, name, action in kept:
            setattr(kind, name, settled(action))
        for kind, name, device in devices:
            setattr(kind, name, of_page(device))
        yield
    finally:
        for kind, name, was in kept + devices:
            setattr(kind, name, was)
