"""Short runs side by side: what may be changed, that all begin alike, and that none is done twice."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from diffexplain.errors import TrainingError
from diffexplain.training.course.trials import changed, trials
from diffexplain.training.settings import FULL
from diffexplain.training.workspace import Workspace, fingerprint
from tests.training import small

if TYPE_CHECKING:
    from pathlib import Path

SHORT = 0.2 / 60  # minutes


def make(workspace: Workspace, settings: Any) -> Any:
    return small.STAGES["judge"](workspace, settings, small.CPU)


def test_fields_are_changed_by_path_and_all_else_stays() -> None:
    found = changed(FULL, "denoiser.rate=3e-4 shares.core=0.7 widths.unet=(64,96,192) average=1 denoiser.compiled=True")
    assert found == replace(
        FULL,
        denoiser=replace(FULL.denoiser, rate=3e-4, compiled=True),
        shares={**FULL.shares, "core": 0.7},
        widths=replace(FULL.widths, unet=(64, 96, 192)),
        average=1.0,
    )
    assert changed(FULL, "") == FULL


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("denoiser.rates=1", "There is no denoiser.rates. There are here: samples, batch, rate"),
        ("unet.rate=1", "There is no unet.rate. There are here: name, sets"),
        ("average.rate=1", "average has no parts"),
        ("denoiser.batch=many", "It is 96 now: use a value of that kind"),
        ("denoiser.batch=3.5", "use a value of that kind"),
        ("denoiser.compiled=1", "It is False now"),
        ("vae.compiled=True", "There is no vae.compiled"),
        ("denoiser.rate", "Write a field and its value"),
    ],
)
def test_what_can_not_be_changed_is_said(change: str, said: str) -> None:
    with pytest.raises(TrainingError) as error:
        changed(FULL, change)
    assert said in str(error.value)


def test_runs_begin_with_the_same_weights_and_are_not_done_twice(tmp_path: Path) -> None:
    workspace = small.workspace(tmp_path, "judge")
    before = fingerprint(workspace.weights("judge"), workspace.root / "scenes")
    changes = ["", "judge.rate=0.0", "sets.core.count=14"]
    lines: list[str] = []
    runs = list(trials(make, workspace, small.SMALL, changes, SHORT, lines.append))
    assert [run.change for run in runs] == changes
    assert all(run.samples > 0 and run.held_out for run in runs)
    judge = make(workspace, small.SMALL)
    judge.prepare(small.quiet)
    kept = judge.held_out(judge.load(workspace.weights("judge")))
    assert runs[1].held_out == pytest.approx(kept, abs=1e-5)  # at rate 0 the weights stay those that it began with
    (trained,) = workspace.root.glob("trials/judge/as_it_is/judge/weights")
    assert fingerprint(trained) != fingerprint(workspace.weights("judge"))
    assert fingerprint(workspace.weights("judge"), workspace.root / "scenes") == before  # other scenes are made beside these
    again: list[str] = []
    assert list(trials(make, workspace, small.SMALL, changes, SHORT, again.append)) == runs
    assert again == []
    assert list(trials(make, workspace, small.SMALL, changes[:1], 2 * SHORT, again.append)) != runs[:1]


def test_a_stage_without_weights_begins_anew(tmp_path: Path) -> None:
    workspace = small.workspace(tmp_path)
    shutil.rmtree(workspace.root / "judge", ignore_errors=True)
    (run,) = trials(make, workspace, small.SMALL, [""], SHORT, small.quiet)
    assert run.samples > 0
    assert not workspace.weights("judge").exists()
