"""The judge: it learns, and what it is asked about is what it is shown."""

from __future__ import annotations

import shutil
from itertools import repeat
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from diffexplain.errors import TrainingError
from diffexplain.learn import descend
from diffexplain.learn.optimizers import muon_and_adamw
from diffexplain.training.course.train import train
from diffexplain.training.data import scene_sets
from diffexplain.training.networks.judge import Network, judge, load
from diffexplain.training.settings import SceneSet
from diffexplain.training.stages.judge import Batch, Judge, batch_of, loss, worn
from diffexplain.training.workspace import Workspace
from tests.training import small

CPU = torch.device("cpu")
torch.set_num_threads(1)


def test_it_learns_a_few_scenes_by_heart(tmp_path: Path) -> None:
    scenes = scene_sets.make(Workspace(tmp_path), "few", SceneSet(5, 12))
    chosen = np.arange(12)
    torch.manual_seed(0)
    network = Network((8, 16, 16, 32)).to(memory_format=torch.channels_last)
    batch = batch_of(scenes, chosen, CPU)
    loop = descend(lambda one: loss(network, one), repeat(batch, 60), muon_and_adamw(network, 3e-3, factor=1.0))
    losses = [update.loss for update in loop]
    assert losses[-1] < 0.2 * losses[0]
    found = judge(network.eval(), scenes.pictures, batch=5)
    assert (found.first.argmax(1) == scenes.things[:, 0]).mean() > 0.9
    two = scenes.arrangements > 0
    assert two.any()
    assert (found.second.argmax(1) == scenes.things[:, 1])[two].mean() > 0.7
    assert (found.ground == scenes.grounds).mean() > 0.9
    np.testing.assert_allclose(found.first.sum(1), 1, rtol=1e-4)


def test_nothing_is_asked_about_a_second_thing_that_is_not_there() -> None:
    network = Network((8, 8, 8, 8))
    nothing = torch.zeros(3, dtype=torch.long)
    alone = Batch(torch.zeros(3, 3, 64, 64), torch.tensor([[0, -1]] * 3), nothing, nothing)
    in_the_whole = torch.nn.functional.cross_entropy(network.heads["thing"](network(alone.pixels)), nothing)
    torch.testing.assert_close(loss(network, alone).parts["thing"], in_the_whole)


def test_worn_pictures_are_the_same_pictures() -> None:
    pixels = torch.rand(20, 3, 64, 64) * 2 - 1
    once = worn(pixels, torch.Generator().manual_seed(0))
    assert once.shape == pixels.shape
    assert torch.equal(once, worn(pixels, torch.Generator().manual_seed(0)))
    flat = torch.zeros(4, 3, 64, 64)
    assert worn(flat, torch.Generator().manual_seed(1)).abs().mean() < 0.08


def test_it_comes_back_from_its_folder(tmp_path: Path) -> None:
    from diffexplain.training.settings import TINY

    stage = Judge(Workspace(tmp_path), TINY, CPU)
    network = stage.fresh().eval()
    tmp_path.joinpath("weights").mkdir()
    stage.save(network, tmp_path / "weights")
    pictures = np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3), dtype=np.uint8)
    first, second = (judge(one, pictures) for one in (network, load(tmp_path / "weights", CPU)))
    np.testing.assert_allclose(first.first, second.first, atol=1e-6)


def test_a_judge_of_another_shape_is_refused_with_a_way_out(tmp_path: Path) -> None:
    """The remedy is followed: without the folder there is nothing that could be refused, and one is trained."""
    workspace = small.workspace(tmp_path, "judge")
    path = workspace.weights("judge") / "model.safetensors"
    before = {name.replace("heads.thing", "heads.first"): value for name, value in load_file(path).items()}
    save_file(before, path, {"channels": "4,8,8,8"})
    stage = small.stage(workspace, "judge")
    with pytest.raises(TrainingError, match="another shape") as refused:
        train(stage, small.quiet)
    message = str(refused.value)
    folder = Path(message.partition("Delete ")[2].partition(":")[0])
    assert folder == workspace.root / "judge"
    shutil.rmtree(folder)
    train(stage, small.quiet)
    assert isinstance(load(workspace.weights("judge"), CPU), Network)
