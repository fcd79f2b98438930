"""The tokenizer: byte-level pair encoding as CLIP's, with two kinds of merges.

English merges are learned from captions. Chinese has no spaces between words, so pairs learned from
sentences would cross their borders; its merges are built from the list of words instead, longest words first, and every word of the
picture world stays one token.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from diffexplain.errors import TrainingError
from diffexplain.scenes import GROUNDS, STYLES, THINGS
from diffexplain.scenes.table import STYLES_IN_CHINESE, find_ground, find_thing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

LENGTH = 24  # positions of the text encoder, the marks of beginning and end included
BEGIN, END = "<|startoftext|>", "<|endoftext|>"
_WORD_END = "</w>"
_WORD = re.compile(r"[a-z]+")  # captions have no other letters; commas are tokens of their own already

# Words that captions don't have but prompts may; often enough to become tokens.
_MORE_ENGLISH = (
    "dragon robot unicorn two three many red green blue big small happy sad cute the in of with photo drawing sky grass"
)
_FUNCTION_WORDS = ("一只", "一个", "背景", "旁边", "左边", "右边", "上面", "下面", "风格")
_MORE_CHINESE = ("的", "上", "有", "在", "和", "两只", "三个", "很多", "可爱", "天空", "草地", "大", "小")
_MORE_CHARACTERS = "，。、！？恤穿打"


def make(captions: Iterable[str], merges: int) -> Any:
    """Make a `CLIPTokenizer`.

    Args:
        captions: English ones to learn from.
        merges: how many English ones.

    Raises:
        TrainingError: a Chinese word of the picture world falls apart.
    """
    from tokenizers.pre_tokenizers import ByteLevel
    from transformers import CLIPTokenizer

    pairs = [*chinese_merges(chinese_words()), *english_merges(captions, merges)]
    letters = sorted(ByteLevel.alphabet())
    known = dict.fromkeys([*letters, *(letter + _WORD_END for letter in letters), *(one + other for one, other in pairs)])
    vocabulary = {token: number for number, token in enumerate([*known, BEGIN, END])}
    tokenizer = CLIPTokenizer(vocab=vocabulary, merges=pairs, model_max_length=LENGTH, pad_token=END)
    broken = [name for name in map(_chinese_name, THINGS) if _is_chinese(name) and len(tokenizer(name).input_ids) != 3]
    if broken:
        raise TrainingError(
            f"These Chinese names are more than one token: {', '.join(broken)}. Put them into the list of words."
        )
    return tokenizer


def load(folder: Path) -> Any:
    """Load the tokenizer of a folder."""
    from transformers import CLIPTokenizer

    return CLIPTokenizer.from_pretrained(folder)


def encode(tokenizer: Any, captions: Sequence[str]) -> np.ndarray:
    """Turn captions into (N, 24) int16, padded with end marks.

    Raises:
        TrainingError: a caption does not fit.
    """
    tokens = tokenizer(list(captions), padding="max_length", max_length=LENGTH, verbose=False).input_ids
    longest = max(range(len(captions)), key=lambda number: len(tokens[number]))
    if len(tokens[longest]) > LENGTH:
        raise TrainingError(f"The caption {captions[longest]!r} has more than {LENGTH} tokens. Merge more, or shorten it.")
    return np.array(tokens, np.int16)


def english_merges(captions: Iterable[str], most: int) -> list[tuple[str, str]]:
    """Learn merges from captions: again and again the pair that stands side by side most often (Sennrich et al. 2016, algorithm 1).

    Not with the trainer of the tokenizers library, which breaks ties by chance: equal captions make equal merges here.

    Args:
        captions: as they are.
        most: how many merges; fewer when no pair is left that is seen twice.
    """
    # All names, also those that few captions leave out; twice, since a pair that is seen once is not merged.
    counts = Counter(word for text in (*captions, *THINGS, *THINGS) for word in _WORD.findall(text.lower()))
    counts.update(dict.fromkeys(_MORE_ENGLISH.split(), 50))
    parts = {word: (*word[:-1], word[-1] + _WORD_END) for word in counts}
    merges: list[tuple[str, str]] = []
    while len(merges) < most:
        pairs: Counter[tuple[str, str]] = Counter()
        for word, split in parts.items():
            for pair in pairwise(split):
                pairs[pair] += counts[word]
        best = max(pairs, key=lambda pair: (pairs[pair], pair), default=None)
        if best is None or pairs[best] < 2:
            break
        merges.append(best)
        parts = {word: _joined(split, best) for word, split in parts.items()}
    return merges


def chinese_merges(words: Sequence[str]) -> list[tuple[str, str]]:
    """Merge first the three bytes of every character, then the characters of every word from left to right."""
    merges: dict[tuple[str, str], None] = {}
    for character in sorted({character for word in words for character in word} | set(_MORE_CHARACTERS)):
        first, second, third = _bytes(character)
        for pair in ((first, second), (first + second, third), (first + second, third + _WORD_END)):
            merges[pair] = None
    for word in words:
        left, *rest = ("".join(_bytes(character)) for character in word)
        for number, right in enumerate(rest, 1):
            if number == len(rest):
                merges[left, right + _WORD_END] = None
            merges[left, right] = None
            left += right
    return list(merges)


def chinese_words() -> list[str]:
    """Return all words of Chinese captions: function words, then the longest first, so that a long name wins over its parts."""
    colours = [f"{find_ground(name).chinese}色" for name in GROUNDS]
    names = [name for name in map(_chinese_name, THINGS) if _is_chinese(name)]
    content = {*names, *_MORE_CHINESE, *(STYLES_IN_CHINESE[style] for style in STYLES), *colours}
    return [*_FUNCTION_WORDS, *sorted(content - {*_FUNCTION_WORDS}, key=lambda word: (-len(word), word))]


def _chinese_name(name: str) -> str:
    return find_thing(name).chinese


def _is_chinese(name: str) -> bool:
    """Say whether all characters are Chinese: T-shirts are T恤, with a Latin letter before the word."""
    return all("\u4e00" <= character <= "\u9fff" for character in name)


def _joined(split: tuple[str, ...], pair: tuple[str, str]) -> tuple[str, ...]:
    """Return the parts of a word, with every occurrence of a pair joined."""
    joined: list[str] = []
    for part in split:
        if joined and (joined[-1], part) == pair:
            joined[-1] += part
        else:
            joined.append(part)
    return tuple(joined)


def _bytes(character: str) -> tuple[str, ...]:
    """Return the UTF-8 bytes of a character, each as the letter that byte-level encoding writes for it."""
    from tokenizers.pre_tokenizers import ByteLevel

    ((letters, _),) = ByteLevel(add_prefix_space=False, use_regex=False).pre_tokenize_str(character)
    return tuple(letters)
