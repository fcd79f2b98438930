"""Training CLIP."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import repeat

import pytest
import torch
from torch.nn import functional

from diffexplain.learn import Heads, contrastive, optimizers
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


def padded(one: Batch) -> Batch:
    """The same with texts of 1 to 4 words and padding as CLIP has it, of end marks."""
    ends = torch.randint(1, 5, (len(one), 1), generator=torch.Generator().manual_seed(6))
    return replace(one, tokens=torch.where(torch.arange(6) >= ends, 39, one.tokens))


def test_a_place_after_the_end_is_never_a_word_and_in_time_each_of_the_padding() -> None:
    clip, one = nets.clip(), batch()
    tokens = padded(replace(one, tokens=one.tokens.repeat(10, 1), pixels=one.pixels.repeat(10, 1, 1, 1))).tokens
    places = torch.arange(6).float().expand(len(tokens), 6)[:, :, None]  # (N, 6, 1): each state says where it stands
    found = contrastive.after_the_end(clip, tokens, places)[:, 0].long()
    ends = (tokens == 39).int().argmax(1)
    assert (found > ends).all()
    for end in range(1, 5):
        assert set(found[ends == end].tolist()) == set(range(end + 1, 6))


def test_a_text_without_padding_has_its_end_mark_for_it() -> None:
    clip, one = nets.clip().eval(), batch()
    with torch.no_grad():
        read = clip.text_model(input_ids=one.tokens)
        assert torch.equal(contrastive.after_the_end(clip, one.tokens, read.last_hidden_state), read.pooler_output)


def test_heads_add_what_the_answers_of_pictures_texts_and_padding_cost() -> None:
    clip, heads, one = nets.clip().eval(), Heads(16, (3, 4)), padded(batch())
    asked = replace(
        one, answers=torch.stack((torch.arange(8) % 3, torch.arange(8) % 4), dim=1), wrong=one.tokens[:2].roll(1, 0)
    )
    with torch.no_grad():
        found, plain = contrastive.loss(clip, asked, heads=heads), contrastive.loss(clip, asked)
        towers = contrastive.embed_pictures(clip, one.pixels), contrastive.embed_texts(clip, one.tokens)
        after = contrastive.after_the_end(clip, one.tokens, clip.text_model(input_ids=one.tokens).last_hidden_state)
        padding = functional.normalize(clip.text_projection(after), dim=-1)
        cost = sum(heads.loss(found, asked.answers) for found in (*towers, padding)) / 3
    torch.testing.assert_close(found.total, plain.total + cost)
    torch.testing.assert_close(found.parts["answers"], cost)
    assert "answers" not in plain.parts


def test_heads_alone_teach_both_towers_what_they_ask_for() -> None:
    clip, heads, one = nets.clip(), Heads(16, (2,)), replace(batch(), answers=torch.arange(8)[:, None] % 2)
    both = torch.nn.ModuleList((clip, heads))
    losses = list(contrastive.train(clip, repeat(one, 30), optimizers.adamw(both, 3e-3), heads=heads))
    assert losses[0].parts["answers"] == pytest.approx(math.log(2), rel=0.4)  # chance
    assert losses[-1].parts["answers"] < 0.1
    with torch.no_grad():
        for tower in (contrastive.embed_pictures(clip, one.pixels), contrastive.embed_texts(clip, one.tokens)):
            assert heads(tower)[0].argmax(1).tolist() == one.answers[:, 0].tolist()
