"""One page that shows a finished run: no kernel, no network, nothing to install.

The page's half of the explorer, the recorded messages and a small host that plays them are written into one HTML file, whose
policy forbids every request. What a user has typed appears in it only as escaped text or as data in inert blocks.
"""

from __future__ import annotations

import base64
import gzip
import html
import json
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diffexplain.core.whole_file import write_whole
from diffexplain.explorers import static
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from diffexplain.live.exported_run import ExportedRun
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


def target_of(path: str | PathLike[str]) -> Path:
    """Return where a page is to be written.

    Raises:
        FileNotFoundError: The folder does not exist.
        IsADirectoryError: It is one.
    """
    target = Path(path).expanduser()
    if not target.parent.is_dir():
        raise FileNotFoundError(say("there is no folder {parent}; make it first or give another path", parent=target.parent))
    if target.is_dir():
        raise IsADirectoryError(
            say("{target} is a folder; give the name of a file, such as {value}", target=target, value=target / "explorer.html")
        )
    return target


def write(run: ExportedRun, target: Path) -> Path:
    """Write a finished run as one page, whole or not at all; returns the file's path.

    Raises:
        OSError: The file can't be written.
    """
    write_whole(target, page(run))
    return target


def page(run: ExportedRun) -> str:
    """Return the HTML of a finished run."""
    return _PAGE.format(
        policy=_POLICY,
        language={"zh": "zh-Hans"}.get(str(run.traits.get("language")), "en"),
        title=html.escape(run.title),
        style=static.style(run.name).replace("</", "<\\/"),
        still=run.still,
        state=_inert({"traits": dict(run.traits), "module": Path(run.name).stem}),
        messages=base64.b64encode(gzip.compress(pack(run.messages), mtime=0)).decode("ascii"),
        module=_inert(static.script(run.name)),
        host=static.text("host.js").replace("</script", "<\\/script").replace("<!--", "<\\!--"),
    )


def pack(messages: Sequence[Encoded]) -> bytes:
    """Return messages as bytes: the JSON's length as little-endian uint32, the JSON, then every buffer, one behind the other.

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
