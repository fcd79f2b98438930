"""The page reads a sentence as Python does: the same tokens in the same places, the same words that the model never learned."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diffexplain.core.text import tokenize
from diffexplain.explorers.in_page.facts import learned_ids
from diffexplain.models import bundled_path
from diffexplain.models.learned import unlearned
from tests.network.node import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

SETUP = """
import { readFileSync } from "node:fs";
import { read } from "./reading.js";
import { Tokenizer } from "./tokenizer.js";
import { unlearned } from "./words.js";
const tokenizer = new Tokenizer(JSON.parse(readFileSync(%s, "utf8")), 24);
const learned = new Set(%s);
function answer(text) {
  const found = read(text, tokenizer);
  return { ...found, unlearned: unlearned(text, found.tokens, learned) };
}
"""
SENTENCES = [
    "",
    "a fox",
    "A  Fox\tnext to 12 xyzzy-dogs!!",
    "一只狐狸和三只机器人",
    "a fox 🦊 and 👩‍👩‍👧 robots",
    "cafe\u0301 Å ﬁ",
    "I'm a fox's friend’s cat",
    "  two   spaces  ",
    "a robot, a red robot; a_b c-d",
    "机器人机器人 in 蓝色背景上",
    " ".join(["a fox in a red hat and a robot"] * 60),
    "狐狸" * 40,
]
WORDS = st.sampled_from(
    ["fox", "cat", "red", "robot", "xyzzy", "狐狸", "机器", "🦊", "'s", "’", "  ", "12", "-", "_", "!", "é"]
)


@pytest.fixture(scope="module")
def page() -> Iterator[Node]:
    path = bundled_path() / "tokenizer" / "tokenizer.json"
    node = Node(SETUP % (json.dumps(str(path)), json.dumps(learned_ids())), read="(text) => answer(text)")
    yield node
    node.close()


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    from transformers import CLIPTokenizer

    return CLIPTokenizer.from_pretrained(bundled_path() / "tokenizer")


def assert_read_alike(text: str, page: Node, tokenizer: Any) -> None:
    wanted = tokenize(text, tokenizer)
    found = page.ask("read", text)
    assert found["tokens"] == [dataclasses.asdict(token) for token in wanted.tokens]
    assert found["truncated"] == (None if wanted.truncated is None else dataclasses.asdict(wanted.truncated))
    assert found["unlearned"] == [dataclasses.asdict(word) for word in unlearned(text)]


@pytest.mark.parametrize("text", SENTENCES)
def test_sentences(text: str, page: Node, tokenizer: Any) -> None:
    assert_read_alike(text, page, tokenizer)


@given(st.lists(WORDS, max_size=12), st.sampled_from(["", " "]))
@settings(max_examples=150, deadline=None)
def test_words_in_any_order(page: Node, tokenizer: Any, words: list[str], between: str) -> None:
    assert_read_alike(between.join(words), page, tokenizer)
