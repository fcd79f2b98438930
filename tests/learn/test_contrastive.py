"""Training CLIP."""

from __future__ import annotations

import math
from itertools import repeat

import pytest
import torch

from diffexplain.learn import contrastive, optimizers
from diffexplain.learn.contrastive import Batch
from tests.learn import nets


def batch() -> Batch:
    generator = torch.Generator().manual_seed(5)
    tokens = torch.randint(0, 38, (8, 6), generator=generator)
    tokens[:, -1] = 39
    return Batch(torch.randn(8, 3, 16, 16, generator=generator), tokens)


def test_the_loss_falls_on_a_batch_seen_again_and_again() -> None:
    clip = nets.clip()
    losses = [p.loss for p in contrastive.train(clip, repeat(batch(), 30), optimizers.adamw(clip, 3e-3))]
    assert losses[0] == pytest.approx(math.log(8), rel=0.3)  # chance
    assert losses[-1] < 0.2 * losses[0]


def test_it_is_the_loss_that_transformers_computes() -> None:
    clip, one = nets.clip().eval(), batch()
    with torch.no_grad():
        theirs = clip(input_ids=one.tokens, pixel_values=one.pixels, return_loss=True).loss
        torch.testing.assert_close(contrastive.loss(clip, one).total, theirs)


def test_the_temperature_never_leaves_its_range() -> None:
    clip = nets.clip()
    clip.logit_scale.data.fill_(10.0)
    list(contrastive.train(clip, [batch()], optimizers.adamw(clip, 1e-3)))
    assert clip.logit_scale.item() == pytest.approx(math.log(100))
