"""A pipeline that is taught: it learns, what it forgets is seen, it stays as it is, and what was learned can be weighed, saved and loaded."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from traitlets import TraitError

import diffexplain as dx
from diffexplain.core.fingerprint import fingerprint
from diffexplain.errors import SessionError, TrainingError, UnfitPipelineError
from diffexplain.explorers.finetune import explorer as module
from diffexplain.explorers.finetune import subject as pictures_of
from diffexplain.explorers.finetune.messages import Begin, Look, Weighed
from diffexplain.explorers.finetune.request import WEIGHTS
from diffexplain.explorers.finetune.stopping import best
from diffexplain.explorers.finetune.teaching import QUALITY, SIDE
from diffexplain.explorers.learning_messages import Diverged, Losses
from diffexplain.explorers.pictures import jpeg, opened
from diffexplain.live.messages import Message
from tests import tiny, tiny_clip
from tests.explorers.conftest import equal, of, page_says, said, weights

SMALL: dict[str, Any] = {"count": 3, "batch": 2, "rank": 2, "steps": 2, "old": ["a red circle"]}
Teach = Callable[..., dx.FineTuneExplorer]


@pytest.fixture
def teach(made: Callable[..., Any], pipe: Any) -> Teach:
    given = {"goal": 10, "pipeline": pipe, "clip": tiny_clip.clip()} | SMALL
    return lambda **fields: made(dx.FineTuneExplorer, **given | fields)


@pytest.fixture(scope="module")
def begun() -> Iterator[dx.FineTuneExplorer]:
    """For tests that change nothing."""
    with closing(dx.FineTuneExplorer(tiny.sd(), clip=tiny_clip.clip(), goal=1, **SMALL)) as explorer:
        yield explorer.wait(100)


def sent(image: Any) -> np.ndarray[Any, Any]:
    """As a page is sent it."""
    return np.asarray(opened(jpeg(image, SIDE, QUALITY)), float)


def picture(pipe: Any) -> np.ndarray[Any, Any]:
    return np.asarray(pipe("a red circle", num_inference_steps=2, generator=torch.Generator().manual_seed(0)).images[0])


# Learning


def test_the_bundled_model_learns_a_dragon_in_a_few_updates(made: Callable[..., Any]) -> None:
    explorer = made(dx.FineTuneExplorer, goal=20, steps=6, count=4, old=["a fox"])
    first, *_, last = of(explorer.recorded, Look)
    assert (
        np.mean(last.new_agreement) > np.mean(first.new_agreement) + 0.2
    )  # two kinds of thing are less than that apart by chance
    assert np.mean(last.held) < 0.97 * np.mean(first.held)
    assert np.mean(last.seen) < np.mean(first.seen)


@pytest.mark.parametrize("fields", [{"method": "full"}, {"layers": "all"}, {"layers": "text", "replay": 0.5}, {"decay": 1.0}])
def test_the_error_on_what_it_is_shown_falls_at_fixed_noise(teach: Teach, fields: dict[str, Any]) -> None:
    explorer = teach(goal=20, rate=0.03, rank=8, **fields)
    first, *_, last = of(explorer.recorded, Look)
    assert np.mean(last.seen) < np.mean(first.seen)
    assert [look.update for look in of(explorer.recorded, Look)] == [0, 10, 20]


def test_a_moment_to_stop_has_learned_much_and_forgotten_little() -> None:
    def look(update: int, new: float, old: float) -> Look:
        return Look(update, update, [], [], [], [new], [old], [], [])

    looks = [look(0, 0.0, 0.6), look(1, 0.5, 0.6), look(2, 0.6, 0.55), look(3, 0.9, 0.4)]
    assert best(looks).update == 2
    assert best(looks[:1]).update == 0


# The pipeline stays as it is


@pytest.mark.parametrize("method", ["lora", "full"])
def test_the_pipeline_is_the_same_to_the_bit_before_between_and_after(pipe: Any, method: str) -> None:
    before, taken = picture(pipe), fingerprint(pipe)
    parameters = {name: id(each) for name, each in pipe.unet.named_parameters()}
    flags = {name: each.requires_grad for name, each in pipe.unet.named_parameters()}
    between: list[bool] = []
    explorer = dx.FineTuneExplorer(pipe, clip=tiny_clip.clip(), goal=10, method=method, **SMALL)
    explorer.on_message(
        lambda message: between.append(np.array_equal(picture(pipe), before)) if isinstance(message, Losses | Look) else None
    )
    explorer.wait(200).weigh().wait(200)
    assert between
    assert all(between)
    explorer.close()
    assert np.array_equal(picture(pipe), before)
    assert fingerprint(pipe) == taken
    assert {name: id(each) for name, each in pipe.unet.named_parameters()} == parameters
    assert {name: each.requires_grad for name, each in pipe.unet.named_parameters()} == flags


def test_the_pipeline_is_the_same_after_an_error_in_a_slice(teach: Teach, pipe: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before, taken = picture(pipe), fingerprint(pipe)
    explorer = teach(goal=5)

    def fails(*_: Any) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr("diffexplain.explorers.finetune.teaching.probing.errors_at", fails)
    with pytest.raises(RuntimeError, match="out of order"):
        explorer.resume(10).wait(100)
    assert explorer.status == "failed"
    assert np.array_equal(picture(pipe), before)
    assert fingerprint(pipe) == taken


# Stopped and gone on with


def test_one_seed_is_one_teaching(teach: Teach) -> None:
    one, other, another = teach(goal=4), teach(goal=4), teach(goal=4, seed=1)
    assert said(one) == said(other)
    assert equal(weights(one), weights(other))
    assert not equal(weights(one), weights(another))


def test_paused_and_resumed_is_never_paused(teach: Teach) -> None:
    paused, straight = teach(goal=3, replay=0.5), teach(goal=12, replay=0.5)
    for more in (1, 3, 5):
        paused.resume(more).wait(120)
    assert equal(weights(paused), weights(straight))
    assert of(paused.recorded, Losses)[0].loss.tolist() == of(straight.recorded, Losses)[0].loss.tolist()


@pytest.mark.parametrize("method", ["lora", "full"])
def test_saved_and_loaded_is_never_stopped(teach: Teach, tmp_path: Path, method: str) -> None:
    first = teach(method=method, rate=0.01, goal=6)
    other = teach(seed=9).load(first.save(tmp_path / "teaching.dxsession"))
    assert (other.method, other.rate, other.seed, other.status) == (method, 0.01, 0, "paused")
    for explorer in (first, other):
        explorer.resume(5).wait(120)  # past the next look
    assert equal(weights(first), weights(other))
    assert said(first) == said(other)


# What was learned, in part and in a file


@pytest.mark.parametrize("method", ["lora", "full"])
def test_weight_zero_is_the_model_as_it_was_and_one_is_what_it_draws_now(teach: Teach, method: str) -> None:
    explorer = teach(method=method, rate=0.05).weigh().wait(100)
    first, *_, last = of(explorer.recorded, Look)
    (weighed,) = of(explorer.recorded, Weighed)
    rows = np.array([np.asarray(opened(each), float) for each in weighed.pictures]).reshape(2, len(WEIGHTS), -1)
    for row, (before, now) in enumerate(((first.news[0], last.news[0]), (first.olds[0], last.olds[0]))):
        assert np.abs(rows[row, 0] - np.asarray(opened(before), float).ravel()).mean() < 2  # JPEG, and another batch
        assert np.abs(rows[row, WEIGHTS.index(1.0)] - np.asarray(opened(now), float).ravel()).mean() < 2
    assert np.abs(rows[0, 0] - rows[0, -1]).mean() > 2


def test_a_saved_lora_draws_the_same_in_a_pipeline_of_anybodys(teach: Teach, tmp_path: Path) -> None:
    explorer = teach(rate=0.05, layers="all")
    path = explorer.save_lora(tmp_path / "circle.safetensors")
    session = explorer._sessions.read(lambda session: session)
    wanted = np.asarray(session.drawn()[0], float)
    fresh = tiny.sd()
    fresh.unet = copy.deepcopy(fresh.unet)
    call = {"num_inference_steps": 2, "guidance_scale": 4.0}
    plain, loaded = (
        np.asarray(each.images[0], float)
        for each in (
            fresh("a dragon", generator=torch.Generator().manual_seed(0), **call),
            (fresh.load_lora_weights(path), fresh("a dragon", generator=torch.Generator().manual_seed(0), **call))[1],
        )
    )
    assert np.abs(loaded - wanted).max() <= 1
    assert np.abs(loaded - plain).mean() > 1
    other = teach(goal=1).load_lora(path, "circle").weigh().wait(100)
    (weighed,) = of(other.recorded, Weighed)
    assert weighed.names == ["", "circle"]
    at_one = opened(weighed.pictures[2 * len(WEIGHTS) + WEIGHTS.index(1.0)])
    assert np.abs(np.asarray(at_one, float) - sent(session.drawn()[0])).mean() < 2


def test_a_page_can_have_it_weighed(teach: Teach) -> None:
    explorer = teach(goal=1)
    page_says(explorer, "weigh")
    explorer.wait(60)
    assert of(explorer.recorded, Weighed)


def test_what_no_lora_file_can_hold_and_one_of_another_model_are_refused(teach: Teach, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="which no LoRA file can hold"):
        teach(goal=1, method="full").save_lora(tmp_path / "a.safetensors")
    assert not list(tmp_path.iterdir())
    explorer = teach(goal=1)
    path = explorer.save_lora(tmp_path / "a.safetensors")
    with pytest.raises(TrainingError, match="of another model than this UNet2DConditionModel"):
        teach(pipeline=tiny.sdxl(), goal=1, old=["a"]).load_lora(path)
    with pytest.raises(TrainingError, match="each by a name of its own"):
        explorer.load_lora(path, "one").load_lora(path, "one")
    explorer.cancel()
    explorer.wait(20)
    with pytest.raises(SessionError, match="there is no session to save"):
        explorer.save_lora(tmp_path / "b.safetensors")


# Pictures of one's own


def test_own_pictures_are_learned_from_and_a_quarter_is_held_out(teach: Teach) -> None:
    colours = [(value, 40, 90) for value in range(0, 250, 50)]
    images = [Image.new("RGB", (20, 30), colour) for colour in colours]
    explorer = teach(pictures=images, captions=["a red square", "a blue square"], count=20, goal=10)
    begin, look = of(explorer.recorded, Begin)[0], of(explorer.recorded, Look)[-1]
    assert begin.prompt == "a red square"
    assert begin.captions == ["a red square", "a blue square", "a blue square", "a blue square"]
    assert len(look.held) == len(look.seen) == 4
    few = teach(pictures=images[:2], captions="a red square", goal=10)
    assert of(few.recorded, Look)[-1].held == []
    assert of(few.recorded, Begin)[0].captions == ["a red square"] * 2
    assert few.still(few.recorded)


def test_an_upload_is_added_and_what_is_no_picture_is_refused(teach: Teach, tmp_path: Path) -> None:
    explorer = teach(goal=1)
    Image.new("RGB", (8, 8), "teal").save(tmp_path / "a.png")
    page_says(explorer, "picture", (tmp_path / "a.png").read_bytes(), field="pictures")
    explorer.wait(60)
    assert len(explorer.pictures) == 1
    page_says(explorer, "picture", b"not a picture", field="pictures")
    assert len(explorer.wait(60).pictures) == 1
    with pytest.raises(TraitError, match="no picture"):
        explorer.pictures = [b"nothing"]


# What breaks it


@pytest.mark.parametrize("method", ["lora", "full"])
def test_a_rate_far_too_high_is_undone_said_and_paused(teach: Teach, method: str) -> None:
    explorer = teach(goal=10, method=method)
    good = weights(explorer)
    explorer.rate = 1e9
    explorer.resume(50).wait(120)
    (broken,) = of(explorer.recorded, Diverged)
    assert explorer.status == "paused"
    assert (broken.at, broken.back, broken.rate) == (0, 10, 1e9)
    assert 10 < broken.update <= 20
    assert equal(weights(explorer), good)
    explorer.rate = 1e-3
    explorer.resume(10).wait(120)
    assert np.isfinite(of(explorer.recorded, Look)[-1].seen).all()
    assert len(of(explorer.recorded, Diverged)) == 1


@pytest.mark.parametrize("fields", [{"batch": 1}, {"count": 1}, {"count": 1, "batch": 1, "rank": 1, "replay": 0.9}])
def test_as_little_as_there_can_be_is_learned_from(teach: Teach, fields: dict[str, Any]) -> None:
    explorer = teach(**fields)
    assert np.isfinite(of(explorer.recorded, Losses)[0].loss).all()
    assert explorer.still(explorer.recorded)


def test_a_pipeline_of_another_size_is_taught(teach: Teach) -> None:
    explorer = teach(pipeline=tiny.sdxl(), rate=0.03)
    first, *_, last = of(explorer.recorded, Look)
    assert np.mean(last.seen) < np.mean(first.seen)


@pytest.mark.parametrize("name", ["flux", "pixart", "lcm"])
def test_a_pipeline_of_another_family_is_refused_in_one_line(name: str) -> None:
    with pytest.raises(UnfitPipelineError) as refused:
        dx.FineTuneExplorer(tiny.build(name))
    assert "\n" not in str(refused.value)


def test_a_pipeline_with_a_lora_is_taught_more_and_keeps_its_own(teach: Teach, tmp_path: Path) -> None:
    path = teach(goal=10, rate=0.05).save_lora(tmp_path / "a.safetensors")
    pipe = tiny.sd()
    pipe.unet = copy.deepcopy(pipe.unet)
    pipe.load_lora_weights(path, adapter_name="before")
    before, taken = picture(pipe), fingerprint(pipe)
    explorer = teach(pipeline=pipe, rate=0.05)
    assert explorer.status == "paused"
    assert np.array_equal(picture(pipe), before)
    assert fingerprint(pipe) == taken
    first, *_, last = of(explorer.recorded, Look)
    untaught = pipe("a dragon", num_inference_steps=2, guidance_scale=4.0, generator=torch.Generator().manual_seed(0)).images[0]
    assert np.abs(np.asarray(opened(first.news[0]), float) - sent(untaught)).mean() < 2
    assert first.seen != last.seen


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("thing", "dragn", "did you mean 'dragon'"),
        ("count", 0, "1 to 20"),
        ("rank", 65, "1 to 64"),
        ("method", "loar", "did you mean 'lora'"),
        ("layers", "some", "one of text, attention, all"),
        ("replay", 1.0, "0.5 is usual"),
        ("decay", -1, "0.01 is usual"),
        ("old", [], "1 to 3"),
        ("rate", float("nan"), "0.004 is usual"),
        ("weight", 2, "1 is what it learned"),
    ],
)
def test_a_bad_value_is_refused_in_one_line(begun: dx.FineTuneExplorer, field: str, value: Any, words: str) -> None:
    with pytest.raises(TraitError, match=words) as refused:
        setattr(begun, field, value)
    assert "\n" not in str(refused.value)


def test_scenes_to_learn_from_and_held_out_ones_share_nothing() -> None:
    found = pictures_of.of_thing("robot", 8, 0)
    assert len({image.tobytes() for image, _ in (*found.train, *found.held)}) == 8 + len(found.held)
    assert all("robot" in caption for _, caption in found.train)
    assert [caption for _, caption in pictures_of.of_thing("robot", 3, 0).train] == [caption for _, caption in found.train[:3]]


def kinds(messages: list[Message]) -> list[str]:
    return [message.kind for message in messages]


def test_a_look_is_taken_every_ten_updates(teach: Teach) -> None:
    assert module.LOOK == 10
    assert kinds(teach(goal=20).recorded).count("look") == 3
