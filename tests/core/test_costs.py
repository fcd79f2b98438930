"""Multiply-adds, counted without computing, against those of a call that was computed and against a count by hand."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from diffexplain.core import costs
from diffexplain.explorers import pipelines
from tests import tiny, tiny_t5


def test_layers_cost_what_they_cost_by_hand() -> None:
    convolution, linear = torch.nn.Conv2d(3, 5, 3, padding=1), torch.nn.Linear(7, 11)
    counted, given = costs.multiply_adds(lambda: convolution(torch.zeros(2, 3, 16, 16)))
    assert counted == 2 * 16 * 16 * 5 * 3 * 9
    assert given.shape == (2, 5, 16, 16)
    assert costs.multiply_adds(lambda: linear(torch.zeros(4, 7)))[0] == 4 * 7 * 11


@pytest.mark.parametrize(
    ("build", "name"), [(tiny.sd, "unet"), (tiny.sdxl, "unet"), (tiny_t5.sd3, "transformer"), (tiny_t5.flux, "transformer")]
)
def test_a_denoisers_call_is_that_of_its_pipeline(build: Any, name: str) -> None:
    pipe = build()
    call = pipelines.drawing(pipe, ["a red circle"], [0], 1, 4.0)
    given, named = costs.first_call(call, name)
    network = getattr(pipe, name)
    assert getattr(call.pipeline, name).config == network.config
    counted, _ = costs.multiply_adds(lambda: network(*given, **named))
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        network(*given, **named)
    assert counted == counter.get_total_flops() // 2 > 0
