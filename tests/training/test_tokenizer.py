"""The tokenizer: every caption fits and comes back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from diffexplain.errors import TrainingError
from diffexplain.scenes import THINGS, gallery
from diffexplain.scenes.table import find_thing
from diffexplain.training.data import tokenizer

SCENES = gallery(600, seed=11)
CAPTIONS = [scene.caption for scene in SCENES] + [scene.caption_zh for scene in SCENES]


@pytest.fixture(scope="module")
def words() -> Any:
    return tokenizer.make([scene.caption for scene in SCENES], 1100)


def test_every_caption_fits_and_comes_back(words: Any) -> None:
    encoded = tokenizer.encode(words, CAPTIONS)
    assert encoded.shape == (len(CAPTIONS), 24)
    for caption, row in zip(CAPTIONS, encoded, strict=True):
        assert row[0] == words.bos_token_id
        assert row[-1] == words.eos_token_id
        decoded = words.decode(row, skip_special_tokens=True)
        assert decoded.replace(" ", "") == caption.lower().replace(" ", "")


def test_chinese_names_stay_whole(words: Any) -> None:
    assert len(words("一只熊猫").input_ids) == 4  # begin, 一只, 熊猫, end
    assert len(words("笔记本电脑").input_ids) == 3
    for name in (find_thing(name).chinese for name in THINGS):
        assert len(words(name).input_ids) == (4 if name == "T恤" else 3), name


def test_common_english_words_stay_whole(words: Any) -> None:
    assert words.tokenize("a fox on a teal background") == [
        f"{word}</w>" for word in ["a", "fox", "on", "a", "teal", "background"]
    ]


def test_anything_can_be_encoded(words: Any) -> None:
    assert words.unk_token_id not in words("Zürich 東京 🦊").input_ids[1:-1]


def test_a_caption_that_does_not_fit_is_named(words: Any) -> None:
    with pytest.raises(TrainingError, match=r"'a fox a fox .* more than 24 tokens"):
        tokenizer.encode(words, ["a cat", "a fox " * 20])


def test_equal_captions_make_equal_tokenizers(words: Any) -> None:
    again = tokenizer.make([scene.caption for scene in SCENES], 1100)
    assert again.get_vocab() == words.get_vocab()
    assert np.array_equal(tokenizer.encode(again, CAPTIONS[:20]), tokenizer.encode(words, CAPTIONS[:20]))
