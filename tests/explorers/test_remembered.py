"""What an explorer shows is made by the network as it is: remembered for the same one, made anew for another, and when run again."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

import diffexplain as dx
from diffexplain.core import preview
from diffexplain.explorers.messages import Progress
from diffexplain.explorers.remembered import Memory, Remembered, replayed
from diffexplain.explorers.similarity.messages import Spent
from diffexplain.live.messages import Message
from tests import tiny, tiny_clip
from tests.explorers.conftest import page_says

PROMPT, OTHER = "a red circle", "a blue square"


def own_pipeline() -> Any:
    """A pipeline whose networks are nobody else's, so that they may be changed."""
    pipe = tiny.sd()
    for name in ("unet", "vae", "text_encoder"):
        setattr(pipe, name, copy.deepcopy(getattr(pipe, name)))
    return pipe


def seed(pipe: Any) -> dx.SeedExplorer:
    return dx.SeedExplorer(pipe, prompt=PROMPT, count=4, steps=2)


def walk(pipe: Any) -> dx.SeedExplorer:
    return dx.SeedExplorer(pipe, prompt=PROMPT, count=4, steps=2, walk=[0, 1], frames=3)


def sampler(pipe: Any) -> dx.SamplerExplorer:
    return dx.SamplerExplorer(pipe, prompt=PROMPT, samplers=["ddim", "euler"], steps=2)


def attention(pipe: Any) -> dx.AttentionExplorer:
    return dx.AttentionExplorer(pipe, prompt=PROMPT, steps=2, detail="layers")


def noise(pipe: Any) -> dx.NoiseExplorer:
    return dx.NoiseExplorer(pipe, picture=f"prompt:{PROMPT}", steps=3, space="latents")


def denoise(pipe: Any) -> dx.DenoiseExplorer:
    return dx.DenoiseExplorer(pipe, prompt=PROMPT, steps=2)


def similarity(pipe: Any) -> dx.SimilarityExplorer:
    return dx.SimilarityExplorer(
        [f"drawn:3:{PROMPT}", "gallery:5"], ["a moon"], clip=tiny_clip.clip(), pipeline=pipe, older_prompt=PROMPT, older_steps=1
    )


def embedding(pipe: Any) -> dx.EmbeddingExplorer:
    pictures = [Image.new("RGB", (8, 8), (value, 40, 90)) for value in range(0, 200, 20)]
    return dx.EmbeddingExplorer(pictures, clip=tiny_clip.clip(), pipeline=pipe, prompts=[PROMPT], steps=2)


EXPLORERS = {make.__name__: make for make in (seed, walk, sampler, attention, noise, denoise, similarity, embedding)}


def said(explorer: Any) -> list[Any]:
    """All that a run said, but for what tells time, progress and its own request."""
    sent = [each.encoded for each in explorer._runs.history.told(explorer._runs.history.finished)]
    told = [each for each in sent if each.content["kind"] not in {"status", "progress"}]
    return [
        [each.content["kind"], _plain(each.content["data"]), [_read(each, at) for at in range(len(each.buffers))]]
        for each in told
    ]


def _read(encoded: Any, at: int) -> Any:
    """A buffer; embeddings to what is the same in batches of every size."""
    raw = bytes(encoded.buffers[at])
    return np.frombuffer(raw, np.float32).round(5).tolist() if encoded.content["kind"] == "matrix" else raw


def _plain(data: Any) -> Any:
    if isinstance(data, dict):
        return {
            name: _plain(value)
            for name, value in data.items()
            if "seconds" not in name and name not in {"drawn", "spent", "request"}
        }
    return [_plain(each) for each in data] if isinstance(data, (list, tuple)) else data


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


@pytest.mark.parametrize("name", EXPLORERS)
@pytest.mark.parametrize("change", [lora, a_weight, a_vae])
def test_another_network_is_another_result(name: str, change: Callable[[Any], None]) -> None:
    pipe = own_pipeline()
    explorer = EXPLORERS[name](pipe).wait(120)
    before = said(explorer)
    change(pipe)
    away_and_back(explorer, name)
    after = said(explorer)
    fresh = EXPLORERS[name](pipe).wait(120)
    assert after == said(fresh)
    assert after != before
    explorer.close()
    fresh.close()


FIELDS = {"similarity": "texts", "embedding": "steps", "noise": "seed", "seed": "guidance_scale", "walk": "guidance_scale"}
ELSE = {"texts": ["a dog"], "steps": 1, "seed": 5, "guidance_scale": 2.0, "prompt": OTHER}


def away_and_back(explorer: Any, name: str) -> None:
    field = FIELDS.get(name, "prompt")
    first = getattr(explorer, field)
    setattr(explorer, field, ELSE[field])
    explorer.wait(120)
    setattr(explorer, field, first)
    explorer.wait(120)


@pytest.mark.parametrize("name", EXPLORERS)
def test_run_again_computes_anew(name: str) -> None:
    pipe = own_pipeline()
    heard = calls(pipe.unet)
    explorer = EXPLORERS[name](pipe).wait(120)
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
    explorer = EXPLORERS[name](pipe).wait(120)
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
    explorer = seed(pipe).wait(120)
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
