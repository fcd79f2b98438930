"""Four models in training: each learns, they can be stopped and gone on with, what is said is true, and who breaks rests alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from traitlets import TraitError

import diffexplain as dx
from diffexplain.core.energy import energy_distance
from diffexplain.errors import SessionError
from diffexplain.explorers.generative import explorer as module
from diffexplain.explorers.generative.messages import Begin, Diverged, Look, Losses, Plane
from diffexplain.explorers.generative.training import Training
from diffexplain.learn.clouds import modes
from diffexplain.learn.generative_models import MODELS
from diffexplain.live.messages import numbers
from tests.explorers.conftest import equal, of, said, weights

SMALL: dict[str, Any] = {"data": "clusters", "count": 60, "width": 8, "batch": 8}
Train = Callable[..., dx.GenerativeModelsExplorer]


@pytest.fixture
def train(made: Callable[..., Any]) -> Train:
    return lambda **fields: made(dx.GenerativeModelsExplorer, **{"goal": 20} | SMALL | fields)


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK", 5)


# Learning


def test_all_four_come_nearer_to_real_data(train: Train) -> None:
    explorer = train(count=500, batch=32, goal=300)
    first, *_, last = of(explorer.recorded, Look)
    (begin,) = of(explorer.recorded, Begin)
    for at, name in enumerate(MODELS):
        assert last.quality[at] < 0.5 * first.quality[at], name  # the same noise and the same held-out data each time
    assert max(begin.real) < min(first.quality) / 5
    assert max(last.errors) < 0.2 * min(first.errors)
    assert last.quality[1] < last.quality[0]  # a draw means something to a VAE, and nothing to an autoencoder


def test_pictures_are_learned_too(train: Train) -> None:
    explorer = train(data="pictures", batch=16, goal=60)
    first, last = of(explorer.recorded, Look)
    for at in (0, 1, 3):
        assert last.quality[at] < first.quality[at]
    assert max(last.errors) < 0.6 * min(first.errors)


def test_more_beta_costs_what_comes_back(train: Train) -> None:
    loose, tight = (train(beta=beta, goal=120) for beta in (0.1, 10))
    assert of(loose.recorded, Look)[-1].errors[1] < 0.5 * of(tight.recorded, Look)[-1].errors[1]
    assert of(loose.recorded, Look)[-1].errors[0] == of(tight.recorded, Look)[-1].errors[0]  # the other is not concerned


# What it begins with


def test_what_was_trained_before_is_better_at_once_and_is_trained_on(train: Train) -> None:
    pictures = {"data": "pictures", "width": 16, "count": 300, "goal": 20, "batch": 4}
    before, nothing = train(start="trained", **pictures), train(**pictures)
    (begin,) = of(before.recorded, Begin)
    (first, *_), (blank, *_) = of(before.recorded, Look), of(nothing.recorded, Look)
    assert begin.before >= 1000
    assert [each.before for each in of(nothing.recorded, Begin)] == [0]
    for at, name in enumerate(MODELS):
        assert first.quality[at] < 0.5 * blank.quality[at], name
    assert max(first.errors) < 0.5 * min(blank.errors)
    assert first.quality[1] < first.quality[0]  # a draw means something to a VAE
    assert of(before.recorded, Losses)[-1].autoencoder.mean() < 0.5 * of(nothing.recorded, Losses)[-1].autoencoder.mean()


@pytest.mark.parametrize("other", [{"data": "clusters"}, {"data": "pictures", "latent": 3}, {"data": "pictures", "width": 8}])
def test_what_was_trained_before_is_of_one_kind_and_another_is_refused_in_words(other: dict[str, Any]) -> None:
    explorer = dx.GenerativeModelsExplorer(goal=1, start="trained", count=20, **{"width": 16, "latent": 2} | other)
    with pytest.raises(
        SessionError, match="small pictures out of 2 numbers and is 16 wide; choose these, or start from nothing"
    ):
        explorer.wait(60)
    explorer.start = "nothing"
    assert explorer.wait(60).status == "paused"
    explorer.close()


# What it says


def test_the_measure_and_the_clusters_are_those_of_the_samples_that_are_sent(train: Train) -> None:
    explorer = train(goal=60)
    (begin,), look = of(explorer.recorded, Begin), of(explorer.recorded, Look)[-1]
    held = torch.from_numpy(numbers(begin.held).astype(np.float32)).flatten(1)
    for at, samples in enumerate(numbers(look.samples).astype(np.float32)):
        points = torch.from_numpy(samples).flatten(1)
        assert look.quality[at] == pytest.approx(energy_distance(points, held), abs=0.01)
        assert (look.modes[at], pytest.approx(look.near[at], abs=0.02)) == modes(points)
    back = numbers(look.rebuilt).astype(np.float32).reshape(2, -1, 2)
    assert np.square(back - held.numpy()).mean((1, 2)) == pytest.approx(look.errors, rel=0.02)


def test_the_plane_decodes_each_place_and_where_data_lie_comes_back(train: Train) -> None:
    explorer = train(goal=60)
    plane, look = of(explorer.recorded, Plane)[-1], of(explorer.recorded, Look)[-1]
    (begin,) = of(explorer.recorded, Begin)
    assert plane.update == look.update == 60
    session = Training(module.GenerativeRequest(**SMALL))
    saved = explorer._sessions.save()
    session.restore(saved.tensors, saved.facts)
    gan, reach = session.models["gan"], plane.reach[2]
    for place, (x, y) in {0: (-reach, reach), 10: (reach, reach), 60: (0.0, 0.0), 110: (-reach, -reach)}.items():
        made = gan.made(torch.tensor([x, y]).reshape(1, 2, 1, 1)).flatten()
        np.testing.assert_allclose(numbers(plane.grids)[2, place].flatten(), made, atol=0.01)
    codes = torch.from_numpy(plane.codes[0].astype(np.float32))[:, :, None, None]
    back = session.models["autoencoder"].made(codes)
    np.testing.assert_allclose(numbers(look.rebuilt)[0], back, atol=0.02)
    draws = torch.from_numpy(begin.draws.astype(np.float32))[:, :, None, None]
    np.testing.assert_allclose(numbers(look.samples)[1], session.models["vae"].made(draws), atol=0.02)
    np.testing.assert_array_equal(numbers(plane.steps)[2], numbers(look.samples)[3])


def test_looks_disturb_nothing(train: Train, often: None) -> None:
    looked = train()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "LOOK", 10**6)
        left = train()
    assert [look.update for look in of(looked.recorded, Look)] == [0, 5, 10, 15, 20]
    assert equal(weights(looked, "now/"), weights(left, "now/"))


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
    assert of(paused.recorded, Losses)[0].generator.tolist() == of(straight.recorded, Losses)[0].generator.tolist()


@pytest.mark.parametrize("data", ["pictures", "clusters"])
def test_saved_and_loaded_is_never_stopped(train: Train, tmp_path: Path, often: None, data: str) -> None:
    first = train(data=data, rate=0.003, discriminations=2, goal=6)
    other = train(seed=9, goal=1).load(first.save(tmp_path / "road.dxsession"))
    assert (other.data, other.rate, other.discriminations, other.seed, other.status) == (data, 0.003, 2, 0, "paused")
    for explorer in (first, other):
        explorer.resume(5).wait(120)
    assert equal(weights(first), weights(other))
    assert said(first) == said(other)


def test_what_is_changed_on_the_way_concerns_the_next_updates(train: Train) -> None:
    changed, left = train(), train()
    changed.beta, changed.discriminations, changed.penalty = 30, 5, 0
    for explorer in (changed, left):
        explorer.resume(10).wait(120)
    for name, same in {"autoencoder": True, "diffusion": True, "vae": False, "gan": False}.items():
        assert equal(*(weights(each, f"{name}/now/") for each in (changed, left))) == same


# What breaks it


def test_a_rate_far_too_high_is_undone_said_and_paused(train: Train, often: None) -> None:
    explorer = train(goal=10)
    good = weights(explorer, "now/")
    explorer.rate = 1e9
    explorer.resume(50).wait(120)
    broken = of(explorer.recorded, Diverged)
    assert explorer.status == "paused"
    assert sorted(each.model for each in broken) == sorted(MODELS)
    assert all((each.back, each.rate) == (10, 1e9) and 10 < each.update <= 15 for each in broken)
    assert equal(weights(explorer, "now/"), good)
    explorer.resume(50).wait(120)
    assert [each.at for each in of(explorer.recorded, Diverged)] == list(range(8))
    explorer.rate = 2e-3
    explorer.resume(10).wait(120)
    assert len(of(explorer.recorded, Diverged)) == 8
    assert all(np.isfinite(getattr(of(explorer.recorded, Losses)[0], name)[-5:]).all() for name in ("vae", "diffusion"))


def test_a_rate_far_too_high_right_before_a_look_is_undone_too(train: Train, often: None) -> None:
    explorer = train(goal=9)
    explorer.rate = 1e9
    explorer.resume(1).wait(120)
    broken = of(explorer.recorded, Diverged)
    assert sorted((each.model, each.update, each.back) for each in broken) == sorted((name, 10, 5) for name in MODELS)
    assert max(of(explorer.recorded, Look)[-1].quality) < 100  # what is looked at is what stands again
    explorer.rate = 2e-3
    explorer.resume(10).wait(120)
    assert len(of(explorer.recorded, Diverged)) == len(MODELS)
    assert np.isfinite(of(explorer.recorded, Losses)[0].generator[-5:]).all()


def test_one_that_breaks_rests_while_the_others_go_on_as_if_nothing_were(train: Train, often: None, tmp_path: Path) -> None:
    healthy, broken = train(), train(goal=10)
    session = broken._sessions._going.session
    with torch.no_grad():
        next(iter(session.models["vae"].session.network.parameters())).fill_(torch.nan)
    broken.resume(10).wait(120)
    (word,) = of(broken.recorded, Diverged)
    assert (word.model, word.update, word.back, word.loss) == ("vae", 11, 10, None)
    assert broken.status == "paused"
    assert broken._sessions._going.session.updates == 20
    for name in ("autoencoder", "gan", "diffusion"):
        assert equal(weights(broken, f"{name}/now/"), weights(healthy, f"{name}/now/"))
    assert of(broken.recorded, Look)[-1].made == [20, 11, 20, 20]
    assert np.isnan(of(broken.recorded, Losses)[0].vae[11:]).all()
    loaded = train(goal=1).load(broken.save(tmp_path / "road.dxsession"))
    for explorer in (broken, loaded):
        explorer.resume(5).wait(120)
        assert of(explorer.recorded, Look)[-1].made == [25, 11, 25, 25]  # it still rests
        explorer.rate = 1e-3
        explorer.resume(5).wait(120)
        assert of(explorer.recorded, Look)[-1].made == [30, 16, 30, 30]  # and tries again


@pytest.mark.parametrize(
    "fields",
    [
        {"batch": 1},
        {"count": 1},
        {"data": "roll", "count": 1, "batch": 1},
        {"data": "pictures", "count": 1, "batch": 1, "goal": 3},
    ],
)
def test_as_little_as_there_can_be_is_trained_on(train: Train, fields: dict[str, Any]) -> None:
    explorer = train(**fields)
    assert np.isfinite(of(explorer.recorded, Losses)[0].generator).all()
    assert explorer.still(explorer.recorded)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("count", 0, "1 to 5000"),
        ("latent", 1, "2 to 32"),
        ("data", "cluster", "did you mean 'clusters'"),
        ("beta", -1, "1 is usual"),
        ("penalty", float("nan"), "0.3 is usual"),
        ("discriminations", 0, "1 to 20"),
        ("rate", 0, "0.004 is usual"),
        ("across", 11, "0 to 10"),
    ],
)
def test_a_bad_value_is_refused_in_one_line(field: str, value: Any, words: str) -> None:
    with pytest.raises(TraitError, match=words) as refused:
        dx.GenerativeModelsExplorer(**{field: value})
    assert "\n" not in str(refused.value)
