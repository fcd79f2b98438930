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
from diffexplain.explorers.in_page.facts import MOST_STEPS, SAMPLERS
from diffexplain.explorers.inert import inert
from diffexplain.i18n import say
from diffexplain.models.learned import is_bundled

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from diffexplain.explorers.in_page.network import File
    from diffexplain.live.exported_run import ExportedRun

_MADE = say("It opens with a recorded run. It was made with")


def require(name: str, pipeline: Any) -> None:
    """Check that a page can draw what an explorer shows.

    Args:
        name: Of the explorer's page.
        pipeline: What it explores; None for one that has none.

    Raises:
        ExportError: It can't; the message says what can.
    """
    require_explorer(name)
    if not is_bundled(pipeline):
        raise ExportError(
            say(
                "a page can draw with the bundled model alone, as it was shipped; of another pipeline write a recording, without live=True"
            )
        )


def require_request(request: Mapping[str, Any], pipeline: Any) -> None:
    """Check that a page can do what a recorded run was asked, so that it can go on from there.

    Raises:
        ExportError: It can't; the message says what to change.
    """
    side = pipeline.unet.config.sample_size * pipeline.vae_scale_factor
    allowed: tuple[tuple[str, bool, str], ...] = (
        ("sampler", request["sampler"] in SAMPLERS, ", ".join(SAMPLERS)),
        (
            "steps",
            request["steps"] <= MOST_STEPS,
            say("a whole number from {lowest} to {highest}", lowest=1, highest=MOST_STEPS),
        ),
        ("height", request["height"] in {None, side}, str(side)),
        ("width", request["width"] in {None, side}, str(side)),
    )
    for field, fits, values in allowed:
        if not fits:
            raise ExportError(
                say(
                    "a page can't draw with {field}={value}; change it to {allowed} and let it run",
                    field=field,
                    value=repr(request[field]),
                    allowed=values,
                )
            )


def write(run: ExportedRun, fields: Collection[str], pipeline: Any, target: Path, *, one_file: bool) -> Path:
    """Write a page and what it needs to draw; returns the page's path.

    Args:
        run: What the page opens with.
        fields: That ask for a new run.
        pipeline: The bundled one.
        target: File of the page; its folder is made, in one that is there.
        one_file: Whether the page has everything in itself, so that it can be opened as a file; else it is beside it.

    Raises:
        OSError: Something can't be written.
    """
    worker, files = network.worker(), network.files(pipeline)
    target.parent.mkdir(exist_ok=True)
    if not one_file:
        network.write([worker, *files], target.parent)
    inside = [worker, *files] if one_file else []
    live = {
        "explorer": run.name,
        "fields": list(fields),
        "offer": {
            "samplers": list(SAMPLERS),
            "steps": list(range(1, MOST_STEPS + 1)),
            "limits": run.traits["_controls"]["limits"],
        },
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
    controls["samplers"] = [each for each in controls["samplers"] if each["name"] in SAMPLERS]
    return dataclasses.replace(run, traits={**run.traits, "_controls": controls})


def _block(file: File) -> str:
    content = base64.b64encode(file.content).decode("ascii")
    return f'<script type="application/octet-stream;base64" id="dx-file-{file.name}">{content}</script>\n'
