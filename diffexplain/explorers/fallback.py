"""A still picture beside the live view, for whoever opens the notebook without a kernel.

A saved notebook keeps no custom messages, and JupyterLab shows "model not found" where a widget was. So the explorer's
display is two outputs: a ``text/html`` one with a picture of the last finished run, which every renderer shows, and the
widget, which hides the picture by ``data-explorer`` once it has something to show itself. Nobody looks at it while a slider
moves, and it is larger than most updates of the live view: so it follows once the runs have rested.
"""

from __future__ import annotations

import html
import logging
import threading
from typing import TYPE_CHECKING, Any

from diffexplain.explorers import kernel

if TYPE_CHECKING:
    from collections.abc import Callable

REST_SECONDS = 1.5

_log = logging.getLogger(__name__)

# What JupyterLab writes below the picture, "Loading widget..." and then "model not found", has no element around it. Where a page
# takes no styles from a notebook (one that is not trusted) both are there.
_BARE = ".jp-OutputArea-child:has(> * > .dx-fallback) + .jp-OutputArea-child > .lm-Panel.jp-OutputArea-output:not(:has(*))"


def invitation(still: str, sentence: str) -> str:
    """Return the HTML of a still picture with what to do for the live one, instead of what Jupyter says about its absence."""
    note = f'<p style="margin: 0 40px"><small>{html.escape(sentence)}</small></p>'  # below the words of a figure
    return f"{still}{note}<style>{_BARE} {{ display: none }}</style>"


class Fallback:
    """The still picture of one explorer. Never raises: a missing picture must not cost anybody a run.

    Args:
        key: the explorer's; the page finds the element by it.
    """

    def __init__(self, key: str) -> None:
        self._key = key
        self._still = ""
        self._shown = False
        self._seen_by_cell = ""
        self._lock = threading.Lock()
        self._make: Callable[[], str] | None = None
        self._timer: threading.Timer | None = None

    def show(self, still: str) -> None:
        """Publish the output; without HTML, as long as nothing has finished, it is hidden."""
        self._still, self._shown = still, True
        self._publish(update=False)

    def follow(self, make: Callable[[], str]) -> None:
        """Put the HTML that this gives into the output, once nothing newer has come for a while.

        Args:
            make: called on a thread of its own, at most once.
        """
        if not self._shown:
            return
        timer = threading.Timer(REST_SECONDS, self._catch_up)
        timer.daemon = True
        with self._lock:
            before, self._timer, self._make = self._timer, timer, make
        if before is not None:
            before.cancel()
        timer.start()

    def rest(self) -> None:
        """Drop what has not been made yet."""
        with self._lock:
            timer, self._timer, self._make = self._timer, None, None
        if timer is not None:
            timer.cancel()

    def _catch_up(self) -> None:
        with self._lock:
            make, self._make, self._timer = self._make, None, None
        if make is not None:
            self._still = make()
            self._publish(update=True)

    def repeat(self) -> None:
        """Catch up at once, from a cell that waited: nbclient takes note only of what the running cell publishes."""
        with self._lock:
            timer, self._timer = self._timer, None
            make, self._make = self._make, None
        if timer is not None:
            timer.cancel()
        if make is not None:
            self._still = make()
        if self._still != self._seen_by_cell:
            self._seen_by_cell = self._still
            self._publish(update=True)

    def _publish(self, *, update: bool) -> None:
        shell = kernel.shell()
        if shell is None or not self._shown:
            return
        attributes = f'class="dx-fallback" data-explorer="{html.escape(self._key)}"'
        data = {"text/html": f"<div {attributes}>{self._still}</div>" if self._still else f"<div {attributes} hidden></div>"}
        transient: dict[str, Any] = {"display_id": f"diffexplain-{self._key}"}
        try:
            shell.display_pub.publish(data, {}, transient=transient, update=update)
        except Exception:  # noqa: BLE001 - see the class
            _log.debug("the still picture could not be published", exc_info=True)
