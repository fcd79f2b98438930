"""Folders and files that are never half there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from diffexplain.errors import TrainingError
from diffexplain.training.workspace import Workspace, fingerprint, replacing, write_whole

if TYPE_CHECKING:
    from pathlib import Path


def test_a_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    for number in range(2):
        with replacing(tmp_path / "weights") as folder:
            (folder / str(number)).write_text("x")
    assert [path.name for path in (tmp_path / "weights").iterdir()] == ["1"]
    assert [path.name for path in tmp_path.iterdir()] == ["weights"]


def fill_and_fail(folder: Path) -> None:
    with replacing(folder) as fresh:
        (fresh / "half").write_text("x")
        raise KeyboardInterrupt


def test_a_failure_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    with replacing(tmp_path / "weights") as folder:
        (folder / "whole").write_text("x")
    with pytest.raises(KeyboardInterrupt):
        fill_and_fail(tmp_path / "weights")
    assert [path.name for path in (tmp_path / "weights").iterdir()] == ["whole"]


def test_what_is_missing_is_named_with_the_stage_that_makes_it(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with pytest.raises(TrainingError, match=r"no vae/weights .* python -m diffexplain\.training vae"):
        workspace.require(workspace.weights("vae"), "vae")


def test_a_fingerprint_sees_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    first = fingerprint(tmp_path)
    (tmp_path / "a").write_text("2")
    second = fingerprint(tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    assert len({first, second, fingerprint(tmp_path)}) == 3


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    write_whole(tmp_path / "new" / "file", "content")
    assert (tmp_path / "new" / "file").read_text() == "content"
    assert len([*(tmp_path / "new").iterdir()]) == 1
