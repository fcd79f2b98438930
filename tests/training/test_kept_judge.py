"""The judge that the repository keeps: in a workspace without one it says the same, and it takes nobody's place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from diffexplain.training.networks import judge
from diffexplain.training.release import kept_judge
from diffexplain.training.workspace import Workspace, fingerprint

if TYPE_CHECKING:
    from pathlib import Path

CPU = torch.device("cpu")


def _with_judge(root: Path) -> Workspace:
    workspace = Workspace(root)
    torch.manual_seed(0)
    workspace.weights("judge").mkdir(parents=True)
    judge.save(judge.Network((8, 8, 8, 8)), workspace.weights("judge"))
    return workspace


def test_kept_and_taken_it_says_what_it_said(tmp_path: Path) -> None:
    mine, other = _with_judge(tmp_path / "mine"), Workspace(tmp_path / "other")
    assert not kept_judge.copy_into(other, tmp_path / "judge")
    kept_judge.keep(mine, tmp_path / "judge")
    assert kept_judge.copy_into(other, tmp_path / "judge")
    pictures = np.random.default_rng(0).integers(0, 256, (6, 64, 64, 3), dtype=np.uint8)
    before, after = (judge.judge(judge.load(each.weights("judge"), CPU), pictures) for each in (mine, other))
    np.testing.assert_allclose(after.first, before.first, atol=2e-3)
    np.testing.assert_array_equal(after.arrangement, before.arrangement)


def test_it_takes_nobodys_place(tmp_path: Path) -> None:
    mine = _with_judge(tmp_path / "mine")
    kept_judge.keep(mine, tmp_path / "judge")
    before = fingerprint(mine.weights("judge"))
    assert not kept_judge.copy_into(mine, tmp_path / "judge")
    assert fingerprint(mine.weights("judge")) == before
    begun = Workspace(tmp_path / "begun")
    begun.checkpoint("judge").parent.mkdir(parents=True)
    begun.checkpoint("judge").touch()
    assert not kept_judge.copy_into(begun, tmp_path / "judge")


def test_the_one_that_is_kept_has_the_shape_of_today() -> None:
    assert judge.load(kept_judge.FOLDER, CPU).channels == (32, 64, 128, 192)
