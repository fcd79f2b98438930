"""Files that import one another as one text: a notebook and an exported page take no other. What several need is in it once.

A module becomes a function that is called once and gives back what it exports. It knows as much of the language as esbuild writes, and a
page of one's own: imports and exports by name, at the outermost level, of modules that need one another in no circle.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from diffexplain.explorers import static

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_IMPORT = re.compile(r"import\s*(?:\{([^}]*)\}|([\w$]+))\s*from\s*[\"']([^\"']+)[\"'];?")
_EXPORT = re.compile(r"export\s*\{([^}]*)\};?")
_EXPORT_DEFAULT = re.compile(r"^export default ", re.MULTILINE)
_IMPORT_STYLE = re.compile(r"@import\s*[\"']([^\"']+)[\"'];\n?")


def script(module: str | Path) -> str:
    """Return the JavaScript of an explorer's page, with all that it imports.

    Args:
        module: name of one that is built, or the path of an ES module whose only import is of names from ``diffexplain/kit``. It
            needs no building.
    """
    text, names = _joined([_file(module, ".js")])
    return f"{text}export default {names[_file(module, '.js')]}.default;\n"


def scripts(modules: Sequence[str | Path]) -> str:
    """Return the JavaScript of several pages as one module, whose default is the list of them; see `script`."""
    files = [_file(module, ".js") for module in modules]
    text, names = _joined(files)
    return f"{text}export default [{', '.join(f'{names[file]}.default' for file in files)}];\n"


def style(*modules: str | Path) -> str:
    """Return the CSS of explorers' pages, that of the kit first; of a page of one's own, what stands in the file of the same name."""
    files = list(_in_order([_file(module, ".css") for module in modules]))
    files.sort(key=lambda file: not str(file).startswith("kit/"))  # keeps the order otherwise
    return "".join(_IMPORT_STYLE.sub("", _text(file)) for file in files)


def source(module: str | Path, suffix: str) -> str | Path:
    """Return what to give anywidget: text, because of a path it keeps every instance alive for ever (anywidget#929).

    While the page is being worked on, ``ANYWIDGET_HMR=1`` asks for the path, and for its reloading: what ``npm run watch`` builds
    imports nothing.

    Args:
        module: see `script`.
        suffix: ".js" or ".css".
    """
    path = static.STATIC / f"{module}{suffix}"
    if os.environ.get("ANYWIDGET_HMR") == "1" and isinstance(module, str) and path.exists():
        return path
    return script(module) if suffix == ".js" else style(module)


def _file(module: str | Path, suffix: str) -> str | Path:
    """Return a built file's name below ``static/``, or the path of one's own."""
    return module + suffix if isinstance(module, str) else module.with_suffix(suffix)


def _text(file: str | Path) -> str:
    if isinstance(file, str):
        return static.text(file)
    if file.suffix == ".js":
        return file.read_text("utf-8").rstrip("\n") + "\n"
    return '@import "diffexplain/kit";\n' + (file.read_text("utf-8") if file.exists() else "")


def _in_order(files: Sequence[str | Path]) -> Iterator[str | Path]:
    """Yield files and all that they import, each once and behind what it imports."""
    seen: set[str | Path] = set()

    def visit(file: str | Path) -> Iterator[str | Path]:
        if file in seen:
            return
        seen.add(file)
        for imported in _imported(file):
            yield from visit(imported)
        yield file

    for file in files:
        yield from visit(file)


def _imported(file: str | Path) -> list[str]:
    suffix = Path(file).suffix
    pattern, group = (_IMPORT, 3) if suffix == ".js" else (_IMPORT_STYLE, 1)
    return [_target(match[group], suffix) for match in pattern.finditer(_text(file))]


def _target(imported: str, suffix: str) -> str:
    """Return the file that is meant: it is one of the kit, nothing else is imported."""
    return f"kit/index{suffix}" if imported == "diffexplain/kit" else f"kit/{Path(imported).name}"


def _joined(files: Sequence[str | Path]) -> tuple[str, dict[str | Path, str]]:
    """Return modules with all that they import, and the names by which the text knows what each exports."""
    names = {file: f"diffexplain{number}" for number, file in enumerate(_in_order(files))}
    return "".join(_function(_text(file), name, names) for file, name in names.items()), names


def _function(text: str, name: str, names: Mapping[str | Path, str]) -> str:
    def take(match: re.Match[str]) -> str:
        parts = re.sub(r"\s+as\s+", ": ", match[1]) if match[1] is not None else f"default: {match[2]}"
        return f"const {{{parts}}} = {names[_target(match[3], '.js')]};"

    def give(match: re.Match[str]) -> str:
        pairs = [part.split() for part in match[1].split(",")]  # "own as name", or "name"
        return "".join(f"exported.{pair[-1]} = {pair[0]};" for pair in pairs)

    body = _EXPORT.sub(give, _EXPORT_DEFAULT.sub("exported.default = ", _IMPORT.sub(take, text)))
    return f"const {name} = (exported => {{\n{body}return exported;\n}})({{}});\n"
