"""A finished run as a page that goes on: whatever is changed in it, the bundled network draws in the reader's browser."""

from __future__ import annotations

import base64
import dataclasses
from typing import TYPE_CHECKING, Any

from diffexplain.core.whole_file import write_whole
from diffexplain.errors import ExportError
from diffexplain.explorers import page
from diffexplain.explorers.in_page import network
from diffexplain.explorers.in_page.explorers import require_explorer
from diffexplain.explorers.in_page.facts import SAMPLERS
from diffexplain.explorers.in_page.rules import require_request, rules
from diffexplain.explorers.inert import inert
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from diffexplain.explorers.in_page.network import File
    from diffexplain.live.exported_run import ExportedRun

_MADE = say("It opens with a recorded run. It was made with")


def require(name: str, in_page: Callable[[], dict[str, Any] | None]) -> dict[str, Any]:
    """Check that a page can draw what an explorer shows.

    Args:
        name: Of the explorer's page.
        in_page: See `Saving.in_page`.

    Returns:
        What that gives.

    Raises:
        ExportError: It can't; the message says what can.
    """
    require_explorer(name)
    own = in_page()
    if own is None:
        raise ExportError(
            say(
                "a page can draw with the bundled model alone, as it was shipped; of another pipeline write a recording, without live=True"
            )
        )
    return own


def write(run: ExportedRun, fields: Collection[str], own: Mapping[str, Any], target: Path, *, one_file: bool) -> Path:
    """Write a page and what it needs to draw; returns the page's path.

    Args:
        run: What the page opens with.
        fields: That ask for a new run.
        own: What the page must know beside its networks.
        target: File of the page; its folder is made, in one that is there.
        one_file: Whether the page has everything in itself, so that it can be opened as a file; else it is beside it.

    Raises:
        ExportError: The page could not go on from this run; nothing is written.
        OSError: Something can't be written.
    """
    taken = rules(fields, run.traits["_controls"]["limits"], own)
    require_request(run.traits, taken)
    worker, files = network.worker(), network.files(str(run.name), own)
    target.parent.mkdir(exist_ok=True)
    if not one_file:
        network.write([worker, *files], target.parent)
    inside = [worker, *files] if one_file else []
    live = {
        "explorer": run.name,
        "rules": taken,
        "worker": worker.entry(),
        "files": [file.entry() for file in files],
        "inside": one_file,
    }
    blocks = f'<script type="application/json" id="dx-live">{inert(live)}</script>\n' + "".join(map(_block, inside))
    write_whole(target, page.page(_offering(run), page.Generating(blocks, _MADE, from_beside=not one_file)))
    return target


def _offering(run: ExportedRun) -> ExportedRun:
    """Return a run whose page offers the samplers that it can draw with."""
    controls = dict(run.traits["_controls"])
    if "samplers" not in controls:
        return run
    controls["samplers"] = [each for each in controls["samplers"] if each["name"] in SAMPLERS]
    return dataclasses.replace(run, traits={**run.traits, "_controls": controls})


def _block(file: File) -> str:
    content = base64.b64encode(file.content).decode("ascii")
    return f'<script type="application/octet-stream;base64" id="dx-file-{file.name}">{content}</script>\n'
