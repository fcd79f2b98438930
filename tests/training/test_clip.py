"""CLIP: captions that are wrong by where things stand."""

from __future__ import annotations

from itertools import islice
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from diffexplain.errors import TrainingError
from diffexplain.scenes import GROUNDS, THINGS
from diffexplain.training.course import checkpoint
from diffexplain.training.course.train import train
from diffexplain.training.networks import clip
from tests.training import small

if TYPE_CHECKING:
    from diffexplain.training.workspace import Workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return small.workspace(tmp_path_factory.mktemp("clip"))


def test_a_batch_has_the_exchanged_captions_of_its_own_scenes(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = small.stage(workspace, "clip")
    stage.prepare(small.quiet)
    monkeypatch.setattr(clip.contrastive, "train", lambda _, batches, __, heads: batches)
    batches = stage.loop(
        SimpleNamespace(network=stage.session(stage.fresh()).network, optimizers=None, draw=np.random.default_rng(4))
    )
    exchanged_of = {own: wrong for own, wrong in zip(_rows(stage.tokens), _rows(stage.exchanged), strict=True) if own != wrong}
    seen = 0
    for batch in islice(batches, 6):
        seen += len(batch.wrong)
        assert _rows(batch.wrong) == [exchanged_of[own] for own in _rows(batch.tokens) if own in exchanged_of]
    assert seen


def test_the_answers_say_what_the_captions_say(workspace: Workspace) -> None:
    stage = small.stage(workspace, "clip")
    stage.prepare(small.quiet)
    two = grounds = 0
    for (first, second, arrangement, ground), caption in zip(stage.answers.tolist(), stage.scenes.captions[0], strict=True):
        assert THINGS[first] in caption
        if "background" in caption:
            grounds += 1
            assert f"{GROUNDS[ground]} background" in caption
        assert (second == len(THINGS)) == (arrangement == 0)
        if arrangement:
            two += 1
            later = caption.rindex(THINGS[second]) > caption.index(THINGS[first])
            assert later != ("right of" in caption or "below" in caption)
    assert two
    assert grounds


def test_heads_stay_in_the_checkpoint_and_out_of_the_weights(workspace: Workspace, recwarn: pytest.WarningsRecorder) -> None:
    stage = small.stage(workspace, "clip")
    session = train(stage, small.quiet)
    kept = checkpoint.read(workspace.checkpoint("clip"))["network"]
    assert {name for name in kept if name.startswith("heads.")}
    with safe_open(workspace.weights("clip") / "model.safetensors", "pt") as file:
        assert set(file.keys()) == {name for name in kept if not name.startswith("heads.")}
    again = stage.load(workspace.weights("clip")).state_dict()
    averaged = session.average.network.state_dict()
    assert all(torch.equal(value, averaged[name]) for name, value in again.items())
    assert not [one for one in recwarn if "heads" in str(one.message)]


def test_heads_of_other_questions_are_refused_and_the_way_out_works(workspace: Workspace) -> None:
    stage = small.stage(workspace, "clip")
    folder = workspace.root / "other heads"
    stage.save(stage.session(stage.fresh()).network, folder)
    path = folder / "heads.safetensors"
    save_file({name: value for name, value in load_file(path).items() if "questions.3" not in name}, path)
    with pytest.raises(TrainingError, match=r"answer other questions .*Delete that file"):
        stage.load(folder)
    path.unlink()
    assert stage.session(stage.load(folder)).network.heads


def test_order_is_right_where_the_own_caption_is_nearer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clip, "embed_tokens", lambda _, tokens: torch.from_numpy(tokens[:, :2]).float())
    own = np.array([[1, 0, 5], [1, 0, 5], [0, 1, 5]])
    wrong = np.array([[0, 1, 5], [1, 0, 5], [1, 0, 5]])  # the second says nothing of where things stand
    pictures = torch.tensor([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]])
    assert clip.ordered(None, pictures, own, wrong).tolist() == [True, False]


def _rows(tokens: np.ndarray | torch.Tensor) -> list[tuple[int, ...]]:
    return [tuple(row) for row in tokens.reshape(-1, tokens.shape[-1]).tolist()]
