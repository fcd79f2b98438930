"""One page that shows a finished run: no kernel, no network, nothing to install.

The page's half of the explorer, the recorded messages and a small host that plays them are written into one HTML file, whose
policy forbids every request. What a user has typed appears in it only as escaped text or as data in inert blocks.
"""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diffexplain.core.whole_file import write_whole
from diffexplain.explorers import static
from diffexplain.i18n import say
from diffexplain.i18n.words import in_all_languages
from diffexplain.live.messages import Encoded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diffexplain.live.exported_run import ExportedRun

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
{widgets}<script type="module">
{host}</script>
</body>
</html>
"""


HOME = "https://pypi.org/project/diffexplain/"
_LONG = 500  # characters of a value that is worth being kept once
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
        style=_styles([run.name, *(inner.name for inner in run.widgets.values())]).replace("</", "<\\/"),
        still=run.still,
        state=_inert({"traits": dict(run.traits), "module": Path(run.name).stem}),
        messages=_zipped(pack(_all_messages(run))),
        module=_inert(static.script(run.name)),
        widgets=_widgets(run),
        host=static.text("host.js").replace("</script", "<\\/script").replace("<!--", "<\\!--"),
    )


def _zipped(content: bytes) -> str:
    return base64.b64encode(gzip.compress(content, mtime=0)).decode("ascii")


def _all_messages(run: ExportedRun) -> list[Encoded]:
    """Return its messages and those of what is inside it, which name their widget."""
    inside = [
        Encoded(message.content | {"widget": reference}, message.buffers)
        for reference, inner in run.widgets.items()
        for message in inner.messages
    ]
    return [*run.messages, *inside]


def _widgets(run: ExportedRun) -> str:
    """Return the block of what is inside a page: traits of each, and once what several have: modules, and long values of traits."""
    if not run.widgets:
        return ""
    shared: list[Any] = []
    places: dict[str, int] = {}

    def once(value: Any) -> Any:
        text = json.dumps(value, ensure_ascii=False)
        if len(text) < _LONG:
            return value
        if text not in places:
            places[text] = len(shared)
            shared.append(value)
        return {"shared": places[text]}

    def traits_of(inner: ExportedRun) -> dict[str, Any]:
        controls = {name: once(value) for name, value in inner.traits.get("_controls", {}).items()}
        return {name: once(value) for name, value in inner.traits.items()} | {"_controls": controls}

    modules = {Path(inner.name).stem: static.script(inner.name) for inner in run.widgets.values()}
    widgets = {
        reference: {"traits": traits_of(inner), "module": Path(inner.name).stem} for reference, inner in run.widgets.items()
    }
    content = json.dumps({"shared": shared, "modules": modules, "widgets": widgets}, ensure_ascii=False, allow_nan=False)
    return f'<script type="application/octet-stream;base64" id="dx-widgets">{_zipped(content.encode("utf-8"))}</script>\n'


def _styles(names: Sequence[str | Path]) -> str:
    """Return the styles of several pages, with what they have in common once."""
    rules = [rule for name in dict.fromkeys(names) for rule in _rules(static.style(name))]
    return "".join(dict.fromkeys(rules)) if len(set(names)) > 1 else static.style(names[0])


def _rules(style: str) -> list[str]:
    """Return the outermost rules of a style sheet, each whole."""
    found, start, depth = [], 0, 0
    for brace in re.finditer(r"[{}]", style):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            found.append(style[start : brace.end()].lstrip())
            start = brace.end()
    return found


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
