"""All errors stand in one file, as the tree at its head draws them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import diffexplain
from diffexplain import errors

HOME = Path(diffexplain.__file__).parent
TREE = {name: found for name, found in vars(errors).items() if isinstance(found, type)}


def drawn() -> dict[str, tuple[str, str]]:
    """Name of each error in the drawing -> the one that it hangs on, and the plain Python error that it also is."""
    found: dict[str, tuple[str, str]] = {}
    way: list[str] = []
    for line in re.findall(r"^    .+$", errors.__doc__ or "", re.MULTILINE):
        stem, name, rest = re.fullmatch(r"    ([│├└─ ]*)(\w+)(.*)", line).groups()
        depth = len(stem) // 4
        way[depth:] = [name]
        also = re.search(r"\(also an? (\w+)\)$", rest)
        found[name] = (way[depth - 1] if depth else "Exception", also[1] if also else "")
    return found


def test_the_drawing_is_the_tree() -> None:
    real = {name: tuple(base.__name__ for base in found.__bases__) for name, found in TREE.items()}
    assert {name: tuple(filter(None, bases)) for name, bases in drawn().items()} == real


def test_every_error_has_a_sentence_and_they_stand_in_order() -> None:
    assert all(found.__doc__ and found.__doc__.endswith(".") for found in TREE.values())
    children = [name for name, (parent, _) in drawn().items() if parent == "DiffexplainError"]
    assert children == sorted(children)


def test_no_other_module_has_errors_for_a_user() -> None:
    """Those with a leading underscore are caught where they are raised."""
    for path in HOME.rglob("*.py"):
        if path.name == "errors.py" or "node_modules" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                bases = [ast.unparse(base).rpartition(".")[2] for base in node.bases]
                assert not [base for base in bases if base.endswith("Error") or base == "Exception"], (path, node.name)
