"""The page's tokenizer gives the ids of the pipeline's, whatever the sentence."""

from __future__ import annotations

import random
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from diffexplain.models import bundled_path
from diffexplain.scenes import scene
from tests.network.node import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

SETUP = """
import { readFileSync } from "node:fs";
import { Tokenizer } from "./tokenizer.js";
const tokenizer = new Tokenizer(JSON.parse(readFileSync(%r, "utf8")), 24);
"""
SENTENCES = [
    "",
    " ",
    "a fox",
    "A  Fox\tjumps\n\nover 12 dogs!!",
    "一只狐狸和三只猫",
    "a fox 🦊 and 👩‍👩‍👧‍👦 with 🇨🇳🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "cafe\u0301 Å Ａ ﬁ e\u0323\u0302 \u1100\u1161\u11a8",
    "ΟΔΟΣ ὈΔΥΣΣΕΎΣ İI ẞ ǅ",
    "I'm you're it's we'll they'd I'VE 'twas''s",
    "\u00a0\u0085\u180e\u200b\ufeff\u2028\u3000x\x1c\x1f\x00y\u202f",
    "<|startoftext|>a<|endoftext|>!",
    "<|STARTOFTEXT|>!a <|EndOfText|>?b <|endoftext",
    "½ ² Ⅷ ٣ १२ 一二",
    "a" * 10_000,
    "狐" * 10_000,
    "!" * 10_000,
    " ".join(["a fox in a red hat"] * 600),
]
LETTERS = st.characters(exclude_categories=("Cs", "Cn"))
WORDS = st.sampled_from(["fox", "cat", "red", "狐狸", "🦊", "two", "'s", "<|endoftext|>", "\u0301", "  ", "12", "-", "İ", "Σ"])


@pytest.fixture(scope="module")
def page() -> Iterator[Node]:
    path = str(bundled_path() / "tokenizer" / "tokenizer.json")
    node = Node(SETUP % path, ids="(texts) => texts.map((text) => [...tokenizer.padded(text)])")
    yield node
    node.close()


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    from transformers import CLIPTokenizer

    return CLIPTokenizer.from_pretrained(bundled_path() / "tokenizer")


def differing(page: Node, tokenizer: Any, texts: list[str]) -> list[tuple[str, list[int], list[int]]]:
    """Sentences whose ids differ, with the page's and those that the pipeline would have."""
    wanted = tokenizer(texts, padding="max_length", max_length=24, truncation=True).input_ids
    found = page.ask("ids", texts)
    return [case for case in zip(texts, found, wanted, strict=True) if case[1] != case[2]]


@pytest.mark.parametrize("text", SENTENCES, ids=[ascii(text[:20]) for text in SENTENCES])
def test_the_same_ids(page: Node, tokenizer: Any, text: str) -> None:
    assert not differing(page, tokenizer, [text])


@settings(max_examples=100, deadline=None)
@given(text=st.one_of(st.text(LETTERS, max_size=60), st.lists(st.one_of(WORDS, st.text(LETTERS, max_size=3))).map("".join)))
@example(text="\u0345\u0301 a")
def test_the_same_ids_of_any_sentence(page: Node, tokenizer: Any, text: str) -> None:
    assert not differing(page, tokenizer, [text])


def test_half_a_letter_is_read_as_no_letter(page: Node, tokenizer: Any) -> None:
    """JavaScript has texts that Python's tokenizer can't be given: half of a pair of surrogates."""
    assert page.ask("ids", ["a \ud83e fox"]) == tokenizer(["a \ufffd fox"], padding="max_length", max_length=24).input_ids


def test_captions(page: Node, tokenizer: Any) -> None:
    assert not differing(page, tokenizer, [scene(seed).caption for seed in range(200)])


def sentences(count: int) -> list[str]:
    """Captions, and nonsense of their words, of Chinese, emoji, marks and letters of any script."""
    chance = random.Random(0)
    captions = [scene(seed).caption for seed in range(count // 4)]
    words = sorted({word for caption in captions for word in caption.split()})
    letters = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) not in {"Cs", "Cn", "Co"}]
    pools = [words, letters, [chr(code) for code in range(0x4E00, 0x9FFF)], [chr(code) for code in range(0x1F300, 0x1FAFF)]]
    pools.append([chr(code) for code in range(0x300, 0x370)] + [" ", "'s", "'", "\u200d", "\ufe0f", "\t", "İ", "Σ", "1"])

    def nonsense() -> str:
        glue = chance.choice(["", " "])
        return glue.join(chance.choice(chance.choice(pools)) for _ in range(chance.randrange(1, 40)))

    return captions + [nonsense() for _ in range(count - len(captions))]


@pytest.mark.more
def test_ten_thousand_sentences(page: Node, tokenizer: Any) -> None:
    texts = sentences(10_000)
    wrong = [case for start in range(0, len(texts), 500) for case in differing(page, tokenizer, texts[start : start + 500])]
    assert not wrong, (len(wrong), wrong[:3])


@pytest.mark.more
def test_every_letter_of_unicode(page: Node, tokenizer: Any) -> None:
    """Alone, between letters and behind punctuation, as far as Python knows it."""
    letters = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) not in {"Cs", "Cn", "Co"}]
    texts = [f"{letter} a{letter}b !{letter}" for letter in letters]
    wrong = [case for start in range(0, len(texts), 2000) for case in differing(page, tokenizer, texts[start : start + 2000])]
    assert not wrong, (len(wrong), [(ascii(text), *ids) for text, *ids in wrong[:3]])
