"""The judge's network: its windows show where things stand, and it names alike what looks alike, wherever it stands."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
import torch

from diffexplain.scenes import stream
from diffexplain.training.data.scene_sets import ARRANGEMENTS, labels
from diffexplain.training.networks.judge import TWO, Network, window
from diffexplain.training.networks.pixels import LOOKED_AT, pixels

CPU = torch.device("cpu")
STEP = 64 - 38  # pixels between the two windows
LARGER = (64 / 38) ** 2  # pixels of a window by those that it shows
torch.set_num_threads(1)


def certain(arrangement: int) -> Network:
    """A random network that is sure how things are arranged."""
    torch.manual_seed(0)
    network = Network((4, 8, 8, 8)).eval()
    with torch.no_grad():
        network.heads["arrangement"].weight.zero_()
        network.heads["arrangement"].bias.copy_(
            100.0 * torch.nn.functional.one_hot(torch.tensor(arrangement), len(ARRANGEMENTS))
        )
    return network


@pytest.mark.parametrize(("arrangement", "axis"), [(1, 3), (2, 2)])
def test_a_thing_is_named_alike_left_and_right_above_and_below(arrangement: int, axis: int) -> None:
    network = certain(arrangement)
    picture = torch.rand(2, 3, 64, 64) * 2 - 1
    moved = picture.roll(STEP, axis)  # what stood in the first window stands in the second
    torch.testing.assert_close(window(picture, arrangement, 0), window(moved, arrangement, 1))
    with torch.no_grad():
        torch.testing.assert_close(network.see(picture).first, network.see(moved).second)


def test_a_thing_alone_is_named_in_the_whole_picture() -> None:
    network = certain(0)
    picture = torch.rand(3, 3, 64, 64) * 2 - 1
    with torch.no_grad():
        torch.testing.assert_close(network.see(picture).first, network.heads["thing"](network(picture)).softmax(1))


def test_what_it_sees_are_probabilities() -> None:
    torch.manual_seed(0)
    with torch.no_grad():
        seen = Network((4, 8, 8, 8)).eval().see(torch.rand(5, 3, 64, 64) * 2 - 1)
    for chances in (seen.first, seen.second, seen.arrangement, seen.ground):
        torch.testing.assert_close(chances.sum(1), torch.ones(5))


def test_most_of_each_of_two_things_is_in_its_window_and_hardly_anything_of_the_other() -> None:
    """Looked for where a scene differs from its ground, which is alike along a row."""
    inside, outside = [], []
    for scene in islice((one for one in stream(7, size=LOOKED_AT) if len(one.objects) == 2), 40):
        about = labels(scene)
        assert about["arrangement"] in TWO
        picture = pixels(np.asarray(scene.image)[None], CPU)
        coloured = (picture - picture[:, :, :, :1]).abs().sum(1, keepdim=True).gt(0.1).float()
        half = coloured.clone()
        if about["arrangement"] == ARRANGEMENTS.index("side by side"):
            half[:, :, :, LOOKED_AT // 2 :] = 0
        else:
            half[:, :, LOOKED_AT // 2 :] = 0
        halves = (half, coloured - half)
        for number in (0, 1):
            own, other = (
                float(window(one, about["arrangement"], number).sum()) / LARGER for one in (halves[number], halves[1 - number])
            )
            inside.append(own / float(halves[number].sum()))
            outside.append(other / float(coloured.sum()))
    assert np.mean(inside) > 0.97
    assert np.mean(outside) < 0.15
