"""Explorers and plots read maps; a map knows neither."""

from __future__ import annotations

from pathlib import Path

import pytest

from diffexplain import maps

SOURCES = sorted(Path(maps.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("source", SOURCES, ids=[source.name for source in SOURCES])
def test_maps_import_nothing_from_above(source: Path) -> None:
    text = source.read_text("utf-8")
    assert "diffexplain.explorers" not in text
    assert "diffexplain.plots" not in text
