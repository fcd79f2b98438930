"""Which explorers a page can draw by itself: those that have a part in ``frontend/network/explorers``."""

from __future__ import annotations

from diffexplain.errors import ExportError
from diffexplain.i18n import say

_DRAWING = ("text", "unet", "decoder")

EXPLORERS = {
    "denoise": _DRAWING,
    "guidance": (*_DRAWING, "seen"),
    "seed": _DRAWING,
    "sampler": (*_DRAWING, "seen"),
    "similarity": ("text",),
    "embedding": ("text",),
}
"""Name of an explorer's page -> the networks that it needs."""

MAPPED = ("embedding", "sampler")
"""Those that need the map that ships, too."""


def require_explorer(name: str) -> None:
    """Check that a page can draw what an explorer shows.

    Args:
        name: Of the explorer's page.

    Raises:
        ExportError: It can't; the message says what can.
    """
    if name not in EXPLORERS:
        raise ExportError(
            say(
                "a page can draw what these explorers show: {names}; of {name} it can keep a recording, without live=True",
                names=", ".join(EXPLORERS),
                name=name,
            )
        )
