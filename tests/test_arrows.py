"""Which module imports which: rooms are entered in one direction, and no way leads in a circle."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

import diffexplain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

HOME = Path(diffexplain.__file__).parent
BASE = frozenset({"diffexplain.errors", "i18n"})  # whoever may import these
ROOMS = {  # room -> the rooms and modules that it may import beside itself
    "i18n": frozenset[str](),
    "core": BASE,
    "learn": BASE | {"core"},
    "live": BASE | {"core"},
    "models": BASE | {"core", "scenes"},  # what the bundled one has learned is the world it was shown
    "scenes": BASE | {"core"},
    "maps": BASE | {"core", "live", "models", "scenes"},
    "explorers": BASE | {"core", "learn", "live", "maps", "models", "scenes"},
    "plots": BASE | {"core", "explorers", "maps", "models"},
    "training": BASE | {"core", "learn", "models", "scenes"},
}


class Imports(NamedTuple):
    """What a module imports of this project: while it runs (in a function or not), and for its types alone."""

    running: frozenset[str]
    typing: frozenset[str]


def modules() -> dict[str, Path]:
    """Path of each module by its name."""
    paths = [path for path in HOME.rglob("*.py") if "node_modules" not in path.parts]
    names = (".".join((HOME.name, *path.relative_to(HOME).with_suffix("").parts)) for path in paths)
    return {name.removesuffix(".__init__"): path for name, path in zip(names, paths, strict=True)}


def imports_of(module: str, source: str, known: Collection[str]) -> Imports:
    """What a module's source imports; of a package within a package that it is not in, the outer one's ``__init__``, too."""
    found: dict[bool, set[str]] = {False: set(), True: set()}
    for name, for_types in _names(ast.parse(source), for_types=False):
        parts = name.split(".")
        ways = [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
        found[for_types] |= {way for way in ways if way in known and way != module and not f"{module}.".startswith(f"{way}.")}
    return Imports(frozenset(found[False]), frozenset(found[True] - found[False]))


def _names(node: ast.AST, *, for_types: bool) -> Iterator[tuple[str, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from ((alias.name, for_types) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert not child.level, "imports are absolute"
            yield from ((f"{child.module}.{alias.name}", for_types) for alias in child.names)
        elif isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            yield from _names(ast.Module(child.body, []), for_types=True)
            yield from _names(ast.Module(child.orelse, []), for_types=for_types)
        else:
            yield from _names(child, for_types=for_types)


def circle(arrows: Mapping[str, Collection[str]]) -> list[str]:
    """Modules that import each other in a circle; empty where there is none."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def room_of(module: str) -> str:
    """The folder that a module is in; its own name for one that is in none."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and (HOME / parts[1]).is_dir() else module


@pytest.fixture(scope="module")
def imports() -> dict[str, Imports]:
    known = modules()
    return {name: imports_of(name, path.read_text("utf-8"), known) for name, path in known.items()}


def test_no_module_imports_itself_by_way_of_others(imports: dict[str, Imports]) -> None:
    assert not circle({name: found.running for name, found in imports.items()})


def test_not_even_for_its_types(imports: dict[str, Imports]) -> None:
    assert not circle({name: found.running | found.typing for name, found in imports.items()})


def test_rooms_are_entered_in_one_direction(imports: dict[str, Imports]) -> None:
    arrows = {(name, target) for name, found in imports.items() for target in found.running | found.typing}
    wrong = [
        f"{name} -> {target}"
        for name, target in sorted(arrows)
        if (room := room_of(name)) in ROOMS and room_of(target) not in {room, *ROOMS[room]}
    ]
    assert not wrong


def test_every_room_has_its_rule(imports: dict[str, Imports]) -> None:
    assert {room_of(name) for name in imports if not room_of(name).startswith(HOME.name)} == ROOMS.keys()


def test_imports_are_read_wherever_they_stand() -> None:
    source = """
from typing import TYPE_CHECKING
import a.b.c
if TYPE_CHECKING:
    from a import d
else:
    from a import e
def later():
    from a.f import value
"""
    known = ["a", "a.b", "a.b.c", "a.d", "a.e", "a.f"]
    assert imports_of("a.z", source, known) == ({"a.b", "a.b.c", "a.e", "a.f"}, {"a.d"})
    assert imports_of("a.b.z", source, known).running == {"a.b.c", "a.e", "a.f"}


def test_a_circle_is_seen() -> None:
    assert set(circle({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]})) == {"a", "b", "c"}
    assert not circle({"a": ["b", "c"], "b": ["c"], "c": []})
