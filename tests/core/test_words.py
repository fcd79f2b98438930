"""Tokens are joined to words."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from diffexplain.core.text import tokenize
from diffexplain.core.text.words import word_groups
from tests import tiny


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("a fox, a cat's well-known hat!", ["a", "fox", ",", "a", "cat's", "well-known", "hat", "!"]),
        ("", []),
        ("... red", ["...", "red"]),
        ("狐狸", ["狐", "狸"]),
    ],
)
def test_tokens_are_joined_to_words(prompt: str, words: list[str]) -> None:
    tokens = tokenize(prompt, tiny.tokenizer(), limit=200).tokens
    groups = [group for group in word_groups(prompt, tokens) if tokens[group[0]].kind == "word"]
    assert [prompt[tokens[group[0]].start : tokens[group[-1]].end] for group in groups] == words


@settings(max_examples=200)
@given(st.text(max_size=40))
def test_every_token_is_in_one_word_in_order(prompt: str) -> None:
    tokens = tokenize(prompt, tiny.tokenizer(), limit=200).tokens
    groups = word_groups(prompt, tokens)
    assert [at for group in groups for at in group] == list(range(len(tokens)))
    for group in groups:
        assert len({tokens[at].kind for at in group}) == 1
