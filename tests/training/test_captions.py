"""Captions as tokens, right and turned round."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from diffexplain.scenes.words import exchanged, opposite
from diffexplain.training.data import captions, scene_sets, tokenizer
from tests.training import small

if TYPE_CHECKING:
    from collections.abc import Callable

    from diffexplain.training.data.captions import Variant
    from diffexplain.training.workspace import Workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return small.workspace(tmp_path_factory.mktemp("captions"))


def test_they_are_the_captions_of_the_scenes(workspace: Workspace) -> None:
    scenes = scene_sets.make(workspace, "even", small.SMALL.sets["even"])
    found, words = captions.tokens(workspace, "even", scenes), tokenizer.load(workspace.tokenizer)
    for language, spoken in enumerate(scenes.captions):
        assert np.array_equal(found[:, language], tokenizer.encode(words, spoken))


@pytest.mark.parametrize(("variant", "turn_round"), [("exchanged", exchanged), ("opposite", opposite)])
def test_they_differ_where_there_is_something_to_turn_round(
    workspace: Workspace, variant: Variant, turn_round: Callable[[str], str | None]
) -> None:
    scenes = scene_sets.make(workspace, "even", small.SMALL.sets["even"])
    right, wrong = captions.tokens(workspace, "even", scenes), captions.tokens(workspace, "even", scenes, variant)
    words = tokenizer.load(workspace.tokenizer)
    for language, spoken in enumerate(scenes.captions):
        turned = [turn_round(caption) for caption in spoken]
        differ = captions.differ(right[:, language], wrong[:, language])
        assert np.array_equal(differ, [one is not None for one in turned])
        assert 0 < differ.sum() < len(scenes)
        assert np.array_equal(wrong[differ, language], tokenizer.encode(words, [one for one in turned if one]))
