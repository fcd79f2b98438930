"""The figure's bars are the anatomy's shares."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch

import diffexplain as dx
from diffexplain.core.anatomy import anatomy
from tests import tiny


def test_bars_are_shares_of_the_whole() -> None:
    unet = tiny.sd().unet
    found = anatomy(unet, (torch.empty(1, 4, 16, 16), torch.tensor(1), torch.empty(1, 16, 32)), {})
    parameters, costs = dx.plots.blocks(found).data
    assert sum(parameters.y) == pytest.approx(1)
    assert sum(costs.y) == pytest.approx(1)
    assert list(parameters.customdata) == [block.parameters for block in found.blocks]
    assert parameters.x[-1] == "exit"
    json.loads(dx.plots.blocks(found).to_json())
    uncounted = replace(found, blocks=tuple(replace(block, multiply_adds=None) for block in found.blocks))
    assert len(dx.plots.blocks(uncounted).data) == 1
