"""Every caption of the world is known, whatever stands in it; what no caption has is found, where it stands."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.random import default_rng

from diffexplain import models
from diffexplain.models.learned import is_bundled, unlearned
from diffexplain.scenes import HELD_OUT, THINGS
from diffexplain.scenes.layout import draw_layout
from diffexplain.scenes.table import find_thing
from diffexplain.scenes.vocabulary import known_words
from diffexplain.scenes.words import chinese, english
from tests import tiny

if TYPE_CHECKING:
    from collections.abc import Callable

TRAINED = tuple(name for name in THINGS if name not in HELD_OUT)
WORDS = frozenset(re.findall(r"[a-z]+", " ".join([word.phrase.en for word in known_words()])))


def caption(seed: int, say: Callable[..., str]) -> str:
    layout = draw_layout(default_rng(seed), TRAINED)
    return say(layout.mentions, layout.relation, layout.backdrop.ground, layout.wording)


@given(seed=st.integers(0, 2**53), say=st.sampled_from([english, chinese]), upper=st.booleans())
@settings(max_examples=300)
def test_every_caption_of_the_world_is_known(seed: int, say: Callable[..., str], upper: bool) -> None:
    told = caption(seed, say)
    assert unlearned(told.upper() if upper else told) == []


@given(seed=st.integers(0, 2**53), word=st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=9), data=st.data())
@settings(max_examples=200)
def test_a_word_of_random_letters_is_found_where_it_stands(seed: int, word: str, data: Any) -> None:
    assume(word not in WORDS)
    told = caption(seed, english).replace(",", "").split()[:8]  # short enough to be read to its end
    at = data.draw(st.integers(0, len(told)))
    prompt = " ".join([*told[:at], word, *told[at:]])
    (found,) = unlearned(prompt)
    assert found.text == word == prompt[found.start : found.end]
    assert found.start == len(" ".join([*told[:at], ""])) * (at > 0)


@pytest.mark.parametrize("name", HELD_OUT)
def test_a_token_that_no_caption_had_is_not_learned(name: str) -> None:
    assert [word.text for word in unlearned(f"a {name} next to a fox")] == [name]
    zh = find_thing(name).chinese
    assert [word.text for word in unlearned(f"一只{zh}和一只狐狸")] == [zh]


@pytest.mark.parametrize(
    ("prompt", "texts"),
    [
        ("a fox", []),
        ("", []),
        ("foxes", ["foxes"]),  # of known pieces
        ("sunfox", ["sunfox"]),  # of two known words
        ("a 🦊", ["🦊"]),
        ("苹果和红苹果，魔法", ["苹果", "魔法"]),  # captions have red apples only
    ],
)
def test_what_is_put_together_of_known_pieces_is_not_known(prompt: str, texts: list[str]) -> None:
    assert [word.text for word in unlearned(prompt)] == texts


def test_what_is_not_read_is_not_told() -> None:
    assert unlearned("a fox " * 20 + "xyzzy") == []


@pytest.fixture(scope="module")
def bundled() -> Any:
    return models.load(device="cpu")


def test_the_bundled_pipeline_is_known_in_every_precision_and_another_is_not(bundled: Any) -> None:
    assert is_bundled(bundled)
    assert is_bundled(models.load(device="cpu", dtype="bfloat16"))
    for name in tiny.NAMES:
        assert not is_bundled(tiny.build(name))
    assert not is_bundled(None)


@pytest.mark.parametrize("teach", ["train", "adapt", "add a word"])
def test_one_that_was_taught_further_is_the_bundled_one_no_more(bundled: Any, teach: str) -> None:
    pipe = copy.copy(bundled)
    if teach == "add a word":
        pipe.text_encoder = copy.deepcopy(pipe.text_encoder)
        pipe.text_encoder.resize_token_embeddings(pipe.text_encoder.config.vocab_size + 1)
    else:
        pipe.unet = copy.deepcopy(pipe.unet)
        if teach == "adapt":
            from peft import LoraConfig

            pipe.unet.add_adapter(LoraConfig(r=2, target_modules=["to_k"]))
        else:
            with torch.no_grad():
                for weight in pipe.unet.parameters():
                    weight += 1e-3 * torch.randn_like(weight)
    assert not is_bundled(pipe)
    assert is_bundled(bundled)
