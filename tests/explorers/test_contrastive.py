"""A small CLIP learns live: the held-out pairs find each other, whatever pauses, files and divergence come between."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import diffexplain as dx
from diffexplain.core import similarity
from diffexplain.explorers.contrastive import explorer as module
from diffexplain.explorers.contrastive.messages import Apart, Begin, Losses, Moment, Shipped
from diffexplain.explorers.contrastive.world import HELD, World
from diffexplain.explorers.learning_messages import Diverged
from diffexplain.live.messages import encode
from tests.explorers.conftest import equal, of, weights

SMALL: dict[str, Any] = {"pictures": 60, "batch": 8, "goal": 11}


@pytest.fixture(autouse=True)
def never_the_far_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FAR", -1)  # its loading takes seconds


@pytest.fixture
def small(made: Callable[..., Any]) -> Any:
    return made(dx.ContrastiveExplorer, **SMALL)


def told(explorer: Any) -> list[Any]:
    encoded = [encode(message, 0, 0) for message in explorer.recorded if message.kind != "status"]
    return [(each.content, [*map(bytes, each.buffers)]) for each in encoded]


# The pairs


@pytest.fixture(scope="module")
def world() -> World:
    return World(3, 200, "en")


def test_what_is_held_out_is_a_thing_each_and_in_no_training_picture(world: World) -> None:
    assert len({layout.mentions[0].name for layout in world.held}) == HELD == len(world.rows_held())
    assert not {id(layout) for layout in world.seen} & {id(layout) for layout in world.held}
    assert all(layout not in world.seen for layout in world.held)
    assert [layout.relation for layout in (*world.seen, *world.held)] == [None] * (200 + HELD)


def test_a_wrong_caption_is_wrong_by_one_word_and_its_tokens_are_others(world: World) -> None:
    for said in world.said:
        own, wrong = (set(text.replace(",", "").split()) - {"a", "an"} for text in (said.caption, said.miss))
        assert 1 <= len(own - wrong) <= 2  # a thing may have two words, as "red apple" has
        assert own != wrong
    rows = np.arange(len(world.said))
    assert (world.texts(rows) != world.misses(rows)).any(1).all()


def test_tokens_are_counted_anew_and_nothing_is_lost(world: World) -> None:
    captions = [said.caption for said in world.said]
    texts = world.texts(np.arange(len(captions))).tolist()
    assert len({tuple(text) for text in texts}) == len(set(captions))
    assert sorted(set(world.tokens.flatten().tolist())) == [*range(int(world.tokens.max()) + 1)]
    assert all(text.count(int(world.tokens.max())) >= 1 for text in texts)  # each has its end


def test_a_larger_world_begins_with_the_smaller_one_and_holds_out_the_same(world: World) -> None:
    larger = World(3, 230, "en")
    assert larger.seen[:200] == world.seen
    assert larger.held == world.held
    assert torch.equal(larger.pixels(np.array([7])), world.pixels(np.array([7])))


def test_chinese_captions_tell_of_the_same_pictures(world: World) -> None:
    chinese = World(3, 200, "zh")
    assert chinese.held == world.held
    assert all(ord(said.caption[0]) >= 0x4E00 for said in chinese.said)


# What a session says


def test_it_begins_with_chance(small: Any) -> None:
    first = of(small.recorded, Moment)[0]
    (begin,) = of(small.recorded, Begin)
    assert first.update == 0
    assert first.held.loss > math.log(HELD) - 0.1  # sure of the wrong ones costs more than being sure of none
    assert first.held.texts < 0.1
    assert len(begin.captions) == len(begin.misses) == len(begin.colours) == HELD
    assert first.points.shape == (2 * HELD, 2)


def test_every_update_and_every_tenth_moment_is_told(small: Any) -> None:
    (losses,) = of(small.resume(19).wait(60).recorded, Losses)
    assert losses.at.tolist() == [*range(30)]
    assert [(moment.at, moment.update) for moment in of(small.recorded, Moment)] == [(0, 0), (1, 10), (2, 20), (3, 30)]


def test_a_moment_is_what_its_matrix_says(small: Any) -> None:
    moment = of(small.recorded, Moment)[-1]
    logits = torch.from_numpy(moment.cosines.values) * moment.temperature
    assert float(similarity.contrastive_loss(logits)) == pytest.approx(moment.held.loss, abs=0.05)  # 256 levels


def test_an_update_taken_apart_is_the_whole_batchs_and_brings_pairs_nearer(made: Callable[..., Any]) -> None:
    explorer = made(dx.ContrastiveExplorer, **SMALL | {"pictures": 600, "batch": 8, "goal": 30, "wrong": 0.5})
    (apart,) = of(explorer.resume(1).wait(60).recorded, Apart)
    assert (apart.update, apart.batch, apart.wrong, apart.before.shape) == (31, 8, 4, (8, 8))
    assert (apart.by_picture.sum(1) < 1).all()  # the wrong captions have their share
    assert apart.by_text.sum(0) == pytest.approx(1, abs=1e-5)
    assert (np.diag(apart.pulls) > 0).all()
    assert (apart.pulls[~np.eye(8, dtype=bool)] < 0).all()
    moved = apart.after - apart.before
    assert (apart.pulls * moved).sum() > 0  # what is pulled has come nearer, what is pushed has gone


def test_the_far_end_finds_nearly_all(made: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FAR", 1)
    explorer = made(dx.ContrastiveExplorer, **SMALL | {"goal": 1})
    (shipped,) = of(explorer.recorded, Shipped)
    assert shipped.held.texts > 0.7
    assert shipped.cosines.values.shape == (HELD, HELD)


# Learning


def test_in_a_short_time_far_more_held_out_pairs_find_each_other_than_chance_would() -> None:
    explorer = dx.ContrastiveExplorer(pictures=600, batch=32, goal=100).wait(200)
    first, *_, last = of(explorer.recorded, Moment)
    explorer.close()
    assert last.held.loss < first.held.loss - 0.8
    assert last.held.texts > 6 / HELD  # by chance 1 is right, and 6 or more once in 1,700 times


def test_of_few_pictures_it_learns_by_heart(made: Callable[..., Any]) -> None:
    last = of(made(dx.ContrastiveExplorer, pictures=16, batch=16, goal=60).recorded, Moment)[-1]
    assert last.seen.loss < 0.5 * math.log(16)
    assert last.held.loss > 0.75 * math.log(HELD)


def test_a_fixed_temperature_stays_and_a_learned_one_does_not(small: Any) -> None:
    small.temperature = 30.0
    small.resume(9).wait(60)
    small.temperature = None
    (losses,) = of(small.resume(10).wait(60).recorded, Losses)
    assert losses.temperature[11:20] == pytest.approx(30, abs=1e-3)
    assert len(set(losses.temperature[:11].tolist())) == 11
    assert losses.temperature[20] == pytest.approx(30, abs=1e-3)
    assert losses.temperature[21] != losses.temperature[20]


def test_a_batch_of_one_has_nothing_to_tell_apart(small: Any) -> None:
    small.batch = 1
    before = weights(small)
    (losses,) = of(small.resume(5).wait(60).recorded, Losses)
    assert losses.loss[11:].tolist() == [0] * 5
    assert small.status == "paused"
    assert not equal(before, weights(small))  # its generators have drawn


# It goes on as if nothing had been


def test_two_with_one_seed_are_equal_and_with_another_are_not(small: Any, made: Callable[..., Any]) -> None:
    assert told(small) == told(made(dx.ContrastiveExplorer, **SMALL))
    assert not equal(weights(small), weights(made(dx.ContrastiveExplorer, **SMALL, seed=1)))


def test_paused_and_resumed_is_never_paused(small: Any, made: Callable[..., Any]) -> None:
    for more in (1, 7, 1, 15):
        small.resume(more).wait(60)
    straight = made(dx.ContrastiveExplorer, **SMALL | {"goal": 35})
    assert equal(weights(straight), weights(small))
    assert told(straight) == told(small)


def test_saved_and_loaded_is_never_stopped(small: Any, made: Callable[..., Any], tmp_path: Path) -> None:
    small.rate = 3e-3
    small.resume(5).wait(60)
    other = made(dx.ContrastiveExplorer, **SMALL | {"goal": 1, "seed": 4}).load(small.save(tmp_path / "learned.dxsession"))
    assert (other.seed, other.rate) == (0, 3e-3)
    small.resume(20).wait(60)
    other.resume(20).wait(60)
    assert equal(weights(small), weights(other))
    assert told(small) == told(other)


# What goes wrong


@pytest.fixture
def diverged(small: Any) -> Any:
    small.kept_before = {name: value for name, value in weights(small).items() if name.startswith("good/")}
    small.rate = 1e9
    return small.resume(20).wait(60)


def test_a_rate_that_makes_it_diverge_is_told_and_what_was_learned_stands(diverged: Any) -> None:
    (said,) = of(diverged.recorded, Diverged)
    assert (said.at, said.rate, said.back) == (0, 1e9, 10)
    assert 12 <= said.update <= 15
    assert diverged.status == "paused"
    now = {name.replace("now/", "good/", 1): value for name, value in weights(diverged).items() if name.startswith("now/")}
    assert equal(now, diverged.kept_before)


def test_a_rate_far_too_high_right_before_a_moment_is_undone_too(made: Callable[..., Any]) -> None:
    explorer = made(dx.ContrastiveExplorer, **SMALL | {"goal": 19})
    explorer.rate = 1e9
    explorer.resume(1).wait(60)
    (said,) = of(explorer.recorded, Diverged)
    assert (said.update, said.back, said.rate) == (20, 10, 1e9)
    now = {name: value for name, value in weights(explorer).items() if "network" in name}
    assert max(float(value.abs().max()) for value in now.values()) < 1000
    explorer.rate = 1e-3
    explorer.resume(10).wait(60)
    assert [each.update for each in of(explorer.recorded, Diverged)] == [20]


def test_after_a_divergence_it_goes_on_with_a_lower_rate_and_as_if_saved(
    diverged: Any, made: Callable[..., Any], tmp_path: Path
) -> None:
    other = made(dx.ContrastiveExplorer, **SMALL | {"goal": 1}).load(diverged.save(tmp_path / "diverged.dxsession"))
    for each in (diverged, other):
        each.rate = 1e-3
        each.resume(10).wait(60)
        assert all(math.isfinite(moment.held.loss) for moment in of(each.recorded, Moment))
    assert equal(weights(diverged), weights(other))


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("batch", 0, "1 to 256"),
        ("rate", 0, "from 1e-06 to 1e\\+09"),
        ("rate", math.nan, "from 1e-06"),
        ("temperature", 0.5, "None or a number from 1 to 100"),
        ("wrong", 2, "from 0 to 1"),
        ("dimensions", 1, "2 to 128"),
        ("captions", "de", "one of en, zh"),
    ],
)
def test_what_is_not_allowed_is_said(field: str, value: Any, why: str) -> None:
    with pytest.raises(Exception, match=why):
        dx.ContrastiveExplorer(**{field: value})
