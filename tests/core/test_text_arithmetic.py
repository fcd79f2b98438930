"""Sums of sentences: their signs, what is summed, and what of an encoder speaks for a sentence."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from diffexplain.core.text import read_text
from diffexplain.core.text.arithmetic import Term, nearest, summed, terms
from diffexplain.core.text.sentences import sentence_encoder, sentence_vectors
from tests import tiny, tiny_t5


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a fox - white + red", [(1, "a fox"), (-1, "white"), (1, "red")]),
        ("a t-rex +red", [(1, "a t-rex +red")]),
        ("- a fox", [(-1, "a fox")]),
        ("  + a fox + + owl - ", [(1, "a fox"), (1, "owl")]),
        ("一只狐狸 － 白色 ＋ 红色", [(1, "一只狐狸"), (-1, "白色"), (1, "红色")]),
        ("a fox − white", [(1, "a fox"), (-1, "white")]),
        ("", []),
        (" - ", []),
    ],
)
def test_signs_stand_by_themselves(expression: str, expected: list[tuple[int, str]]) -> None:
    assert terms(expression) == [Term(*each) for each in expected]


def test_the_mean_is_taken_away_from_each_term() -> None:
    points, mean = torch.tensor([[3.0, 1.0], [1.0, 1.0], [0.0, 5.0]]), torch.tensor([1.0, 1.0])
    parts = [Term(1, "a"), Term(-1, "b"), Term(1, "c")]
    assert summed(parts, points, mean).tolist() == [1.0, 4.0]
    assert nearest(torch.tensor([1.0, 4.0]), points, mean, 2).indices == [2, 0]
    assert nearest(torch.tensor([1.0, 4.0]), points, mean, 2).cosines[0] == pytest.approx(15 / 17)


def test_a_sum_of_the_bundled_model_is_the_other_animal(bundled: Any) -> None:
    grounds = ("white", "red", "teal", "black")
    captions = [f"a {thing} on a {ground} background" for thing in ("fox", "cat", "whale", "bear") for ground in grounds]
    points = sentence_vectors(bundled, "text_encoder", captions)
    parts = terms("a fox on a white background - fox + cat")
    query = summed(parts, sentence_vectors(bundled, "text_encoder", [part.text for part in parts]), points.mean(0))
    assert captions[nearest(query, points, points.mean(0), 1).indices[0]] == "a cat on a white background"


@pytest.mark.parametrize(
    ("pipe", "name"),
    [
        (tiny.sd, "text_encoder"),
        (tiny.sdxl, "text_encoder_2"),
        (tiny_t5.sd3, "text_encoder"),
        (tiny_t5.flux, "text_encoder"),
        (tiny_t5.pixart, "text_encoder"),
    ],
)
def test_one_vector_a_sentence(pipe: Any, name: str) -> None:
    pipe = pipe()
    assert sentence_encoder(pipe) == name
    told: list[tuple[int, int]] = []
    prompts = ["a red circle", "a", "a circle a circle a"]
    vectors = sentence_vectors(pipe, name, prompts, 2, lambda done, total: told.append((done, total)))
    assert told == [(2, 3), (3, 3)]
    for vector, prompt in zip(vectors, prompts, strict=True):
        read = next(each for each in read_text(pipe, prompt) if each.encoder == name)
        if read.pooled is not None:
            torch.testing.assert_close(vector, read.pooled, atol=1e-5, rtol=1e-4)
        else:
            words = read.output[: len(read.tokens.tokens)]
            torch.testing.assert_close(vector, words.mean(0), atol=1e-5, rtol=1e-4)
