"""Writes the TypeScript declarations of every explorer's messages, so that the page's half can't drift from this one.

``python -m diffexplain.live.declarations`` writes them; with ``--check`` it only says which are out of date. An explorer
declares its messages in ``explorers/NAME/messages.py`` as ``MESSAGES``; found by that name, so that nothing here imports upward.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import sys
import types
import typing
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from diffexplain.i18n import Words
from diffexplain.live import status
from diffexplain.live.messages import Message, Picture, Quantized, field_types

if typing.TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PACKAGE = Path(__file__).parent.parent
HEADER = "// Made by `python -m diffexplain.live.declarations` from {source}. Do not edit.\n"
SCALARS = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}


def declarations() -> dict[Path, str]:
    """Return the text of every declaration file, by its path."""
    frontend = PACKAGE / "frontend"
    files = {frontend / "kit" / "messages.d.ts": declare(status.KINDS, "", "./protocol.js", "diffexplain/live/status.py")}
    examples = PACKAGE.parent / "docs" / "examples"
    kit = "../../../diffexplain/frontend/kit/protocol.js"
    for folder, page, protocol in (
        (PACKAGE / "explorers", frontend / "explorers", "../../kit/protocol.js"),
        (examples, examples, kit),
    ):
        for path in sorted(folder.glob("*/messages.py")):
            source = path.relative_to(PACKAGE.parent)
            name = path.parent.name
            kinds = import_module(".".join(source.with_suffix("").parts)).MESSAGES
            union = "".join(part.capitalize() for part in name.split("_"))
            files[page / name / "messages.d.ts"] = declare(kinds, union, protocol, source.as_posix())
    return files


def declare(kinds: Sequence[type[Message]], union: str, protocol: str, source: str) -> str:
    """Return the declarations of some kinds of message and of the dataclasses inside them, as a page sees them after decoding.

    Args:
        kinds: message classes.
        union: the union of all kinds is called this and ``Message``; empty for no union.
        protocol: where to import ``Tensor``, ``Picture`` and ``Spoken`` from.
        source: named in the file's first line.
    """
    blocks = [
        f"{_comment(nested)}export interface {nested.__name__} {{\n{_fields(nested, '  ')}}}\n" for nested in _nested(kinds)
    ]
    for kind in kinds:
        blocks.append(f"{_comment(kind)}export interface {kind.__name__} {{\n{_fields(kind, '  ')}}}\n")
        sent = f'kind: "{kind.kind}"; run: number; number: number; data: {kind.__name__}'
        blocks.append(f"export interface {kind.__name__}Message {{ {sent} }}\n")
    if union:
        blocks.append(f"export type {union}Message = {' | '.join(f'{kind.__name__}Message' for kind in kinds)};\n")
    text = "\n".join(blocks)
    names = [name for name in ("Picture", "Spoken", "Tensor") if re.search(rf"[:|] {name}\b", text)]
    imports = f'import type {{ {", ".join(names)} }} from "{protocol}";\n\n' if names else ""
    return HEADER.format(source=source) + "\n" + imports + text


def _nested(kinds: Iterable[type]) -> list[Any]:
    """Return the dataclasses that appear inside `kinds`, each once, inner ones first."""
    nested: list[Any] = []

    def visit(declared: Any) -> None:
        for argument in typing.get_args(declared):
            visit(argument)
        if dataclasses.is_dataclass(declared) and declared not in (Picture, Quantized, *nested):
            for kind in field_types(declared).values():
                visit(kind)
            nested.append(declared)

    for kind in kinds:
        for declared in field_types(kind).values():
            visit(declared)
    return nested


def _fields(declared: Any, indent: str) -> str:
    meanings = _meanings(declared)
    lines = []
    for name, kind in field_types(declared).items():
        if name in meanings:
            lines.append(f"{indent}/** {meanings[name]} */\n")
        lines.append(f"{indent}{name}: {_typescript(kind)};\n")
    return "".join(lines)


def _typescript(declared: Any) -> str:
    origin, arguments = typing.get_origin(declared), typing.get_args(declared)
    if declared is Words:
        return "Spoken"
    if declared in SCALARS:
        return SCALARS[declared]
    if origin in (typing.Union, types.UnionType):
        if Words in arguments:
            arguments = tuple(argument for argument in arguments if argument is not str)
        return " | ".join(dict.fromkeys(_typescript(argument) for argument in arguments))
    if origin is typing.Literal:
        return " | ".join(f'"{value}"' for value in arguments)
    if origin is np.ndarray or declared is Quantized:
        return "Tensor"
    if origin is list:
        each = _typescript(arguments[0])
        return f"({each})[]" if " | " in each else f"{each}[]"
    if origin is tuple:
        return f"[{', '.join(_typescript(argument) for argument in arguments)}]"
    if dataclasses.is_dataclass(declared):
        return typing.cast("type", declared).__name__
    raise TypeError(f"{declared} cannot be declared in TypeScript")


def _comment(declared: type) -> str:
    sentence = (inspect.getdoc(declared) or "").split("\n\n")[0].replace("\n", " ")
    return f"/** {sentence} */\n" if sentence else ""


def _meanings(declared: Any) -> dict[str, str]:
    """Return what a field's declaration says of it, `Annotated` or with a check, or the section Attributes of its class or of one above it."""
    entries: list[tuple[str, str]] = []
    for each in reversed(declared.__mro__):
        section = re.search(r"^Attributes:\n((?:[ ]{4}.*\n?|\n)*)", inspect.cleandoc(each.__doc__ or ""), re.MULTILINE)
        entries += re.findall(r"^ {4}(\w+): (.*(?:\n {5,}.*)*)", section.group(1), re.MULTILINE) if section else []
        hints = typing.get_type_hints(each, include_extras=True).items()
        entries += [(name, hint.__metadata__[0]) for name, hint in hints if typing.get_origin(hint) is typing.Annotated]
    declarations = {each.name: each.metadata["help"] for each in dataclasses.fields(declared) if "help" in each.metadata}
    return {name: " ".join(meaning.split()) for name, meaning in entries} | declarations


def main(arguments: Sequence[str]) -> int:
    """Write every file, or with ``--check`` name those that are out of date; return how many those are."""
    stale = {path: text for path, text in declarations().items() if not path.exists() or path.read_text("utf-8") != text}
    for path, text in stale.items():
        print(path.relative_to(PACKAGE.parent))
        if "--check" not in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    return len(stale) if "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
