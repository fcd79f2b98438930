"""Tokens lie where the tokenizer cut, and what the encoder doesn't read is named."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

import diffexplain as dx
from diffexplain.explorers.tokens import cut


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return dx.load().tokenizer


def test_words_and_marks(tokenizer: Any) -> None:
    found = cut("a Fox", tokenizer)
    assert [(token.kind, token.text, token.start, token.end) for token in found.tokens] == [
        ("start", "<|startoftext|>", 0, 0),
        ("word", "a", 0, 1),
        ("word", "Fox", 2, 5),
        ("end", "<|endoftext|>", 5, 5),
    ]
    assert [token.id for token in found.tokens] == tokenizer("a Fox")["input_ids"]
    assert (found.limit, found.truncated) == (24, None)


def test_an_empty_prompt_has_its_marks(tokenizer: Any) -> None:
    assert [token.kind for token in cut("", tokenizer).tokens] == ["start", "end"]


def test_a_long_prompt_is_cut_as_the_pipeline_cuts_it(tokenizer: Any) -> None:
    prompt = "a fox " * 1600
    found = cut(prompt, tokenizer)
    assert [token.id for token in found.tokens] == tokenizer(prompt, truncation=True, max_length=24)["input_ids"]
    assert found.truncated is not None
    assert found.truncated.first_token_index == 23
    assert found.tokens[-1].kind == "end"
    kept = found.truncated.text_kept_characters
    assert prompt[kept:].startswith(found.truncated.dropped_text)
    assert len(found.truncated.dropped_text) == 200


@settings(deadline=None, max_examples=80)
@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
    | st.sampled_from(["一只狐狸", "🦊🦊", "</script>", "\x00\n\t", "<|endoftext|> a fox <|startoftext|>"])
)
def test_any_text_has_tokens_in_order_within_the_limit(tokenizer: Any, prompt: str) -> None:
    found = cut(prompt, tokenizer)
    assert 2 <= len(found.tokens) <= found.limit
    words = [token for token in found.tokens if token.kind == "word"]
    assert all(prompt[token.start : token.end] == token.text for token in words)
    assert [token.start for token in words] == sorted(token.start for token in words)
    assert (found.truncated is None) == (len(tokenizer(prompt)["input_ids"]) <= found.limit)


def test_a_tokenizer_that_tells_no_places_is_no_error() -> None:
    slow = SimpleNamespace(is_fast=False, model_max_length=10**30)
    encoder = SimpleNamespace(config=SimpleNamespace(max_position_embeddings=77))
    assert cut("a fox", slow, encoder).limit == 77
    assert cut("a fox", slow, encoder).tokens == []
    assert cut("a fox", None).tokens == []
