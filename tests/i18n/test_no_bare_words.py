"""What an error says goes through `say` or `plural`, or nobody can read it in another language."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import diffexplain

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(diffexplain.__file__).parent
CONVERTED = ("core", "models", "scenes", "live", "explorers", "plots")
FILES = ("cli.py", "doctor.py", "export.py", "export_command.py", "lessons.py")
OURS = {"live/messages.py"}  # what it says is for whoever writes an explorer
SOURCES = sorted(
    path
    for path in [
        *(each for folder in CONVERTED for each in (PACKAGE / folder).rglob("*.py")),
        *(PACKAGE / name for name in FILES),
    ]
    if path.relative_to(PACKAGE).as_posix() not in OURS
)
FOR_PROGRAMMERS = {"AssertionError", "AttributeError", "TypeError"}  # a misspelled name, a wrong argument of our own


def bare_words(source: str) -> Iterator[tuple[int, str]]:
    """``(line, text)`` of each raise of a plain text that has two words or more."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)):
            continue
        if ast.unparse(node.exc.func) in FOR_PROGRAMMERS:
            continue
        for argument in [*node.exc.args, *(keyword.value for keyword in node.exc.keywords)]:
            text = _plain(argument)
            if len(re.findall(r"[A-Za-z]{2,}", text)) >= 2:
                yield node.lineno, text


def _plain(node: ast.expr) -> str:
    """The letters that an expression writes itself, outside of any call."""
    if isinstance(node, ast.BinOp):
        return f"{_plain(node.left)} {_plain(node.right)}"
    if isinstance(node, ast.JoinedStr):
        return " ".join(part.value for part in node.values if isinstance(part, ast.Constant) and isinstance(part.value, str))
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_error_speaks_english_only(path: Path) -> None:
    assert list(bare_words(path.read_text("utf-8"))) == []


@pytest.mark.parametrize("raised", ['E("so be it")', 'E(f"so be {it}")', 'E("so " + f"be {it}")', 'E(hint="so be it")'])
def test_the_rule_sees_bare_words(raised: str) -> None:
    assert len(list(bare_words(f"raise {raised}"))) == 1


@pytest.mark.parametrize("raised", ['E(say("so be it"))', 'E(f"{it}")', "E(message)", "E", 'TypeError("so be it")'])
def test_the_rule_lets_translated_words_pass(raised: str) -> None:
    assert list(bare_words(f"raise {raised}")) == []
