"""docs/pipelines.md, what works with which family of pipelines: the tests say it.

A test marked ``works(family, feature)`` that passes puts a tick in that cell, or what it says instead through the fixture
``works``. Where the page says something else, the test fails. ``make table`` writes the page anew.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from tests.families import FAMILIES, FEATURES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Cells: TypeAlias = "dict[tuple[str, str], str]"  # by family and feature

PAGE = Path(__file__).parents[1] / "docs" / "pipelines.md"
YES = "✓"
NOT_TESTED = "not tested"
INTRODUCTION = """\
# What works with which pipeline

This table is written by the tests (`make table`); a test fails where it is not what they find. The pipelines in it are tiny, with
random weights, on a CPU: it says that the pipeline of diffusers is understood, not how a model of that kind paints. A family
that is not here may work, but nobody has tested it.

Explorers go from noise and a prompt to a picture. Given a Stable Diffusion or XL pipeline that is made for a start or a control picture,
they run its text-to-image sister with the same networks, and show the name of the class that runs; others of that kind they refuse.
"""
LEGEND = """\
* **Recorded to the bit**: `record(pipe)` sees every step, and the picture is the same to the bit as without it.
* **Both halves of guidance**: a step holds the prediction with the prompt and the one without, and the scale is read back from them.
* **Every step as a picture**: latents and predicted originals are unpacked, previewed and decoded; the last one is the pipeline's picture.
* **Attention**: `record(pipe, attention=True)` changes no bit either, and words of the prompt have maps.
* **Tokens and text encoders**: `core.text.read_text` gives tokens and layers of this many encoders, equal to the encoder's own.
* **Lanes**: `dx.sample` gives the picture of the pipeline itself, attention included. Batched: all lanes share one call of the denoiser.
* **Forks**: `trace.fork(step)` without a change is the same run again, to the bit.
"""


def page(cells: Mapping[tuple[str, str], str]) -> str:
    """The whole page."""
    rows = [["Pipeline", *FEATURES.values()], ["---"] * (len(FEATURES) + 1)]
    rows += [
        [
            f"{name.split(',')[0]}Pipeline{name[len(name.split(',')[0]) :]}",
            *(cells.get((name, each), NOT_TESTED) for each in FEATURES),
        ]
        for name, family in FAMILIES.items()
        if not family.variant
    ]
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return f"{INTRODUCTION}\n{table}\n\n{LEGEND}"


def read() -> Cells:
    """The cells of the page as it is; those that are not tested are none."""
    lines = PAGE.read_text(encoding="utf-8").splitlines() if PAGE.exists() else []
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    cells = {
        (re.sub("Pipeline(?=,|$)", "", row[0]), feature): cell
        for row in rows[2:]
        for feature, cell in zip(FEATURES, row[1:], strict=True)
    }
    return {place: cell for place, cell in cells.items() if cell != NOT_TESTED}


# what pytest is told, in tests/core/conftest.py

_SAID = pytest.StashKey[dict[str, str]]()
_FOUND = pytest.StashKey[Cells]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-table", action="store_true", help="write docs/pipelines.md from the tests marked `works`")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "works(family, feature): shows a feature with a family of pipelines (see tests/works.py)"
    )
    config.stash[_FOUND] = {}


@pytest.fixture
def works(request: pytest.FixtureRequest) -> dict[str, str]:
    """What to say of a feature instead of a tick, by feature."""
    return request.node.stash.setdefault(_SAID, {})


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[Any]:
    result = yield  # a failed test raises here
    said = item.stash.get(_SAID, {})
    found = {mark.args: said.get(mark.args[1], YES) for mark in item.iter_markers("works")}
    item.config.stash[_FOUND].update(found)
    if found and not _writes(item.config):
        written = read()
        for place, cell in found.items():
            assert written.get(place) == cell, f"docs/pipelines.md is out of date at {place}; run `make table`"
    return result


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _writes(session.config) and not session.testsfailed:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page({**read(), **session.config.stash[_FOUND]}), encoding="utf-8")  # a part of the tests, a part of it


def _writes(config: pytest.Config) -> bool:
    return bool(config.getoption("write_table", default=False))
