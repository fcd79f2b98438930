"""Who reads whom inside a text encoder: transformers' own weights, and an encoder that stays as it was."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from diffexplain.core.text import read_self_attention, read_text, rollout
from diffexplain.core.text.self_attention import plain_attention
from diffexplain.errors import UnfitPipelineError
from tests import tiny, tiny_t5

PIPELINES = {"sd": tiny.sd, "sdxl": tiny.sdxl, "sd3": tiny_t5.sd3, "flux": tiny_t5.flux, "pixart": tiny_t5.pixart}


def own_weights(encoder: Any, ids: torch.Tensor, **more: Any) -> Any:
    """What transformers returns itself once it is told to compute attention plainly."""
    before = encoder.config._attn_implementation
    encoder.set_attn_implementation("eager")
    try:
        with torch.no_grad():
            return encoder(ids[None], output_attentions=True, **more).attentions
    finally:
        encoder.set_attn_implementation(before)


@pytest.mark.parametrize("name", ["sd", "sdxl", "sd3", "flux"])
def test_weights_are_those_of_transformers(name: str) -> None:
    pipe = PIPELINES[name]()
    read = read_text(pipe, "a red circle")
    found = read_self_attention(pipe, "a red circle", 1000)
    assert [each.encoder for each in found] == [each.encoder for each in read]
    for states, each in zip(read, found, strict=True):
        own = own_weights(getattr(pipe, each.encoder), states.ids)
        assert len(own) == len(each.heads) == len(states.layers) - 1
        for weights, expected, mean in zip(each.heads, own, each.means, strict=True):
            torch.testing.assert_close(weights, expected[0])
            torch.testing.assert_close(mean, expected[0].mean(0))


def test_a_mask_that_the_pipeline_gives_is_heeded() -> None:
    pipe = tiny_t5.pixart()
    (states,), (found,) = read_text(pipe, "a red circle"), read_self_attention(pipe, "a red circle", 1000)
    mask = (states.ids != pipe.tokenizer.pad_token_id).long()
    own = own_weights(pipe.text_encoder, states.ids, attention_mask=mask[None])
    for weights, expected in zip(found.heads, own, strict=True):
        torch.testing.assert_close(weights, expected[0])
        assert float(weights[..., int(mask.sum()) :].max()) == 0  # nobody reads padding


def test_clip_reads_backwards_alone_and_t5_both_ways() -> None:
    clip, other, long = read_self_attention(tiny_t5.sd3(), "a red circle", 4)
    assert torch.equal(clip.ahead, torch.zeros(3))
    assert torch.equal(other.ahead, torch.zeros(3))
    assert (long.ahead > 0.01).all()
    assert [tuple(weights.shape) for weights in long.heads] == [(4, 4, 4)] * 2


def test_nothing_is_left_behind() -> None:
    pipe = tiny.sd()
    encoder = pipe.text_encoder
    configs = [vars(module).get("config") for module in encoder.modules()]
    before, ids = encoder.config._attn_implementation, torch.arange(16)[None]
    assert before != "eager"
    with torch.no_grad():
        states = encoder(ids).last_hidden_state
    read_self_attention(pipe, "a red circle", 16)
    with pytest.raises(ZeroDivisionError), plain_attention(encoder):  # noqa: PT012 - what is left behind is what is tested
        assert encoder.encoder.layers[0].self_attn.config._attn_implementation == "eager"
        _ = 1 / 0
    assert all(vars(module).get("config") is config for module, config in zip(encoder.modules(), configs, strict=True))
    assert encoder.config._attn_implementation == before
    with torch.no_grad():
        assert torch.equal(encoder(ids).last_hidden_state, states)


def test_rollout_is_the_product_of_half_residual_layers() -> None:
    means = tuple(torch.rand(5, 5, generator=torch.Generator().manual_seed(seed)).softmax(-1) for seed in range(3))
    halves = [0.5 * mean + 0.5 * torch.eye(5) for mean in means]
    first, second, third = rollout(means)
    torch.testing.assert_close(first, halves[0])
    torch.testing.assert_close(second, halves[1] @ halves[0])
    torch.testing.assert_close(third, halves[2] @ halves[1] @ halves[0])
    torch.testing.assert_close(third.sum(-1), torch.ones(5))
    assert rollout(()) == ()


def test_a_pipeline_without_text_encoders_is_refused() -> None:
    with pytest.raises(UnfitPipelineError, match="no text encoder"):
        read_self_attention(tiny.flux(), "a red circle", 8)
