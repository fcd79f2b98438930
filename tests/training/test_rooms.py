"""Arrows between the rooms of training run one way, and learn knows nothing of training."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import diffexplain

ROOT = Path(diffexplain.__file__).parent
ROOMS = {
    "data": set(),
    "networks": {"data"},
    "evaluation": {"data", "networks"},
    "release": {"data", "networks"},
    "stages": {"data", "networks", "evaluation"},
    "course": {"evaluation", "stages"},
}
SHARED = {"errors", "settings", "workspace"}


def imported(folder: Path) -> set[str]:
    """Modules that the files of a folder import, for types too."""
    nodes = [node for path in folder.rglob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    return {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}


def test_every_folder_is_a_room() -> None:
    folders = {path.parent.name for path in (ROOT / "training").glob("*/*.py")}
    assert folders == {*ROOMS}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_knows_those_before_it(room: str) -> None:
    start = "diffexplain.training."
    seen = {name.removeprefix(start).split(".")[0] for name in imported(ROOT / "training" / room) if name.startswith(start)}
    assert seen - {room} <= ROOMS[room] | SHARED


def test_learn_knows_core_and_nothing_above() -> None:
    above = {name.split(".")[1] for name in imported(ROOT / "learn") if name.startswith("diffexplain.")}
    assert above <= {"learn", "core", "errors", "i18n"}
