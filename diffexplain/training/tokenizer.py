"""The tokenizer: byte-level pair encoding as CLIP's, with two kinds of merges.

English merges are learned from captions (Sennrich et al. 2016, algorithm 1). Chinese has no spaces between words, so pairs learned from
sentences would cross their borders; its merges are built from the list of words instead, longest words first, and every word of the
picture world stays one token.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from diffexplain.scenes import GROUNDS, STYLES, THINGS
from diffexplain.scenes.table import STYLES_IN_CHINESE, find_ground, find_thing
from diffexplain.training.errors import TrainingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

LENGTH = 24  # places of the text encoder, the marks of beginning and end included
BEGIN, END = "<|startoftext|>", "<|endoftext|>"
_WORD_END = "</w>"

# Words that captions don't have but prompts may; often enough to become tokens.
_MORE_ENGLISH = (
    "dragon robot unicorn two three many red green blue big small happy sad cute the in of with photo drawing sky grass"
)
_FUNCTION_WORDS = ("一只", "一个", "背景", "旁边", "左边", "右边", "上面", "下面", "风格")
_MORE_CHINESE = ("的", "上", "有", "在", "和", "两只", "三个", "很多", "可爱", "天空", "草地", "大", "小")
_MORE_CHARACTERS = "，。、！？恤穿打"


def make(captions: Iterable[str], merges: int) -> Any:
    """A `CLIPTokenizer`.

    Args:
        captions: English ones to learn from.
        merges: size of the vocabulary that English merges are learned up to, 512 byte tokens included.

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
    """The tokenizer of a folder."""
    from transformers import CLIPTokenizer

    return CLIPTokenizer.from_pretrained(folder)


def encode(tokenizer: Any, captions: Sequence[str]) -> Any:
    """(N, 24) int16 numpy array, padded with end marks.

    Raises:
        TrainingError: a caption does not fit.
    """
    found = tokenizer(list(captions), padding="max_length", max_length=LENGTH, return_tensors="np").input_ids
    if found.shape[-1] > LENGTH:
        longest = max(captions, key=lambda caption: len(tokenizer(caption).input_ids))
        raise TrainingError(f"The caption {longest!r} has more than {LENGTH} tokens. Merge more, or shorten it.")
    return found.astype("int16")


def english_merges(captions: Iterable[str], vocabulary: int) -> list[tuple[str, str]]:
    """Learned from captions, the most frequent pair first."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE(end_of_word_suffix=_WORD_END, unk_token=END))
    tokenizer.normalizer = normalizers.Lowercase()
    words = pre_tokenizers.Split(Regex(r"[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"), "removed", invert=True)
    bytewise = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([words, bytewise])
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        end_of_word_suffix=_WORD_END,
        special_tokens=[],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        min_frequency=2,
        show_progress=False,
    )
    # All names, also those that few captions leave out; twice, since a pair that is seen once is not merged.
    tokenizer.train_from_iterator([*captions, *THINGS, *THINGS, *[_MORE_ENGLISH] * 50], trainer)
    return [(one, other) for one, other in json.loads(tokenizer.to_str())["model"]["merges"]]


def chinese_merges(words: Sequence[str]) -> list[tuple[str, str]]:
    """First the three bytes of every character, then the characters of every word from left to right."""
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
    """All words of Chinese captions: function words, then the longest first, so that a long name wins over its parts."""
    colours = [f"{find_ground(name).chinese}色" for name in GROUNDS]
    names = [name for name in map(_chinese_name, THINGS) if _is_chinese(name)]
    content = {*names, *_MORE_CHINESE, *(STYLES_IN_CHINESE[style] for style in STYLES), *colours}
    return [*_FUNCTION_WORDS, *sorted(content - {*_FUNCTION_WORDS}, key=lambda word: (-len(word), word))]


def _chinese_name(name: str) -> str:
    return find_thing(name).chinese


def _is_chinese(name: str) -> bool:
    """T-shirts are T恤: a Latin letter before the word."""
    return all("\u4e00" <= character <= "\u9fff" for character in name)


def _bytes(character: str) -> tuple[str, ...]:
    """The UTF-8 bytes of a character, each as the letter that byte-level encoding writes for it."""
    from tokenizers.pre_tokenizers import ByteLevel

    ((letters, _),) = ByteLevel(add_prefix_space=False, use_regex=False).pre_tokenize_str(character)
    return tuple(letters)
