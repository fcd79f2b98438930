"""One file that shows a finished run: no kernel, no network, nothing to install.

The page's half of the explorer, the recorded messages and a small host that plays them are written into one HTML file, whose
policy forbids every request. What a user has typed appears in it only as escaped text or as data in inert blocks.
"""

from __future__ import annotations

import base64
import gzip
import html
import json
import os
import struct
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diffexplain.explorers import static
from diffexplain.i18n import say
from diffexplain.live.exported_run import ExportedRun

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from diffexplain.explorers.explorer import Explorer
    from diffexplain.live.messages import Encoded

_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'; img-src data: blob:; "
    "base-uri 'none'; form-action 'none'"
)
_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="diffexplain">
<title>{title}</title>
<style>
body {{ margin: 0 auto; max-width: 1040px; padding: 16px; font-family: system-ui, sans-serif; }}
{style}</style>
</head>
<body>
<main id="dx-explorer"></main>
<noscript>{still}</noscript>
<script type="application/json" id="dx-state">{state}</script>
<script type="application/octet-stream;base64" id="dx-messages">{messages}</script>
<script type="application/json" id="dx-module">{module}</script>
<script type="module">
{host}</script>
</body>
</html>
"""


def to_html(source: Explorer | ExportedRun, path: str | PathLike[str]) -> Path:
    """Writes a finished run as one page. The file appears whole or not at all.

    Args:
        source: an explorer, whose running run is waited for, or what its `recording` gave.
        path: file to write; an existing one is replaced.

    Returns:
        The file's path.

    Raises:
        NoFinishedRunError: no run of the explorer has finished.
        FileNotFoundError: the folder does not exist.
        OSError: the file can't be written.
    """
    target = Path(path).expanduser()
    if not target.parent.is_dir():
        raise FileNotFoundError(say("there is no folder {parent}; make it first or give another path", parent=target.parent))
    if target.is_dir():
        raise IsADirectoryError(
            say("{target} is a folder; give the name of a file, such as {value}", target=target, value=target / "explorer.html")
        )
    recording = source if isinstance(source, ExportedRun) else source.exported_run()
    _write_whole(target, page(recording))
    return target


def page(recording: ExportedRun) -> str:
    """The HTML of a recording."""
    return _PAGE.format(
        policy=_POLICY,
        language={"zh": "zh-Hans"}.get(str(recording.traits.get("language")), "en"),
        title=html.escape(recording.title),
        style=static.style(recording.name).replace("</", "<\\/"),
        still=recording.still,
        state=_inert({"traits": dict(recording.traits), "module": Path(recording.name).stem}),
        messages=base64.b64encode(gzip.compress(pack(recording.messages), mtime=0)).decode("ascii"),
        module=_inert(static.script(recording.name)),
        host=static.text("host.js").replace("</script", "<\\/script").replace("<!--", "<\\!--"),
    )


def pack(messages: Sequence[Encoded]) -> bytes:
    """Messages as bytes: the JSON's length as little-endian uint32, the JSON, then every buffer, one behind the other.

    The JSON is a list of the messages' contents, each with the lengths of its ``buffers``.
    """
    entries = [{**message.content, "buffers": [buffer.nbytes for buffer in message.buffers]} for message in messages]
    head = json.dumps(entries, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")
    return b"".join(
        [struct.pack("<I", len(head)), head, *(bytes(buffer) for message in messages for buffer in message.buffers)]
    )


def _inert(value: Any) -> str:
    """JSON that no parser of HTML can take for markup: it has no "<"."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _write_whole(target: Path, text: str) -> None:
    scratch = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}")
    try:
        scratch.write_text(text, "utf-8", newline="\n")
        os.replace(scratch, target)  # noqa: PTH105 - replaces on Windows, too
    finally:
        scratch.unlink(missing_ok=True)
