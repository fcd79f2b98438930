"""A denoiser in training: it learns, it can be stopped and gone on with, what it says is true, and what breaks it is undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from traitlets import TraitError

import diffexplain as dx
from diffexplain.explorers.learning_messages import Diverged, Losses
from diffexplain.explorers.training import explorer as module
from diffexplain.explorers.training.messages import Begin, Examples, Probe, Sheet
from diffexplain.explorers.training.subject import subject_of
from diffexplain.explorers.training.training import LEVELS
from diffexplain.live.messages import numbers
from tests.explorers.conftest import equal, of, said, weights

SMALL: dict[str, Any] = {"count": 6, "width": 8, "batch": 4}
Train = Callable[..., dx.TrainingExplorer]


@pytest.fixture
def train(made: Callable[..., Any]) -> Train:
    return lambda **fields: made(dx.TrainingExplorer, **{"goal": 20} | SMALL | fields)


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PROBE", 5)
    monkeypatch.setattr(module, "SHEET", 10)


def held_out(explorer: dx.TrainingExplorer) -> float:
    return float(np.mean(of(explorer.recorded, Probe)[-1].held))


# Learning


@pytest.mark.parametrize("predicts", ["noise", "original", "velocity"])
def test_the_error_on_what_it_was_never_shown_falls(train: Train, predicts: str) -> None:
    explorer = train(count=60, predicts=predicts, goal=80, rate=5e-3)
    first, *_, last = (float(np.mean(probe.held)) for probe in of(explorer.recorded, Probe))
    assert last < 0.9 * first  # the looks themselves are the same each time: nothing of this is chance


def test_points_are_learned_and_samples_come_to_lie_on_them(train: Train) -> None:
    explorer = train(data="moons", count=500, width=16, batch=64, goal=600, rate=5e-3)
    sheets = of(explorer.recorded, Sheet)
    first, last = (float(np.mean(sheet.distances)) for sheet in (sheets[0], sheets[-1]))
    assert last < 0.5 * first
    assert of(explorer.recorded, Probe)[-1].field.shape == (len(LEVELS), 225, 2)


def test_of_few_pictures_it_draws_copies_and_its_two_errors_part_and_of_many_not(train: Train) -> None:
    few, many = (train(count=count, width=16, batch=8, goal=240) for count in (2, 400))
    (probe, sheet), (other_probe, other_sheet) = (
        (of(one.recorded, Probe)[-1], of(one.recorded, Sheet)[-1]) for one in (few, many)
    )
    assert np.mean(probe.held) > 1.5 * np.mean(probe.train)
    assert np.mean(other_probe.held) < 1.1 * np.mean(other_probe.train)
    assert np.mean(sheet.distances) < 0.75 * sheet.held
    assert np.mean(other_sheet.distances) > other_sheet.held


# What it says


@pytest.mark.parametrize("predicts", ["noise", "original", "velocity"])
def test_examples_are_the_batch_that_was_trained_on(train: Train, predicts: str) -> None:
    explorer = train(predicts=predicts, batch=5, goal=3)
    (begin,), (examples,), (losses,) = (of(explorer.recorded, kind) for kind in (Begin, Examples, Losses))
    assert examples.update == 3
    assert np.mean(examples.loss) == pytest.approx(losses.loss[-1], rel=1e-3)  # all of a batch of five are shown
    train_set = numbers(begin.train)
    for row, timestep in enumerate(examples.timesteps):
        original, noise, answer = (numbers(each)[row] for each in (examples.original, examples.noise, examples.said))
        assert np.abs(train_set - original).max((1, 2, 3)).min() < 0.03  # 256 levels
        a, b = begin.a[timestep], begin.b[timestep]
        wanted = {"noise": noise, "original": original, "velocity": a * noise - b * original}[predicts]
        assert np.square(answer - wanted).mean() == pytest.approx(examples.loss[row], abs=0.03)
        assert noise.std() == pytest.approx(1, abs=0.15)


def test_looks_are_of_held_out_pictures_and_disturb_nothing(train: Train, often: None) -> None:
    looked = train()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PROBE", 10**6)
        patch.setattr(module, "SHEET", 10**6)
        left = train()
    assert equal(weights(looked, "now/"), weights(left, "now/"))
    assert [probe.update for probe in of(looked.recorded, Probe)] == [0, 5, 10, 15, 20]
    assert [sheet.update for sheet in of(looked.recorded, Sheet)] == [0, 10, 20]
    (begin,) = of(looked.recorded, Begin)
    assert np.abs(numbers(begin.train) - begin.original).max((1, 2, 3)).min() > 0.1


def test_a_sheet_says_which_picture_is_nearest(train: Train, often: None) -> None:
    explorer = train()
    (begin,), sheet = of(explorer.recorded, Begin), of(explorer.recorded, Sheet)[-1]
    for sample, near, distance in zip(numbers(sheet.samples), numbers(sheet.nearest), sheet.distances, strict=True):
        apart = np.sqrt(np.square(numbers(begin.train) - sample).mean((1, 2, 3)))
        assert distance == pytest.approx(apart.min(), abs=0.01)
        assert np.sqrt(np.square(near - sample).mean()) == pytest.approx(distance, abs=0.01)


def test_seeds_share_no_picture_between_training_set_and_held_out_set() -> None:
    first, second = (subject_of(module.TrainingRequest(seed=seed, **SMALL)) for seed in (0, 1))
    assert not torch.equal(first.train, second.train)
    for one in (first, second):
        for other in (first, second):
            assert torch.cdist(one.train.flatten(1), other.held.flatten(1)).min() > 0


# Stopped and gone on with


def test_one_seed_is_one_training(train: Train) -> None:
    one, other, another = train(), train(), train(seed=1)
    assert said(one) == said(other)
    assert equal(weights(one, "now/"), weights(other, "now/"))
    assert not equal(weights(one, "now/"), weights(another, "now/"))


def test_paused_and_resumed_is_never_paused(train: Train) -> None:
    paused, straight = train(goal=3), train(goal=24)
    for more in (1, 7, 13):
        paused.resume(more).wait(120)
    assert equal(weights(paused, "now/"), weights(straight, "now/"))
    assert of(paused.recorded, Losses)[0].loss.tolist() == of(straight.recorded, Losses)[0].loss.tolist()


@pytest.mark.parametrize("data", ["pictures", "rings"])
def test_saved_and_loaded_is_never_stopped(train: Train, tmp_path: Path, often: None, data: str) -> None:
    first = train(data=data, rate=0.01)
    other = train(seed=9).load(first.save(tmp_path / "training.dxsession"))
    assert (other.data, other.rate, other.seed, other.status) == (data, 0.01, 0, "paused")
    for explorer in (first, other):
        explorer.resume(15).wait(120)
    assert equal(weights(first), weights(other))
    assert said(first) == said(other)


# What breaks it


def test_a_rate_far_too_high_is_undone_said_and_paused(train: Train, often: None) -> None:
    explorer = train(goal=10)
    good = weights(explorer, "now/")
    explorer.rate = 1e9
    explorer.resume(50).wait(120)
    (broken,) = of(explorer.recorded, Diverged)
    assert explorer.status == "paused"
    assert (broken.at, broken.back, broken.rate) == (0, 10, 1e9)
    assert 10 < broken.update < 15
    assert equal(weights(explorer, "now/"), good)
    explorer.resume(50).wait(120)
    assert [each.at for each in of(explorer.recorded, Diverged)] == [0, 1]
    explorer.rate = 2e-3
    explorer.resume(10).wait(120)
    assert np.isfinite(of(explorer.recorded, Losses)[0].loss[-5:]).all()
    assert len(of(explorer.recorded, Diverged)) == 2
    assert held_out(explorer) < 1.1


def test_a_rate_far_too_high_right_before_a_look_is_undone_too(train: Train, often: None) -> None:
    explorer = train(goal=9)
    explorer.rate = 1e9
    explorer.resume(1).wait(120)
    (broken,) = of(explorer.recorded, Diverged)
    assert (broken.update, broken.back, broken.rate) == (10, 5, 1e9)
    assert [probe.update for probe in of(explorer.recorded, Probe)] == [0, 5]  # nothing is shown of it
    explorer.rate = 2e-3
    explorer.resume(10).wait(120)
    assert len(of(explorer.recorded, Diverged)) == 1
    assert held_out(explorer) < 1.1


def test_what_was_loaded_is_set_back_to_where_the_saved_one_would_be(train: Train, tmp_path: Path, often: None) -> None:
    first = train(goal=13)
    other = train(seed=9).load(first.save(tmp_path / "training.dxsession"))
    for explorer in (first, other):
        explorer.rate = 1e9
        explorer.resume(10).wait(120)
    assert equal(weights(first), weights(other))
    assert said(first) == said(other)
    assert of(other.recorded, Diverged)[-1].back == 10


@pytest.mark.parametrize(
    "fields", [{"batch": 1}, {"count": 1}, {"data": "roll", "count": 1, "batch": 1}, {"count": 3, "batch": 9}]
)
def test_as_little_as_there_can_be_is_trained_on(train: Train, fields: dict[str, Any]) -> None:
    explorer = train(**fields)
    assert np.isfinite(of(explorer.recorded, Losses)[0].loss).all()
    assert explorer.still(explorer.recorded)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("count", 0, "1 to 5000"),
        ("batch", 1000, "1 to 256"),
        ("predicts", "nois", "did you mean 'noise'"),
        ("data", "cubes", "one of pictures, moons"),
        ("width", 20, "take 16"),
        ("rate", 0, "0.004 is usual"),
        ("rate", float("nan"), "0.004 is usual"),
        ("level", 5, "0 to 4"),
    ],
)
def test_a_bad_value_is_refused_in_one_line(field: str, value: Any, words: str) -> None:
    with pytest.raises(TraitError, match=words) as refused:
        dx.TrainingExplorer(**{field: value})
    assert "\n" not in str(refused.value)


def test_a_goal_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="goal must be a whole number from 1"):
        dx.TrainingExplorer(goal=0)
