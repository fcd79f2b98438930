"""The figure shows what the core computes; what a reader wrote is never markup in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import diffexplain as dx
from diffexplain.core.similarity import READINGS, cosine, read_as
from diffexplain.models.clip import bundled_clip
from tests import tiny_clip

TEXTS = ["a crescent moon", "<b>a horse</b>", "一只熊猫 " * 40]


@pytest.mark.parametrize("reading", READINGS)
def test_its_numbers_are_the_cores(reading: Any, tmp_path: Path) -> None:
    scenes = dx.scenes.gallery(2)
    scenes[1].image.save(tmp_path / "one.png")
    figure = dx.plots.similarity(TEXTS, ["gallery:0", tmp_path / "one.png"], show=reading)
    clip = bundled_clip()
    cosines = cosine(clip.embed_pictures([scene.image for scene in scenes]), clip.embed_texts(TEXTS))
    (heat,) = figure.data
    np.testing.assert_allclose(np.asarray(heat.z), read_as(cosines, clip.temperature, reading).T, atol=1e-4)
    assert len(figure.layout.images) == 2
    labels = figure.layout.yaxis.ticktext
    assert "&lt;b&gt;" in labels[1]
    assert all(label.count("<br>") <= 2 for label in labels)
    figure.to_json()


def test_another_clip_and_a_single_pair() -> None:
    figure = dx.plots.similarity(["a red circle"], [Image.new("RGBA", (1, 1))], clip=tiny_clip.clip())
    assert np.asarray(figure.data[0].z).shape == (1, 1)


@pytest.mark.parametrize(
    ("texts", "images", "show", "words"),
    [
        ([], ["gallery:0"], "cosine", "texts must hold 1 to 64, and it is empty"),
        ("a fox", ["gallery:0"], "cosine", "texts must be a list"),
        (["a"], [], "cosine", "images must hold 1 to 64"),
        (["a"] * 65, ["gallery:0"], "cosine", "not 65"),
        (["a"], ["gallery:99999"], "cosine", "gallery"),
        (["a"], [b"no picture"], "cosine", "no picture"),
        ([7], ["gallery:0"], "cosine", "texts can't hold 7"),
        (["a"], ["gallery:0"], "softmax", "did you mean"),
    ],
)
def test_bad_values_are_refused_in_words(texts: Any, images: Any, show: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        dx.plots.similarity(texts, images, show=show)
