"""A wall of seeds: each picture is its pipeline's own, the numbers are numpy's, and nothing is drawn twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from traitlets import TraitError

import diffexplain as dx
from diffexplain.core import preview
from diffexplain.core.interpolation import lerp, slerp
from diffexplain.explorers.pictures import opened
from diffexplain.explorers.seed.messages import Begin, End, Pairs, Pictures, Preview, Spread, Walk, Way
from diffexplain.explorers.seed.sheets import sheet
from diffexplain.explorers.seed.statistics import detail, distances, parting
from diffexplain.live.messages import Picture
from tests import tiny
from tests.explorers.conftest import assert_refused, of, own_picture

PROMPT, OTHER = "a red circle", "a blue square"
Made = Callable[..., dx.SeedExplorer]


def tiles(picture: Picture, columns: int, count: int) -> np.ndarray[Any, Any]:
    """The pictures on a sheet, (count, height, width, 3), 0 to 255."""
    board = np.asarray(opened(picture)).astype(int)
    rows = -(-count // columns)
    height, width = board.shape[0] // rows, board.shape[1] // columns
    return np.stack([board[at // columns * height :, at % columns * width :][:height, :width] for at in range(count)])


def finished(explorer: dx.SeedExplorer, which: str = "first", count: int | None = None) -> np.ndarray[Any, Any]:
    (begin,) = of(explorer, Begin)
    (pictures,) = of(explorer, Pictures, which=which, place=len(begin.told) - 1)
    return tiles(pictures.sheet, pictures.columns, count or len(begin.seeds))


@pytest.fixture(scope="module")
def seeds() -> Iterator[dx.SeedExplorer]:
    """Everything asked for at once."""
    explorer = dx.SeedExplorer(tiny.sd(), prompt=PROMPT, seed=7, count=5, steps=3, other_prompt=OTHER, walk=[8, 11], frames=4)
    yield explorer.wait(120)
    explorer.close()


# What is drawn


@pytest.mark.parametrize(
    ("family", "sampler"),
    [("sd", "ddim"), ("sd", "euler_a"), ("sd", "euler"), ("sd", "heun"), ("sdxl", "euler"), ("sdxl", "ddpm")],
)
def test_each_picture_is_its_pipelines_own(made: Made, family: str, sampler: str) -> None:
    pipe = tiny.build(family)
    explorer = made(dx.SeedExplorer, pipe, prompt=PROMPT, seed=3, count=4, steps=3, sampler=sampler)
    for seed, drawn in zip(range(3, 7), finished(explorer), strict=True):
        assert np.abs(own_picture(pipe, sampler, seed) - drawn).max() <= 1
        np.testing.assert_array_equal(np.asarray(explorer.pictures[seed]), drawn)


def test_the_other_wall_and_each_stop_of_the_walk_are_the_pipelines_own(seeds: dx.SeedExplorer) -> None:
    for seed, drawn in zip(range(7, 12), finished(seeds, "other"), strict=True):
        assert np.abs(own_picture(seeds.pipeline, "ddim", seed, prompt=OTHER) - drawn).max() <= 1
    stops = finished(seeds, "walk", 8)
    a, b = (torch.randn((1, 4, 16, 16), generator=torch.Generator().manual_seed(seed)) for seed in (8, 11))
    for row, way in enumerate((slerp, lerp)):
        for stop in range(4):
            expected = own_picture(seeds.pipeline, "ddim", 8, latents=way(a, b, stop / 3))
            assert np.abs(expected - stops[4 * row + stop]).max() <= 1


@pytest.mark.parametrize("sampler", ["ddim", "euler", "dpmpp_2m", "heun", "ddpm"])
def test_the_ends_of_the_walk_are_the_walls_pictures_or_the_walk_says_otherwise(made: Made, pipe: Any, sampler: str) -> None:
    explorer = made(dx.SeedExplorer, pipe, prompt=PROMPT, count=4, steps=4, sampler=sampler, walk=[3, 1], frames=3)
    wall, stops = finished(explorer), finished(explorer, "walk", 6)
    (walk,) = of(explorer, Walk)
    assert walk.ends == pytest.approx(np.abs(stops[[0, 2]] - wall[[3, 1]]).max() / 255)
    if sampler == "ddpm":  # adds noise of its own
        assert walk.ends > 2 / 255
    else:
        assert np.abs(stops[[0, 2, 3, 5]] - wall[[3, 1, 3, 1]]).max() <= 1


@pytest.mark.parametrize("name", ["sd3", "flux"])
def test_pipelines_that_draw_one_after_the_other_fill_the_wall_one_by_one(made: Made, name: str) -> None:
    pipe = tiny.with_states(name, side=16)
    explorer = made(dx.SeedExplorer, pipe, prompt="a fox", count=4, steps=2, walk=[0, 3], frames=3)
    assert [message.lanes.tolist() for message in of(explorer, Preview, which="first")] == [
        [at] for at in range(4) for _ in range(2)
    ]
    assert [message.place for message in of(explorer, Spread, exact=False)] == [0, 1]  # once the last picture is there
    drawn = finished(explorer)
    for seed in (0, 3):
        assert np.abs(own_picture(pipe, None, seed, prompt="a fox", num_inference_steps=2) - drawn[seed]).max() <= 1
    assert np.abs(finished(explorer, "walk", 6)[[0, 2]] - drawn[[0, 3]]).max() <= 1
    (walk,) = of(explorer, Way)
    assert walk.lengths[0] == pytest.approx(np.linspace(walk.lengths[0][0], walk.lengths[0][2], 3), abs=1e-5)


@pytest.mark.parametrize("given", [{"walk": [7, 9], "seed": np.int64(7)}, {"seed": np.int64(7), "walk": (7, 9), "pick": 8}])
def test_a_walk_is_checked_against_the_wall_in_whatever_order_they_are_given(
    made: Made, pipe: Any, given: dict[str, Any]
) -> None:
    explorer = made(dx.SeedExplorer, pipe, prompt=PROMPT, count=4, steps=1, frames=3, **given)
    assert (explorer.seed, explorer.walk) == (7, [7, 9])
    for wrong, words in (({"seed": "7"}, "seed must be a whole number"), ({"walk": [0, 1]}, "7 to 10")):
        with pytest.raises(TraitError, match=words):
            dx.SeedExplorer(pipe, **{"count": 4} | given | wrong)


# What is reported


def test_the_messages_come_in_order(seeds: dx.SeedExplorer) -> None:
    said = [(message.kind, getattr(message, "which", None)) for message in seeds.recorded]
    wall = lambda which: [*[("preview", which), ("spread", which)] * 3, ("pictures", which), ("spread", which)]  # noqa: E731
    exact = lambda which: [("pictures", which), ("spread", which)]  # noqa: E731
    assert said == [
        ("status", None), ("status", None), ("begin", None), *wall("first"),
        ("way", None), *[("preview", "walk")] * 3, ("pictures", "walk"), ("walk", None),
        *wall("other"), ("pairs", None), ("end", None),
        *exact("first"), *exact("first"), *exact("other"),
        ("progress", None), *exact("other"), ("status", None),  # of progress the newest alone is kept
    ]  # fmt: skip


def test_every_reported_step_is_decoded_in_the_end(seeds: dx.SeedExplorer) -> None:
    traces = dx.sample(
        [dx.Lane(prompt=PROMPT, seed=seed, steps=3, guidance=4.0, sampler="ddim") for seed in range(7, 12)], seeds.pipeline
    )
    for place in (0, 1):
        (pictures,) = of(seeds, Pictures, which="first", place=place)
        shown = tiles(pictures.sheet, pictures.columns, 5)
        x0 = torch.cat([trace.steps[place].x0 for trace in traces])
        exact = np.stack([np.asarray(picture) for picture in preview.to_pil(preview.decode(x0, seeds.pipeline.vae))])
        again = sheet(exact, pictures.columns, lossless=False)  # random weights make noise of every picture: much is lost
        assert np.abs(shown - tiles(again, pictures.columns, 5)).mean() < 3
        (spread,) = of(seeds, Spread, which="first", place=place, exact=True)
        np.testing.assert_allclose(spread.deviation / 510, parting(exact).deviation, atol=0.004)
        assert spread.mean.mime == "image/jpeg"
        assert np.abs(np.asarray(opened(spread.mean)) / 255 - parting(exact).mean).mean() < 0.05
        (soon,) = of(seeds, Preview, which="first", place=place)
        colours = preview.latents_to_rgb(x0, seeds.pipeline.vae).movedim(1, -1).numpy()
        np.testing.assert_allclose(tiles(soon.sheet, soon.columns, 5) / 255, colours, atol=0.003)


def test_mean_deviation_and_distances_are_numpys_over_the_finished_pictures(seeds: dx.SeedExplorer) -> None:
    one, other = (finished(seeds, which) / 255 for which in ("first", "other"))
    for which, values in (("first", one), ("other", other)):
        spread = of(seeds, Spread, which=which, place=2, exact=True)[-1]
        np.testing.assert_allclose(np.asarray(opened(spread.mean)) / 255, values.mean(0), atol=0.5 / 255 + 1e-6)
        deviation = np.sqrt((np.std(values, axis=0) ** 2).mean(-1))
        np.testing.assert_allclose(spread.deviation / 510, deviation, atol=0.5 / 510 + 1e-6)
        assert spread.chance == pytest.approx((deviation**2).mean())
        assert spread.fixed + spread.chance == pytest.approx(np.mean([np.var(values[..., colour]) for colour in range(3)]))
    (pairs,) = of(seeds, Pairs)
    np.testing.assert_allclose(pairs.distances, np.sqrt(((one[:, None] - other) ** 2).mean((2, 3, 4))), atol=1e-6)


def test_the_noise_deviates_as_noise_does_and_the_predictions_less(made: Made) -> None:
    explorer = made(dx.SeedExplorer, prompt="a fox", count=8, steps=4)
    (first, *_) = of(explorer, Spread, place=0, exact=True)
    matrix = preview.linear_map(explorer.pipeline.vae).matrix[:-1].double()
    usual = float((matrix**2).sum(0).mean().sqrt()) * (1 - 1 / 8) ** 0.5  # of independent standard normal latents, of 8 of them
    assert first.noisy == pytest.approx(usual, rel=0.1)
    assert first.chance**0.5 < first.noisy
    last = of(explorer, Spread, place=3, exact=True)[0]
    assert first.chance < last.chance  # what chance decides grows as the steps go


def test_the_walks_numbers_are_what_they_say(seeds: dx.SeedExplorer) -> None:
    (way,), (walk,) = of(seeds, Way), of(seeds, Walk)
    a, b = (torch.randn(1024, generator=torch.Generator().manual_seed(seed)).double().numpy() for seed in (8, 11))
    assert way.seeds == (8, 11)
    assert way.angle == pytest.approx(np.degrees(np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b))), abs=1e-3)
    straight = [np.linalg.norm((1 - t) * a + t * b) / 32 for t in (0, 1 / 3, 2 / 3, 1)]
    np.testing.assert_allclose(way.lengths[1], straight, atol=1e-5)
    np.testing.assert_allclose(way.lengths[0], np.linspace(straight[0], straight[3], 4), atol=1e-5)
    np.testing.assert_allclose(walk.details, detail(finished(seeds, "walk", 8)).reshape(2, 4), atol=1e-6)


def test_statistics_of_pictures_that_are_known() -> None:
    flat = np.zeros((3, 4, 6, 3), np.uint8)
    assert detail(flat).tolist() == [0, 0, 0]
    assert distances(flat, flat).tolist() == np.zeros((3, 3)).tolist()
    half = flat.copy()
    half[0] = 255
    parts = parting(half[:2])
    assert parts.deviation.tolist() == np.full((4, 6), 0.5).tolist()  # the most there is
    assert (parts.fixed, parts.chance) == (0, 0.25)
    stripes = flat.copy()
    stripes[:, :, ::2] = 255
    assert detail(stripes) == pytest.approx(np.sqrt(1 / 2))  # every step sideways is 1, none downwards
    assert parting(stripes).chance == 0


# Nothing is drawn twice


@pytest.fixture
def rows(pipe: Any) -> Iterator[list[int]]:
    """Of each call of the denoiser, how many rows it was given."""
    rows: list[int] = []
    count = lambda _, args, kwargs: rows.append(len(args[0] if args else kwargs["sample"]))  # noqa: E731
    hook = pipe.unet.register_forward_pre_hook(count, with_kwargs=True)
    yield rows
    hook.remove()


def sheets(explorer: dx.SeedExplorer, which: str) -> list[bytes]:
    return [message.sheet.data for message in sorted(of(explorer, Pictures, which=which), key=lambda message: message.place)]


def test_a_change_draws_only_what_it_touches(made: Made, pipe: Any, rows: list[int]) -> None:
    explorer = made(dx.SeedExplorer, pipe, prompt=PROMPT, count=4, steps=3)
    picture = 2 * 3  # rows: two halves of guidance, three steps
    first = sheets(explorer, "first")
    assert sum(rows) == 4 * picture
    drawn = []
    for change, pictures in (
        ({"walk": [0, 2]}, 2 * 9),
        ({"frames": 5}, 2 * 5),
        ({"other_prompt": OTHER}, 4),
        ({"walk": None}, 0),
        ({"walk": (0, 2)}, 0),
        ({"step": 1}, 0),
        ({"panel": "other"}, 0),
        ({"walk": [2, 0]}, 2 * 5),
        ({"other_prompt": ""}, 0),
        ({"other_prompt": "a green circle", "walk": None}, 4),
        ({"prompt": OTHER, "other_prompt": PROMPT}, 0),
    ):
        rows.clear()
        with explorer.hold_trait_notifications():
            for name, value in change.items():
                setattr(explorer, name, value)
        explorer.wait(60)
        assert sum(rows) == pictures * picture, change
        assert of(explorer, End)[0].drawn in {pictures, (drawn or [0])[-1]}  # a change of the view is no run
        drawn.append(pictures)
        assert sheets(explorer, "other" if explorer.prompt == OTHER else "first") == first
    rows.clear()
    explorer.seed = 1
    explorer.wait(60)
    assert sum(rows) == 8 * picture


def test_a_run_that_is_cut_short_goes_on_where_it_was(pipe: Any, rows: list[int]) -> None:
    explorer = dx.SeedExplorer(pipe, prompt=PROMPT, count=4, steps=6)
    unheard = explorer.on_message(lambda message: explorer.cancel() if isinstance(message, End) else None)
    explorer.wait(60)
    assert explorer.status == "done"  # whole, though not all of it exact
    assert len(of(explorer, Pictures)) < 6
    unheard()
    rows.clear()
    explorer.frames = 3  # another request with nothing new to draw
    explorer.wait(60)
    assert not rows
    assert len(of(explorer, Pictures)) == 6
    explorer.close()


def test_a_run_is_cancelled_between_steps_and_leaves_no_half_wall(pipe: Any, rows: list[int]) -> None:
    explorer = dx.SeedExplorer(pipe, prompt=PROMPT, count=4, steps=40)
    begun = threading.Event()
    explorer.on_message(lambda message: begun.set() if isinstance(message, Begin) else None)
    assert begun.wait(60)
    explorer.cancel()
    explorer.wait(60)
    assert explorer.status == "cancelled"
    assert 0 < sum(rows) < 4 * 2 * 40
    assert not explorer._walls
    explorer.steps = 2
    assert explorer.wait(60).status == "done"
    explorer.close()


# What is not allowed


BAD = [  # of what all explorers of a prompt are asked: test_bad_input.py
    ("other_prompt", None, "text"),
    ("seed", -1, "0 to"),
    ("seed", 2**53 - 63, "2\\*\\*53 - 64"),
    ("count", 3, "4 to 64"),
    ("count", 65, "4 to 64"),
    ("walk", [8, 8], "from one seed to another"),
    ("walk", [1], "two seeds"),
    ("walk", "01", "two seeds"),
    ("walk", [7, "8"], "whole number"),
    ("walk", {0: 1, 1: 2}, "two seeds"),
    ("frames", 2, "3 to 17"),
    ("frames", 18, "3 to 17"),
    ("panel", "men", "did you mean 'mean'"),
    ("pick", 12, "7 to 11"),
    ("step", "last", "whole number"),
]


@pytest.mark.parametrize(("field", "value", "words"), BAD, ids=lambda value: str(value)[:24])
def test_a_bad_value_is_refused_and_nothing_is_lost(seeds: dx.SeedExplorer, field: str, value: Any, words: str) -> None:
    assert_refused(seeds, field, value, words)


def test_a_walk_off_the_wall_is_given_up_in_one_run(made: Made, pipe: Any) -> None:
    explorer = made(dx.SeedExplorer, pipe, prompt=PROMPT, count=6, steps=1, walk=[0, 5], pick=4, frames=3)
    history = explorer._runs.history  # type: ignore[union-attr]
    before = history.count
    explorer.count = 8
    assert (explorer.walk, explorer.pick) == ([0, 5], 4)
    explorer.count = 5
    assert (explorer.walk, explorer.pick) == (None, 4)
    explorer.count = 4
    assert explorer.pick is None
    assert history.count == before + 3
    assert explorer.wait(60).status == "done"
    assert not of(explorer, Walk)
    assert [message.place for message in of(explorer, Pictures)] == [0]  # one step is enough


def test_walls_that_are_not_looked_at_any_more_are_forgotten(made: Made, pipe: Any) -> None:
    explorer = made(dx.SeedExplorer, pipe, prompt=PROMPT, count=4, steps=1)
    for seed in range(1, 7):
        explorer.seed = seed
        explorer.wait(60)
    assert [plan.seed for plan in explorer._walls] == [3, 4, 5, 6]
