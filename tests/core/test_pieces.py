"""A piece of a vocabulary is read as the bytes of the prompt that it stands for."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from diffexplain.core.text.pieces import bytes_of, shown
from tests import tiny, tiny_t5


@settings(deadline=None, max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs", "Z", "Cc"]), max_size=20))
def test_the_bytes_of_all_pieces_are_those_of_the_prompt(prompt: str) -> None:
    tokenizer = tiny.tokenizer()
    pieces = tokenizer.convert_ids_to_tokens(tokenizer(prompt, add_special_tokens=False)["input_ids"])
    read = b"".join(bytes_of(piece, byte_level=True) or b"" for piece in pieces).decode()
    normalised = tokenizer.backend_tokenizer.normalizer.normalize_str(prompt)
    assert read == normalised.replace(" ", "")


def test_marks_stand_for_no_bytes(bundled: Any) -> None:
    assert [bytes_of(mark, byte_level=True) for mark in ("<|startoftext|>", "<|endoftext|>")] == [None, None]
    assert bytes_of("</s>", byte_level=False) is None
    assert shown("</s>", byte_level=False) == "</s>"


@pytest.mark.parametrize(
    ("piece", "byte_level", "read"),
    [
        ("fox</w>", True, "fox"),
        ("<</w>", True, "<"),
        ("çĭĲçĭ¸</w>", True, "狐狸"),
        ("ðŁ", True, "F0 9F"),
        ("▁red", False, " red"),
        ("é", False, "é"),
        ("<0xE4>", False, "E4"),
    ],
)
def test_what_is_no_whole_character_is_shown_as_its_bytes(piece: str, byte_level: bool, read: str) -> None:
    assert shown(piece, byte_level=byte_level) == read


def test_sentencepiece_keeps_the_space_before_a_word() -> None:
    tokenizer = tiny_t5.t5()[0]
    pieces = tokenizer.convert_ids_to_tokens(tokenizer("a red circle")["input_ids"])
    assert [shown(piece, byte_level=False) for piece in pieces] == [" a", " red", " cir", "cle", "</s>"]
