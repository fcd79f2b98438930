"""The judge: it learns, and what it is asked about is what it is told."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np
import torch

from diffexplain.learn import descend
from diffexplain.learn.optimizers import muon_and_adamw
from diffexplain.training import data, judge
from diffexplain.training.settings import SceneSet
from diffexplain.training.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

CPU = torch.device("cpu")
torch.set_num_threads(1)


def test_it_learns_a_few_scenes_by_heart(tmp_path: Path) -> None:
    scenes = data.make(Workspace(tmp_path), "few", SceneSet(5, 12))
    chosen = np.arange(12)
    torch.manual_seed(0)
    network = judge.Network((8, 16, 16, 32)).to(memory_format=torch.channels_last)
    batch = judge.batch_of(scenes, chosen, CPU)
    loop = descend(lambda one: judge.loss(network, one), repeat(batch, 60), muon_and_adamw(network, 3e-3, factor=1.0))
    losses = [progress.loss for progress in loop]
    assert losses[-1] < 0.2 * losses[0]
    found = judge.judge(network.eval(), scenes.pictures, batch=5)
    assert (found.first.argmax(1) == scenes.things[:, 0]).mean() > 0.9
    two = scenes.arrangements > 0
    assert two.any()
    assert (found.second.argmax(1) == scenes.things[:, 1])[two].mean() > 0.7
    assert (found.ground == scenes.grounds).mean() > 0.9
    np.testing.assert_allclose(found.first.sum(1), 1, rtol=1e-4)


def test_nothing_is_asked_about_a_second_thing_that_is_not_there() -> None:
    network = judge.Network((8, 8, 8, 8))
    nothing = torch.zeros(3, dtype=torch.long)
    alone = judge.Batch(torch.zeros(3, 3, 64, 64), torch.tensor([[0, -1]] * 3), nothing, nothing)
    in_the_whole = torch.nn.functional.cross_entropy(network.heads["thing"](network(alone.pixels)), nothing)
    torch.testing.assert_close(judge.loss(network, alone).parts["thing"], in_the_whole)


def test_worn_pictures_are_the_same_pictures() -> None:
    pixels = torch.rand(20, 3, 64, 64) * 2 - 1
    worn = judge.worn(pixels, torch.Generator().manual_seed(0))
    assert worn.shape == pixels.shape
    assert torch.equal(worn, judge.worn(pixels, torch.Generator().manual_seed(0)))
    flat = torch.zeros(4, 3, 64, 64)
    assert judge.worn(flat, torch.Generator().manual_seed(1)).abs().mean() < 0.08


def test_it_comes_back_from_its_folder(tmp_path: Path) -> None:
    from diffexplain.training.settings import TINY

    stage = judge.Judge(Workspace(tmp_path), TINY, CPU)
    network = stage.fresh().eval()
    tmp_path.joinpath("weights").mkdir()
    stage.save(network, tmp_path / "weights")
    pictures = np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3), dtype=np.uint8)
    first, second = (judge.judge(one, pictures) for one in (network, judge.load(tmp_path / "weights", CPU)))
    np.testing.assert_allclose(first.first, second.first, atol=1e-6)
