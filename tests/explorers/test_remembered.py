"""What an explorer shows is made by the network as it is: remembered for the same one, made anew for another, and when run again."""

from __future__ import annotations

import copy
from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest
import torch

import diffexplain as dx
from diffexplain.core import preview
from diffexplain.explorers.messages import Progress
from diffexplain.explorers.remembered import Memory, Remembered, replayed
from diffexplain.explorers.similarity.messages import Spent
from diffexplain.live.messages import Message
from tests import tiny, tiny_clip
from tests.explorers.conftest import page_says, said
from tests.explorers.examples import DRAWING, example, make

PROMPT = "a red circle"


def own_pipeline() -> Any:
    """A pipeline whose networks are nobody else's, so that they may be changed."""
    pipe = tiny.sd()
    for name in ("unet", "vae", "text_encoder"):
        setattr(pipe, name, copy.deepcopy(getattr(pipe, name)))
    return pipe


def calls(network: torch.nn.Module) -> list[int]:
    """A list that grows with every call of a network."""
    heard: list[int] = []  # by a hook of somebody else, to be put on before there is an explorer
    network.register_forward_pre_hook(lambda *_: heard.append(1))
    return heard


def lora(pipe: Any) -> None:
    from peft import LoraConfig

    torch.manual_seed(1)
    pipe.unet.add_adapter(LoraConfig(r=2, target_modules=["to_q", "to_v", "conv1"], init_lora_weights=False), "style")


def a_weight(pipe: Any) -> None:
    pipe.unet.conv_out.weight.data.mul_(-1)


def a_vae(pipe: Any) -> None:
    pipe.vae = tiny.vae(seed=9)


@pytest.mark.parametrize(  # what of a network is noticed: tests/core/test_fingerprint.py
    ("name", "change"),
    list(zip(DRAWING, cycle([lora, a_vae, a_weight]))),
)
def test_another_network_is_another_result(name: str, change: Callable[[Any], None]) -> None:
    pipe = own_pipeline()
    explorer = make(name, pipe=pipe).wait(120)
    before = said(explorer)
    change(pipe)
    away_and_back(explorer, name)
    after = said(explorer)
    fresh = make(name, pipe=pipe).wait(120)
    assert after == said(fresh)
    assert after != before
    explorer.close()
    fresh.close()


def away_and_back(explorer: Any, name: str) -> None:
    field, other = example(name).change
    first = getattr(explorer, field)
    for value in (other, first):
        setattr(explorer, field, value)
        explorer.wait(120)


@pytest.mark.parametrize("name", [*DRAWING, "text"])
def test_run_again_computes_anew(name: str) -> None:
    pipe = own_pipeline()
    clip = tiny_clip.clip()
    heard = calls(pipe.unet if name in DRAWING else clip.model.vision_model if name == "dataset" else pipe.text_encoder)
    explorer = make(name, pipe=pipe, network=clip).wait(120)
    first = len(heard)
    assert first > 0
    before = said(explorer)
    page_says(explorer, "run")
    assert said(explorer.wait(120)) == before
    assert len(heard) == 2 * first
    explorer.close()


@pytest.mark.parametrize("name", ["seed", "attention", "noise", "similarity", "embedding"])
def test_the_same_network_is_remembered(name: str) -> None:
    pipe = own_pipeline()
    heard = calls(pipe.unet)
    explorer = make(name, pipe=pipe, **({"walk": None} if name == "seed" else {})).wait(120)  # one walk is remembered
    if name in ("seed", "noise", "similarity"):
        away_and_back(explorer, name)
        heard.clear()
        away_and_back(explorer, name)
    else:
        heard.clear()
        field = {"attention": "detail", "embedding": "search"}[name]
        setattr(explorer, field, {"detail": "mean", "search": "a fox"}[field])
        explorer.wait(120)
    assert not heard
    explorer.close()


def test_a_network_that_comes_back_is_known() -> None:
    pipe = own_pipeline()
    heard = calls(pipe.unet)
    explorer = dx.SeedExplorer(pipe, prompt=PROMPT, count=4, steps=2).wait(120)
    vae, before = pipe.vae, explorer.pictures
    pipe.vae = tiny.vae(seed=9)
    away_and_back(explorer, "seed")
    assert explorer.pictures[0].tobytes() != before[0].tobytes()
    pipe.vae = vae
    explorer.guidance_scale = 2.0
    explorer.wait(120)
    heard.clear()
    explorer.guidance_scale = 4.0
    assert explorer.wait(120).pictures[0].tobytes() == before[0].tobytes()
    assert not heard
    explorer.close()


def test_what_was_begun_with_one_network_and_ended_with_another_is_not_remembered() -> None:
    pipe = own_pipeline()
    explorer = dx.SeedExplorer(pipe, prompt=PROMPT, count=4, steps=4).wait(120)
    assert len(explorer._walls) == 1
    changed: list[Any] = []

    def change(message: Any) -> None:
        if message.kind == "begin":
            changed.append(pipe.unet.conv_out.weight.data.mul_(-1))

    stop = explorer.on_message(change)
    page_says(explorer, "run")
    explorer.wait(120)
    stop()
    assert len(changed) == 1
    assert not len(explorer._walls)
    explorer.close()


