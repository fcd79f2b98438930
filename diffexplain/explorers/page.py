"""One page that shows a finished run: no kernel, no network, nothing to install.

The page's half of the explorer, the recorded messages and a small host that plays them are written into one HTML file, whose
policy forbids every request. What a user has typed appears in it only as escaped text or as data in inert blocks.
"""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from diffexplain.core.whole_file import write_whole
from diffexplain.explorers import joined, static
from diffexplain.explorers.inert import inert, pack, zipped
from diffexplain.explorers.inside import messages_of, modules_of, widgets_of
from diffexplain.i18n import say
from diffexplain.i18n.words import in_all_languages

if TYPE_CHECKING:
    from pathlib import Path

    from diffexplain.live.exported_run import ExportedRun

_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' blob:{script}; style-src 'unsafe-inline'; img-src data: blob:; "
    "{more}base-uri 'none'; form-action 'none'"
)
_STRIP = """.live {{ display: flex; align-items: center; flex-wrap: wrap; gap: 6px 12px; margin: 0 4px 12px; font-size: 13px; min-height: 28px; \
color: light-dark(#5b6470, #9aa4b1); }}
.live [hidden] {{ display: none; }}
.live progress {{ flex: 1 1 60px; max-width: 280px; height: 8px; accent-color: light-dark(#0969da, #58a6ff); }}
.live button {{ font: inherit; color: inherit; background: none; border: 1px solid currentColor; border-radius: 6px; padding: 2px 10px; \
min-height: 28px; cursor: pointer; }}
"""
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
{messages}{modules}{widgets}{live}<script type="module">
{host}</script>
</body>
</html>
"""


HOME = "https://pypi.org/project/diffexplain/"
MADE = say("A recording of a run. It was made with")


@dataclass(frozen=True)
class Generating:
    """What a page has besides that generates; see `diffexplain.explorers.in_page`.

    Attributes:
        blocks: HTML of its data.
        made: What stands before the name of what made it.
        from_beside: Whether it reads files of its own folder.
    """

    blocks: str
    made: str
    from_beside: bool

    @property
    def policy(self) -> str:
        """What it may do: compute, in a second thread, and read what is beside it."""
        if self.from_beside:
            return _POLICY.format(script=" 'wasm-unsafe-eval'", more="worker-src blob:; connect-src 'self'; ")
        return _POLICY.format(
            script=" 'wasm-unsafe-eval' data:", more="worker-src data:; "
        )  # from a file, no blob can be imported


def write(run: ExportedRun, target: Path) -> Path:
    """Write a finished run as one page, whole or not at all; returns the file's path.

    Raises:
        OSError: The file can't be written.
    """
    write_whole(target, page(run))
    return target


def page(run: ExportedRun, generating: Generating | None = None) -> str:
    """Return the HTML of a finished run; of a page that generates with what it needs for that."""
    modules = modules_of(run)
    language = str(run.traits.get("language", "en"))
    title, made = in_all_languages(run.title), in_all_languages(generating.made if generating else MADE)
    return _PAGE.format(
        policy=generating.policy if generating else _POLICY.format(script="", more=""),
        language={"zh": "zh-Hans"}.get(language, "en"),
        tab=html.escape(" · ".join(part for part in (run.subject[:80], title[language]) if part)),
        title=html.escape(title[language]),
        title_words=_by_language(title),
        subject=html.escape(f"“{run.subject}”" if run.subject else ""),
        made=html.escape(made[language]),
        made_words=_by_language(made),
        home=HOME,
        style=joined.style(*modules).replace("</", "<\\/") + (_STRIP.format() if generating else ""),
        still=run.still,
        state=inert({"traits": dict(run.traits)}),
        messages=_block("dx-messages", pack(messages_of(run))),
        modules=_block("dx-modules", joined.scripts(modules)),
        widgets=_block("dx-widgets", json.dumps(widgets_of(run), ensure_ascii=False, allow_nan=False)) if run.widgets else "",
        live=generating.blocks if generating else "",
        host=static.text("network/host.js" if generating else "host.js")
        .replace("</script", "<\\/script")
        .replace("<!--", "<\\!--"),
    )


def _block(name: str, content: bytes | str) -> str:
    return f'<script type="application/octet-stream;base64" id="{name}">{zipped(content)}</script>\n'


def _by_language(words: dict[str, str]) -> str:
    """Return the attribute from which the host takes the words of the language that the page speaks."""
    return f' data-words="{html.escape(json.dumps(words, ensure_ascii=False))}"'
