"""An explorer of a bundled model lists the words that it knows and names those that it never learned; one of another model does neither."""

from __future__ import annotations

import json

import pytest

from diffexplain import models
from tests.explorers.conftest import unlearned
from tests.explorers.examples import make

OURS = {  # arguments of a short run on the bundled models, fields that take their words, and what they never learned
    "denoise": ("prompt='a xyzzy next to a robot', steps=1", ["prompt"], ["xyzzy", "robot"]),
    "attention": ("prompt='a xyzzy next to a fox', word='fox', steps=1", ["prompt"], ["xyzzy"]),
    "sampler": ("prompt='一只魔法的猫', samplers=['ddim', 'euler'], steps=2", ["prompt"], ["魔法"]),
    "seed": ("prompt='a fox', other_prompt='a xyzzy', count=4, steps=1", ["prompt", "other_prompt"], ["xyzzy"]),
    "guidance": ("prompt='a fox', negative_prompt='a xyzzy', scales=[1, 4], steps=1", ["prompt"], ["xyzzy"]),
    "embedding": ("search='a xyzzy'", ["search", "prompts"], ["xyzzy"]),
    "text": ("prompt='a xyzzy', arithmetic='a fox + a robot'", ["prompt", "other_prompt", "arithmetic"], ["xyzzy", "robot"]),
    "similarity": ("texts=['a fox', 'a xyzzy'], search='a robot'", ["search", "older_prompt"], ["xyzzy", "robot"]),
    "dataset": ("caption='a xyzzy', count=4", ["caption"], ["xyzzy"]),
}


@pytest.mark.parametrize("name", OURS)
def test_of_a_bundled_model(name: str) -> None:
    arguments, fields, words = OURS[name]
    explorer = make(name, arguments)
    offered = explorer._controls["known_words"]
    assert offered["fields"] == fields
    assert set(fields) <= set(explorer.traits())
    assert len(json.dumps(offered, ensure_ascii=False).encode()) < 20_000
    assert unlearned(explorer.wait(120)) == words
    explorer.close()


@pytest.mark.parametrize(("guidance", "words"), [(4.0, ["xyzzy"]), (1.0, [])])
def test_of_a_negative_prompt_where_guidance_reads_it(guidance: float, words: list[str]) -> None:
    explorer = make("denoise", f"prompt='a fox', negative_prompt='a xyzzy', guidance_scale={guidance}, steps=1")
    assert unlearned(explorer.wait(60)) == words
    explorer.close()


def test_one_that_is_loaded_by_hand_is_ours_too_until_it_is_taught_something() -> None:
    pipe = models.load(device="cpu")
    explorer = make("denoise", "prompt='a xyzzy', steps=1", pipeline=pipe)
    assert unlearned(explorer.wait(60)) == ["xyzzy"]
    pipe.unet.conv_out.weight.data.mul_(1.01)
    explorer.steps = 2
    assert unlearned(explorer.wait(60)) == []
    explorer.close()
