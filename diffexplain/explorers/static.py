"""The files of the page's half, as `frontend/` builds them: one for each module of the kit and each explorer, and the host of exports."""

from __future__ import annotations

from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent.parent / "static"
_NOT_BUILT = """export default {{
  render({{ el }}) {{ el.textContent = "diffexplain/static/{name} is missing: run `npm run build` in diffexplain/frontend."; }},
}};
"""


@cache
def text(name: str) -> str:
    """Return the text of ``static/NAME``, read once. It ends with a newline, or anywidget might take a long line for a path."""
    path = STATIC / name
    if path.exists():
        return path.read_text("utf-8").rstrip("\n") + "\n"
    return _NOT_BUILT.format(name=name) if path.suffix == ".js" else "\n"
