"""Training CLIP."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import repeat

import pytest
import torch
from torch.nn import functional

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


def test_wrong_texts_are_further_answers_for_pictures_alone() -> None:
    clip, one = nets.clip().eval(), batch()
    wrong = one.tokens[:3].flip(1).roll(-1, 1)  # the end mark last again
    with torch.no_grad():
        found = contrastive.loss(clip, replace(one, wrong=wrong)).total
        pictures, own, others = (
            contrastive.embed_pictures(clip, one.pixels),
            contrastive.embed_texts(clip, one.tokens),
            contrastive.embed_texts(clip, wrong),
        )
        scale, right = clip.logit_scale.exp(), torch.arange(8)
        of_pictures = functional.cross_entropy(scale * pictures @ torch.cat((own, others)).T, right)
        torch.testing.assert_close(found, (of_pictures + functional.cross_entropy(scale * own @ pictures.T, right)) / 2)


def test_no_wrong_texts_are_the_same_as_none() -> None:
    clip, one = nets.clip().eval(), batch()
    torch.testing.assert_close(
        contrastive.loss(clip, replace(one, wrong=one.tokens[:0])).total, contrastive.loss(clip, one).total, rtol=0, atol=0
    )


def test_a_word_that_only_wrong_texts_turn_round_is_learned() -> None:
    clip, one = nets.clip(), batch()
    wrong = one.tokens.clone()
    wrong[:, 1] = (wrong[:, 1] + 1) % 38
    list(contrastive.train(clip, repeat(replace(one, wrong=wrong), 40), optimizers.adamw(clip, 3e-3)))
    with torch.no_grad():
        pictures = contrastive.embed_pictures(clip, one.pixels)
        own, turned = ((pictures * contrastive.embed_texts(clip, tokens)).sum(1) for tokens in (one.tokens, wrong))
    assert (own - turned).min() > 0.1
