"""A finished run as a thing by itself: what an export needs of an explorer, and nothing that is alive."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from diffexplain.live.messages import Encoded


DETAILS = ("preview", "full")
"""What an export can have of a run: what a page is sent at first, or all of it."""


@dataclass(frozen=True, eq=False)
class ExportedRun:
    """A finished run, and how to show it.

    Attributes:
        name: of the page's module, ``static/NAME.js``, or the path of one that is not built.
        title: of the explorer; `Words` follow the page's language.
        subject: what the run was asked to show, such as its prompt; plain text, may be empty.
        traits: what the page's model holds; those of the request are the run's own.
        messages: of the finished run, in order.
        still: HTML of a picture for a page without scripts, or empty.
        widgets: those that the page shows inside it, by how its traits refer to them.
    """

    name: str | Path
    title: str
    subject: str
    traits: Mapping[str, Any]
    messages: Sequence[Encoded]
    still: str
    widgets: Mapping[str, ExportedRun] = field(default_factory=dict)
