"""An export is written whole or not at all, and says what is wrong with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import diffexplain as dx
from tests import tiny

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def explorer() -> Iterator[dx.DenoiseExplorer]:
    explorer = dx.DenoiseExplorer(tiny.sd(), prompt="a red circle", steps=3).wait(60)
    yield explorer
    explorer.close()


def test_the_bundled_model_in_twenty_steps_stays_under_a_megabyte(tmp_path: Path) -> None:
    explorer = dx.DenoiseExplorer(prompt="a fox", seed=7, steps=20).wait(120)
    assert explorer.to_html(tmp_path / "fox.html").stat().st_size < 1_000_000
    explorer.close()


def test_a_file_is_replaced_whole_or_left_alone(
    explorer: dx.DenoiseExplorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.html"
    target.write_text("before")
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        explorer.to_html(target)
    monkeypatch.undo()
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]
    explorer.to_html(target)
    assert "dx-messages" in target.read_text("utf-8")


def test_bad_places_are_said(explorer: dx.DenoiseExplorer, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no folder"):
        explorer.to_html(tmp_path / "nowhere" / "out.html")
    with pytest.raises(IsADirectoryError, match="is a folder"):
        explorer.to_html(tmp_path)


def test_without_a_finished_run_there_is_nothing_to_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = tiny.sd()
    explorer = dx.DenoiseExplorer(pipe, prompt="a", steps=1000)
    explorer.cancel()
    with pytest.raises(RuntimeError, match="no finished run"):
        explorer.to_html(tmp_path / "out.html")
    explorer.close()
