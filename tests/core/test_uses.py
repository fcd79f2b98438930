"""What a pipeline hands on of each encoder is found in what it hands on."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from diffexplain.core.text import Use, read_text
from diffexplain.core.text.uses import use_of
from tests import tiny, tiny_t5

LAST = 3  # layers of the tiny CLIP; T5 has two


@pytest.mark.parametrize(
    ("pipe", "uses"),
    [
        (tiny.sd, [Use(LAST, True, False)]),
        (tiny.sdxl, [Use(LAST - 1, False, False), Use(LAST - 1, False, True)]),
        (
            tiny_t5.sd3,
            [Use(LAST - 1, False, True), Use(None, False, True), Use(2, True, False)],
        ),  # its T5 is as narrow as one CLIP
        (tiny_t5.flux, [Use(None, False, True), Use(2, True, False)]),
        (tiny_t5.pixart, [Use(2, True, False)]),
    ],
)
def test_each_family_hands_on_its_own(pipe: Any, uses: list[Use]) -> None:
    assert [each.use for each in read_text(pipe(), "a red circle")] == uses


def test_what_was_changed_on_its_way_is_not_claimed() -> None:
    layers = [torch.rand(4, 3, generator=torch.Generator().manual_seed(at)) for at in range(3)]
    assert use_of(layers, layers[2] * 2, None, [layers[1][None] + 1]) == Use(None, False, False)
    beside = torch.cat([torch.zeros(1, 4, 2), layers[1][None]], 2)
    behind = torch.cat([torch.zeros(1, 5, 5), beside], 1)
    assert use_of(layers, layers[2] * 2, layers[0][:1], [behind, layers[0][:1]]) == Use(1, False, True)
