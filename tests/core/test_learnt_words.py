"""A word that was learnt as several tokens is all of them."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import diffexplain as dx
from diffexplain.core.record import record
from diffexplain.core.text import read_text, tokenize
from diffexplain.core.text.learnt import spelled_out
from tests import tiny


@pytest.fixture(scope="module")
def pipe() -> Any:
    """A pipeline that knows ``<cat>`` by three vectors and ``<dog>`` by one."""
    made = tiny.sd()
    made.tokenizer, made.text_encoder = copy.deepcopy(made.tokenizer), copy.deepcopy(made.text_encoder)
    draw = torch.Generator().manual_seed(0)
    made.load_textual_inversion(torch.randn(3, 32, generator=draw), token="<cat>")
    made.load_textual_inversion(torch.randn(1, 32, generator=draw), token="<dog>")
    return made


def test_its_tokens_stand_where_it_stands(pipe: Any) -> None:
    prompt = "a <cat> on <dog>"
    tokens = tokenize(prompt, pipe.tokenizer)
    assert tokens.prompt == prompt
    assert [token.text for token in tokens.tokens if token.kind == "word"] == ["a", "<cat>", "<cat>", "<cat>", "on", "<dog>"]
    assert tokens.find("<cat>") == [(2, 3, 4)]
    assert tokens.find("<dog>") == [(6,)]
    assert tokens.find("<cat> on") == [(2, 3, 4, 5)]
    ids = [token.id for token in tokens.tokens]
    assert pipe.tokenizer.convert_ids_to_tokens(ids[2:5]) == ["<cat>", "<cat>_1", "<cat>_2"]
    (states,) = read_text(pipe, prompt)
    assert states.tokens == tokens
    assert states.ids[: len(ids)].tolist() == ids


def test_its_map_is_that_of_all_its_tokens(pipe: Any) -> None:
    with record(pipe, attention=True) as trace:
        pipe("a <cat> on a circle", negative_prompt="<cat>", num_inference_steps=2, generator=torch.Generator().manual_seed(7))
    attention = trace.steps[0].attention
    assert torch.equal(attention.word("<cat>"), attention[2:5].sum(0))
    assert attention.places("circle") == (7,)
    assert attention.places("<cat>", half="uncond") == (1, 2, 3)
    (lane,) = dx.sample([dx.Lane(prompt="a <cat>", steps=2)], pipe, attention=True)
    assert lane.steps[0].attention.places("<cat>") == (2, 3, 4)


def test_where_the_encoder_stops_reading(pipe: Any) -> None:
    tokens = tokenize("a " * 12 + "<cat> red", pipe.tokenizer)
    assert tokens.truncated is not None
    assert tokens.truncated.text_kept_characters == 24 + len("<cat>")
    assert tokens.truncated.dropped_text == " red"
    assert tokens.find("<cat>") == [(13, 14)]  # the third vector has no place any more


@settings(max_examples=100)
@given(
    st.lists(st.sampled_from(["a", "red", "<cat>", "<dog>", "<cat>_1", "<cat", ",", " ", "  ", "é", "红", "\n"]), max_size=8)
)
def test_it_is_spelled_out_as_diffusers_does(pipe: Any, parts: list[str]) -> None:
    prompt = "".join(parts)
    told = spelled_out(prompt, pipe.tokenizer)
    if "<cat>_1" not in parts or "<cat>" not in parts:
        assert told.text == pipe.maybe_convert_prompt(prompt, pipe.tokenizer)
    assert len(told.text) == len(told.starts) == len(told.ends)
    for token in tokenize(prompt, pipe.tokenizer).tokens:
        assert prompt[token.start : token.end] == token.text or token.kind != "word"


def test_a_prompt_without_such_words_is_as_it_is(pipe: Any) -> None:
    for prompt in ("", "a red circle", "<dog>", "<cat>_1", "红\U0001f600"):
        told = spelled_out(prompt, pipe.tokenizer)
        assert (told.text, told.starts, told.ends) == (prompt, tuple(range(len(prompt))), tuple(range(1, len(prompt) + 1)))
