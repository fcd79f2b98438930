"""A still picture beside the live view, for whoever opens the notebook without a kernel.

A saved notebook keeps no custom messages, and JupyterLab shows "model not found" where a widget was. So the explorer's
display is two outputs: a ``text/html`` one with a picture of the last finished run, which every renderer shows, and the
widget, which hides the picture by ``data-explorer`` once it has something to show itself.
"""

from __future__ import annotations

import html
import logging
from typing import Any

from diffexplain.explorers import kernel

_log = logging.getLogger(__name__)


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

    @property
    def shown(self) -> bool:
        """Whether there is an output to update, so that making a picture is worth it."""
        return self._shown

    def show(self, still: str) -> None:
        """Publishes the output; without HTML, as long as nothing has finished, it is hidden."""
        self._still, self._shown = still, True
        self._publish(update=False)

    def update(self, still: str) -> None:
        """Puts this HTML in the output."""
        self._still = still
        self._publish(update=True)

    def repeat(self) -> None:
        """Publishes once more, from a cell that waited: nbclient takes note only of what the running cell publishes."""
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
