"""The page's half of an explorer: as `frontend/` builds it, or a file of one's own that imports ``diffexplain/kit``."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent.parent / "static"
_NOT_BUILT = """export default {{
  render({{ el }}) {{ el.textContent = "diffexplain/static/{name} is missing: run `npm run build` in diffexplain/frontend."; }},
}};
"""
_IMPORT = re.compile(r"import\s*\{([^}]*)\}\s*from\s*[\"']diffexplain/kit[\"'];?")


@cache
def text(name: str) -> str:
    """Return the text of ``static/NAME``, read once. It ends with a newline, or anywidget might take a long line for a path."""
    path = STATIC / name
    if path.exists():
        return path.read_text("utf-8").rstrip("\n") + "\n"
    return _NOT_BUILT.format(name=name) if path.suffix == ".js" else "\n"


def script(module: str | Path) -> str:
    """Return the JavaScript of an explorer's page.

    Args:
        module: name of one that is built, or the path of an ES module whose only import is of names from ``diffexplain/kit``. It
            needs no building: a notebook and an exported page take one text, so the kit goes before it.
    """
    if isinstance(module, str):
        return text(f"{module}.js")
    own = _IMPORT.sub(lambda found: f"const {{{found[1].replace(' as ', ': ')}}} = diffexplainKit;", module.read_text("utf-8"))
    return text("kit.js") + own.rstrip("\n") + "\n"


def style(module: str | Path) -> str:
    """Return the CSS of an explorer's page; of one's own, the kit's and what stands in the file of the same name."""
    if isinstance(module, str):
        return text(f"{module}.css")
    own = module.with_suffix(".css")
    return text("kit.css") + (own.read_text("utf-8") if own.exists() else "")


def source(module: str | Path, suffix: str) -> str | Path:
    """Return what to give anywidget: text, because of a path it keeps every instance alive for ever (anywidget#929).

    While the page is being worked on, ``ANYWIDGET_HMR=1`` asks for the path, and for its reloading.

    Args:
        module: see `script`.
        suffix: ".js" or ".css".
    """
    path = STATIC / f"{module}{suffix}"
    if os.environ.get("ANYWIDGET_HMR") == "1" and isinstance(module, str) and path.exists():
        return path
    return script(module) if suffix == ".js" else style(module)