def test_a_changed_vae_has_another_linear_map() -> None:
    vae = copy.deepcopy(tiny.vae())
    first = preview.linear_map(vae)
    assert preview.linear_map(vae) is first
    vae.encoder.conv_out.weight.data.mul_(-1)
    assert not torch.equal(preview.linear_map(vae).matrix, first.matrix)
    vae.register_to_config(scaling_factor=0.3)
    second = preview.linear_map(vae)
    assert second.r2 == pytest.approx(preview._fit(vae).r2)


def test_a_changed_clip_is_not_shown_on_the_map_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    from diffexplain.explorers.embedding import collection
    from diffexplain.maps.shipped import shipped_atlas
    from diffexplain.models import clip as models

    monkeypatch.setattr(collection, "SCENES", 20)
    explorer = dx.EmbeddingExplorer(search="a fox").wait(120)
    assert explorer.atlas is shipped_atlas()
    weight = models.bundled_clip().model.visual_projection.weight.data
    before = weight.clone()
    try:
        weight[:, 0] *= -3
        explorer.search = "a dog"
        changed = explorer.wait(120).atlas
        assert changed is not shipped_atlas()
        assert len(changed.embeddings) == 40
        explorer.search = "a fox"
        assert explorer.wait(120).atlas is changed
    finally:
        weight.copy_(before)
    explorer.search = "a dog"
    assert explorer.wait(120).atlas is shipped_atlas()
    explorer.close()


# The mechanism


class Model:
    def __init__(self) -> None:
        self.network = torch.nn.Linear(2, 2)


def test_a_place_lets_results_of_other_networks_go_first() -> None:
    model, memory = Model(), Memory()
    place = memory.place(3, lambda: model)
    with memory.run(False):
        place.put("a", 1)
        place.put("b", 2)
    model.network.weight.data += 1
    with memory.run(False):
        assert place.get("a") is None
        for key in "cde":
            place.put(key, key)
        assert [place.get(key) for key in "cde"] == list("cde")
    model.network.weight.data -= 1
    with memory.run(False):
        assert place.get("a") is None


def test_run_again_uses_only_what_it_has_made_itself() -> None:
    memory = Memory()
    place = memory.place(3)
    with memory.run(False):
        place.put("a", 1)
    with memory.run(True):
        assert place.get("a") is None
        place.put("b", 2)
        assert place.get("b") == 2
    with memory.run(False):
        assert (place.get("a"), place.get("b")) == (1, 2)


def test_by_weight_only_the_two_last_used_are_kept() -> None:
    memory = Memory()
    place = memory.place(9, weight=len, limit=3)
    with memory.run(False):
        for key in ("aa", "bb", "cc"):
            place.put(key, key)
        assert list(place) == ["bb", "cc"]


def test_what_a_failed_run_has_mixed_is_forgotten() -> None:
    model, memory = Model(), Memory()
    place = memory.place(3, lambda: model)

    def fail() -> None:
        with memory.run(False):
            place.put("a", 1)
            model.network.weight.data += 1
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail()
    assert not len(place)


def test_what_was_made_is_not_made_again() -> None:
    memory = Memory()
    place: Remembered[int] = memory.place(2)
    asked: list[int] = []
    with memory.run(False):
        for key in (1, 2, 1, 2):
            assert place.made(key, lambda key=key: asked.append(key) or 10 * key) == 10 * key  # type: ignore[misc]
    assert asked == [1, 2]


def test_of_several_only_those_that_are_missing_are_made_each_once_and_in_order() -> None:
    place: Remembered[str] = Memory().place(8)
    asked: list[list[str]] = []

    def make(keys: list[str]) -> list[str]:
        asked.append(keys)
        return [key.upper() for key in keys]

    assert place.each(["a", "b", "a"], make) == ["A", "B", "A"]
    assert place.each(["c", "b", "d", "c"], make) == ["C", "B", "D", "C"]
    assert place.each(["d", "a"], make) == ["D", "A"]
    assert asked == [["a", "b"], ["c", "d"]]


def test_what_was_said_is_said_again_but_for_what_was_replaced() -> None:
    memory, emitted, runs = Memory(), [], []
    place: Remembered[list[Message]] = memory.place(1)
    said: list[Message] = [Progress("drawing", 0, 2), Spent(1, 2), Progress("drawing", 2, 2)]

    def run(tell: Callable[[Message], None]) -> None:
        runs.append(None)
        for message in said:
            tell(message)

    with memory.run(False):
        assert not replayed(place, "a", emitted.append, run, without=(Progress,))
        assert emitted == said
        assert replayed(place, "a", emitted.append, run, without=(Progress,))
    assert emitted[3:] == said[1:2]
    assert len(runs) == 1


def test_what_was_not_said_to_its_end_is_not_said_again() -> None:
    memory = Memory()
    place: Remembered[list[Message]] = memory.place(1)

    def run(tell: Callable[[Message], None]) -> None:
        tell(Spent(1, 2))
        raise ValueError("stop")

    with memory.run(False):
        for _ in range(2):
            with pytest.raises(ValueError, match="stop"):
                replayed(place, "a", lambda _: None, run)
    assert not len(place)
