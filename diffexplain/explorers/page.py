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
from diffexplain.i18n.words import in_all_languages

if TYPE_CHECKING:
    from collections.abc import Sequence

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
<title>{tab}</title>
<style>
body {{ margin: 0 auto; max-width: 1040px; padding: 16px; font-family: system-ui, sans-serif; color: light-dark(#1f2328, #e6e9ee); \
background: light-dark(#ffffff, #0f1216); }}
body > header {{ margin: 0 4px 16px; }}
h1 {{ margin: 0; font-size: 22px; line-height: 1.3; font-weight: 600; }}
body > header p {{ margin: 2px 0 0; font-size: 16px; overflow-wrap: anywhere; }}
body > header p:empty {{ display: none; }}
body > footer {{ margin: 12px 4px 0; font-size: 12px; color: light-dark(#5b6470, #9aa4b1); }}
body > footer a {{ color: inherit; }}
{style}</style>
</head>
<body>
<header><h1{title_words}>{title}</h1><p>{subject}</p></header>
<main id="dx-explorer"></main>
<noscript>{still}</noscript>
<footer><span{made_words}>{made}</span> <a href="{home}" rel="noopener">diffexplain</a></footer>
<script type="application/json" id="dx-state">{state}</script>
<script type="application/octet-stream;base64" id="dx-messages">{messages}</script>
<script type="application/json" id="dx-module">{module}</script>
<script type="module">
{host}</script>
</body>
</html>
"""


HOME = "https://pypi.org/project/diffexplain/"
MADE = say("A recording of a run. It was made with")


def write(run: ExportedRun, target: Path) -> Path:
    """Write a finished run as one page, whole or not at all; returns the file's path.

    Raises:
        OSError: The file can't be written.
    """
    write_whole(target, page(run))
    return target


def page(run: ExportedRun) -> str:
    """Return the HTML of a finished run."""
    language = str(run.traits.get("language", "en"))
    title, made = in_all_languages(run.title), in_all_languages(MADE)
    return _PAGE.format(
        policy=_POLICY,
        language={"zh": "zh-Hans"}.get(language, "en"),
        tab=html.escape(" · ".join(part for part in (run.subject[:80], title[language]) if part)),
        title=html.escape(title[language]),
        title_words=_by_language(title),
        subject=html.escape(f"“{run.subject}”" if run.subject else ""),
        made=html.escape(made[language]),
        made_words=_by_language(made),
        home=HOME,
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


def _by_language(words: dict[str, str]) -> str:
    """Return the attribute from which the host takes the words of the language that the page speaks."""
    return f' data-words="{html.escape(json.dumps(words, ensure_ascii=False))}"'


def _inert(value: Any) -> str:
    """JSON that no parser of HTML can take for markup: it has no "<"."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
