"""CLIP: captions that are wrong by where things stand."""

from __future__ import annotations

from itertools import islice
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from diffexplain.scenes.words import exchanged, opposite
from diffexplain.training import clip, data, tokenizer
from tests.training import small

if TYPE_CHECKING:
    from collections.abc import Callable

    from diffexplain.training.workspace import Workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return small.workspace(tmp_path_factory.mktemp("clip"))


@pytest.mark.parametrize(("find", "said"), [(clip.exchanged_tokens, exchanged), (clip.opposite_tokens, opposite)])
def test_captions_differ_where_there_is_something_to_be_turned_round(
    workspace: Workspace, find: Callable[..., np.ndarray], said: Callable[[str], str | None]
) -> None:
    scenes = data.make(workspace, "even", small.SMALL.sets["even"])
    own, wrong = clip.tokens(workspace, "even", scenes), find(workspace, "even", scenes)
    words = tokenizer.load(workspace.tokenizer)
    for language, captions in enumerate(scenes.captions):
        told = [said(caption) for caption in captions]
        differ = clip.differ(own[:, language], wrong[:, language])
        assert np.array_equal(differ, [one is not None for one in told])
        assert 0 < differ.sum() < len(scenes)
        assert np.array_equal(wrong[differ, language], tokenizer.encode(words, [one for one in told if one]))


def test_a_batch_has_the_exchanged_captions_of_its_own_scenes(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = small.stage(workspace, "clip")
    stage.prepare(small.quiet)
    monkeypatch.setattr(clip.contrastive, "train", lambda _, batches, __: batches)
    batches = stage.loop(SimpleNamespace(network=None, optimizers=None, draw=np.random.default_rng(4)))
    exchanged_of = {own: wrong for own, wrong in zip(_rows(stage.tokens), _rows(stage.exchanged), strict=True) if own != wrong}
    seen = 0
    for batch in islice(batches, 6):
        seen += len(batch.wrong)
        assert _rows(batch.wrong) == [exchanged_of[own] for own in _rows(batch.tokens) if own in exchanged_of]
    assert seen


def test_order_is_right_where_the_own_caption_is_nearer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clip, "embed_tokens", lambda _, tokens: torch.from_numpy(tokens[:, :2]).float())
    own = np.array([[1, 0, 5], [1, 0, 5], [0, 1, 5]])
    wrong = np.array([[0, 1, 5], [1, 0, 5], [1, 0, 5]])  # the second says nothing of where things stand
    pictures = torch.tensor([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]])
    assert clip.ordered(None, pictures, own, wrong).tolist() == [True, False]


def _rows(tokens: np.ndarray | torch.Tensor) -> list[tuple[int, ...]]:
    return [tuple(row) for row in tokens.reshape(-1, tokens.shape[-1]).tolist()]
