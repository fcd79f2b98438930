"""The page's half of an explorer, as `frontend/` builds it."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent.parent / "static"
_NOT_BUILT = """export default {{
  render({{ el }}) {{ el.textContent = "diffexplain/static/{name} is missing: run `npm run build` in diffexplain/frontend."; }},
}};
"""


@cache
def text(name: str) -> str:
    """The text of ``static/NAME``, read once. It ends with a newline, or anywidget might take one long line for a path."""
    path = STATIC / name
    if path.exists():
        return path.read_text("utf-8").rstrip("\n") + "\n"
    return _NOT_BUILT.format(name=name) if path.suffix == ".js" else "\n"


def source(name: str) -> str | Path:
    """What to give anywidget: text, because of a path it keeps every instance alive for ever (anywidget#929).

    While the page is being worked on, ``ANYWIDGET_HMR=1`` asks for the path, and for its reloading.
    """
    path = STATIC / name
    return path if os.environ.get("ANYWIDGET_HMR") == "1" and path.exists() else text(name)
