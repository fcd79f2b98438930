"""A project puts stages, evaluation and the weights that ship together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from diffexplain.training.course import checkpoint
from diffexplain.training.project import STAGES, Project, has_checkpoint, open_project
from diffexplain.training.settings import NETWORKS, TINY
from diffexplain.training.workspace import Workspace, fingerprint
from tests.training import small

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(Workspace(tmp_path / "work"), small.SMALL, small.CPU, small.quiet)


def test_there_is_a_stage_for_every_network_in_the_order_of_training() -> None:
    assert tuple(STAGES) == NETWORKS


def test_opening_writes_nothing(tmp_path: Path) -> None:
    opened = open_project(tmp_path / "work", "tiny", "cpu")
    assert (opened.workspace.root, opened.settings, opened.device.type) == (tmp_path / "work", TINY, "cpu")
    assert not opened.workspace.root.exists()


def test_a_budget_of_before_is_worked_off_whatever_time_is_asked_for(project: Project) -> None:
    project.make_scenes()
    assert project.train("judge").samples == 24
    assert project.train("judge", hours=1).samples == 24


@pytest.mark.parametrize(("part", "fits"), [("all", True), ("decoder", False)])
def test_a_checkpoint_fits_the_part_that_it_was_made_of(project: Project, part: str, fits: bool) -> None:
    whole = project.stage("vae")
    assert not has_checkpoint(whole)
    checkpoint.write(project.workspace.checkpoint("vae"), {"mark": whole.mark})
    assert has_checkpoint(project.stage("vae", part)) == fits


def test_what_ships_lies_beside_and_a_stage_of_it_can_be_put_back(project: Project) -> None:
    project.make_scenes()
    beside = project.beside()
    assert beside.workspace.root.name == "work-shipped"
    assert beside.workspace.scenes("even").resolve() == project.workspace.scenes("even").resolve()
    ships = fingerprint(beside.workspace.weights("vae"))
    for name in ("vae", "clip"):
        (beside.workspace.weights(name) / "config.json").write_text("trained on")
        checkpoint.write(beside.workspace.checkpoint(name), {})
    assert project.beside() == beside
    assert fingerprint(beside.workspace.weights("vae")) != ships  # what was trained there stays
    project.beside("vae")
    assert fingerprint(beside.workspace.weights("vae")) == ships
    assert not beside.workspace.checkpoint("vae").exists()
    assert beside.workspace.checkpoint("clip").exists()
