"""A figure for readers without a kernel: small, without scripts, and with everybody's words escaped."""

from __future__ import annotations

import re

import hypothesis.strategies as st
import numpy as np
import pytest
import torch
from hypothesis import given
from PIL import Image

from diffexplain.core.preview import LinearMap, to_pil
from diffexplain.explorers import pictures, still
from diffexplain.explorers.pictures import jpeg, opened
from diffexplain.explorers.pipeline_messages import PipelineBegin
from diffexplain.explorers.requests import PromptRequest

LIMIT = 60_000  # bytes of an output in a saved notebook
LONG = ['<script>"&' * 1000, '"' * 10_000, "狐狸" * 5_000]


def noise(width: int, height: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 255, (height, width, 3), np.uint8))


def begin(request: PromptRequest, sampler: str = "") -> PipelineBegin:
    return PipelineBegin(request, "Pipeline", sampler, 77, None, [], [])


def test_the_facts_of_a_request_are_what_decided_the_picture() -> None:
    request = PromptRequest(prompt="a fox", seed=3, steps=1)
    assert still.asked(begin(request)) == ["“a fox”", "seed 3", "1 step", "guidance 4"]
    assert still.asked(begin(request, "DDIM"), "seeds 3 to 7")[1:3] == ["seeds 3 to 7", "DDIM"]
    assert still.asked(begin(PromptRequest(negative_prompt="a dog")))[1] == "not “a dog”"


@pytest.mark.parametrize("words", LONG)
def test_a_figure_stays_within_the_limit_whatever_was_asked(words: str) -> None:
    facts = still.asked(begin(PromptRequest(prompt=words, negative_prompt=words)))
    figure = still.picture_figure(noise(720, 420), facts, ["what is to be seen"])
    assert len(figure.encode()) < LIMIT
    assert "<script" not in figure
    assert len(re.findall("<img", figure)) == 1


@given(st.lists(st.text(max_size=20), max_size=3), st.lists(st.text(max_size=20), max_size=3))
def test_words_are_text_and_no_markup(facts: list[str], notes: list[str]) -> None:
    figure = still.figure("", facts, notes)
    allowed = {"<figure>", "<figcaption>", "<br>", "<small>", "</small>", "</figcaption>", "</figure>"}
    assert set(re.findall("<[^>]*>?", figure)) <= allowed
    assert figure.count("<small>") == len(notes)


def test_pictures_share_the_best_quality_in_which_they_fit() -> None:
    image = noise(64, 64)
    (best,) = pictures.within([image], still.MOST_BYTES)
    assert (best.width, best.height) == image.size
    both = pictures.within([image, image], most=len(best.data))
    assert sum(len(picture.data) for picture in both) <= len(best.data)
    assert both[0].data == both[1].data
    (next_best,) = pictures.within([image], most=len(best.data) - 1)
    assert len(next_best.data) < len(best.data)
    assert (next_best.width, next_best.height) == image.size


def test_pictures_that_fit_in_no_quality_are_made_smaller() -> None:
    image = noise(256, 128)
    least = len(jpeg(image, quality=pictures.QUALITIES[-1]).data)
    (picture,) = pictures.within([image], most=least - 1)
    assert (picture.width, picture.height) == (128, 64)
    assert len(picture.data) < least
    (smallest,) = pictures.within([image], most=1)
    assert max(smallest.width, smallest.height) <= pictures.SMALLEST


@given(st.integers(1, 60))
def test_chosen_ones_are_in_order_and_hold_both_ends(count: int) -> None:
    found = still.chosen(range(count))
    assert len(found) == still.FRAMES
    assert found == sorted(found)
    assert (found[0], found[-1]) == (0, count - 1)
    assert len(set(found)) == min(count, still.FRAMES)


@pytest.mark.parametrize("size", [(64, 64), (96, 48), (20, 80)])
def test_a_film_has_no_gaps_and_its_last_picture_is_twice_as_high(size: tuple[int, int]) -> None:
    colours = [(at * 20, 90, 160) for at in range(still.FRAMES)]
    board = still.film([Image.new("RGB", size, colour) for colour in colours], Image.new("RGB", size, (255, 0, 0)), 24)
    width = max(1, round(24 * size[0] / size[1]))
    assert board.size == (6 * width, 48)
    for at, colour in enumerate(colours):
        row, column = divmod(at, 4)
        assert board.getpixel((column * width + width // 2, row * 24 + 12)) == colour
    assert board.getpixel((5 * width, 24)) == (255, 0, 0)
    (picture,) = pictures.within([board], still.MOST_BYTES)
    assert opened(picture).size == board.size


def test_latents_have_the_colours_of_their_preview() -> None:
    latents, matrix = np.random.default_rng(0).normal(size=(4, 5, 6)), np.random.default_rng(1).normal(0.2, 0.2, (5, 3))
    (expected,) = to_pil(LinearMap(torch.from_numpy(matrix).float(), 1.0).colours(torch.from_numpy(latents)[None]))
    off = np.asarray(still.coloured(latents, matrix)).astype(int) - np.asarray(expected)
    assert np.abs(off).max() <= 1  # rounding
    assert np.ptp(np.asarray(expected)) == 255


@pytest.mark.parametrize(("text", "shown"), [("a fox", "a fox"), ("a" * 300, "a" * 300), ("a" * 301, "a" * 300 + "…")])
def test_long_texts_are_cut_and_say_so(text: str, shown: str) -> None:
    assert still.shortened(text) == shown
