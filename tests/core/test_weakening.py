"""A weakened part counts as much as it says, the rest as ever, and nothing of it stays."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from diffexplain.core.twins import own_pipeline
from diffexplain.core.weakening import PARTS, Weakening, weakenable, weakened
from diffexplain.errors import WeakeningError
from tests import tiny
from tests.core.test_features import hooks, network, run

FAMILIES = ["sd", "sdxl", "sd3", "flux", "pixart"]


def steps_of(name):
    return 2 if name == "pixart" else 3


def with_parts(pipe, name, *weakenings):
    with weakened(network(pipe), *weakenings):
        return run(pipe, name, steps=steps_of(name))


@pytest.mark.parametrize("name", FAMILIES)
def test_at_the_neutral_setting_the_picture_is_equal_to_the_bit(name):
    pipe = tiny.build(name)
    plain = run(pipe, name, steps=steps_of(name))
    neutral = [Weakening(part, strength=1) for part in weakenable(network(pipe))]
    assert torch.equal(with_parts(pipe, name, *neutral), plain)
    nearly = [Weakening(part, strength=1 - 1e-12) for part in ("block", "text")]  # with hooks on
    assert torch.allclose(with_parts(pipe, name, *nearly), plain, atol=1e-4)


@pytest.mark.parametrize("name", FAMILIES)
def test_every_part_of_every_block_changes_the_picture_and_nothing_stays(name):
    pipe = own_pipeline(tiny.build(name))
    pipe.scheduler = tiny.build(name).scheduler
    plain = run(pipe, name, steps=steps_of(name))
    before = hooks(network(pipe))
    for part, blocks in weakenable(network(pipe)).items():
        for block in blocks:
            changed = with_parts(pipe, name, Weakening(part, block))
            assert changed.isfinite().all()
            assert not torch.equal(changed, plain), (part, block)
    assert hooks(network(pipe)) == before
    assert torch.equal(run(pipe, name, steps=steps_of(name)), plain)


@pytest.mark.parametrize(("name", "parts"), [("sd", list(PARTS)), ("sd3", ["block", "text"]), ("flux", ["block", "text"])])
def test_which_parts_there_are(name, parts):
    assert list(weakenable(network(tiny.build(name)))) == parts


def test_hooks_are_gone_after_an_exception():
    pipe = tiny.sd()
    with pytest.raises(ZeroDivisionError), weakened(pipe.unet, *(Weakening(part) for part in PARTS)):
        run(pipe, callback_on_step_end=lambda *_: 1 / 0)
    assert not hooks(pipe.unet)


def test_a_transformer_block_that_is_cut_hands_on_what_it_was_given():
    pipe = tiny.build("sd3")
    block = pipe.transformer.transformer_blocks[0]
    seen = []
    with weakened(pipe.transformer, Weakening("block", "transformer_blocks.0")):
        handle = block.register_forward_hook(lambda _, args, kwargs, output: seen.append((kwargs, output)), with_kwargs=True)
        run(pipe, "sd3")
    handle.remove()
    for kwargs, (text, picture) in seen:
        assert torch.equal(picture, kwargs["hidden_states"])
        assert torch.equal(text, kwargs["encoder_hidden_states"])


def test_a_block_of_a_unet_that_is_cut_is_its_shortcut():
    pipe = tiny.sd()
    block = pipe.unet.down_blocks[1]  # from 8 to 16 channels
    x, time, text = torch.randn(1, 8, 8, 8), torch.randn(1, 32), torch.randn(1, 16, 32)
    with weakened(pipe.unet, Weakening("block", "down_blocks.1")):
        cut, _ = block(x, time, text)
    assert torch.allclose(cut, block.resnets[0].conv_shortcut(x), atol=1e-6)


@pytest.mark.parametrize(("part", "factors"), [("skip", (1.0, 0.25)), ("backbone", (0.25, 1.0))])
def test_skips_and_backbone_are_scaled_where_they_are_joined(part, factors):
    pipe = tiny.sd()
    block = pipe.unet.up_blocks[1]  # without attention
    x, time = torch.randn(1, 16, 16, 16), torch.randn(1, 32)
    skips = (torch.randn(1, 8, 16, 16), torch.randn(1, 8, 16, 16))
    by_hand = x
    for resnet, skip in zip(block.resnets, reversed(skips), strict=True):
        by_hand = resnet(torch.cat([factors[0] * by_hand, factors[1] * skip], dim=1), time)
    with weakened(pipe.unet, Weakening(part, "up_blocks.1", 0.25)):
        assert torch.equal(block(x, skips, time), by_hand)
        assert torch.equal(block(hidden_states=x, res_hidden_states_tuple=skips, temb=time), by_hand)


def test_without_its_text_a_block_does_not_care_what_the_text_is():
    pipe = tiny.sd()
    block = pipe.unet.down_blocks[1]
    x, time = torch.randn(1, 8, 8, 8), torch.randn(1, 32)
    with weakened(pipe.unet, Weakening("text", "down_blocks.1")):
        one, other = (block(x, time, torch.randn(1, 16, 32))[0] for _ in range(2))
    assert torch.equal(one, other)
    assert not torch.equal(block(x, time, torch.randn(1, 16, 32))[0], one)


def test_without_their_text_fluxs_blocks_read_no_words_of_it():
    pipe = tiny.build("flux")
    net = pipe.transformer
    attention = net.single_transformer_blocks[0].attn
    given = []
    with weakened(net, Weakening("text")):
        handle = attention.to_v.register_forward_hook(lambda _, __, output: given.append(output))
        run(pipe, "flux")
    handle.remove()
    text = given[0].shape[1] - 64
    assert text > 0
    assert not given[0][:, :text].any()
    assert given[0][:, text:].any()
    assert functional.normalize(given[0][:, text:], dim=-1).isfinite().all()


def test_what_is_wrong_is_said():
    pipe = tiny.build("sd3")
    with (
        pytest.raises(WeakeningError, match="no skip to weaken; it has: block, text"),
        weakened(pipe.transformer, Weakening("skip")),
    ):
        pass
    with (
        pytest.raises(WeakeningError, match=r"'mid' is no block .* transformer_blocks\.0"),
        weakened(pipe.transformer, Weakening("block", "mid")),
    ):
        pass
    for part, strength in (("nose", 0), ("block", -1), ("block", float("nan")), ("block", True)):
        with pytest.raises(WeakeningError):
            Weakening(part, "", strength)
