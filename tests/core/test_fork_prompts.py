"""Words in the place of embeddings, and embeddings in the place of words: a fork does what is meant, or says why it can't."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import diffexplain as dx
from diffexplain.core.forks import _embedded
from diffexplain.core.record import record
from diffexplain.errors import ForkError
from tests import tiny
from tests.families import FAMILIES


def embeddings(length: int, seed: int = 0, width: int = 32) -> torch.Tensor:
    return torch.randn(1, length, width, generator=torch.Generator().manual_seed(seed))


def run(pipe: Any, **call: Any) -> dx.Trace:
    with record(pipe) as trace:
        pipe(num_inference_steps=4, generator=torch.Generator().manual_seed(7), output_type="latent", **call)
    return trace


@pytest.mark.parametrize("length", [8, 16])
def test_words_over_embeddings(length: int) -> None:
    pipe = tiny.sd()
    trace = run(pipe, prompt_embeds=embeddings(length))
    branch = trace.fork(2, prompt="a red circle")
    assert branch.prompt == "a red circle"
    assert torch.equal(branch.steps[2].x, trace.steps[2].x)
    alone = run(pipe, prompt="a red circle")
    assert torch.equal(branch.prompt_embeds, alone.prompt_embeds)
    assert branch.fork(3, guidance=2.0).finished


def test_words_over_embeddings_of_another_length_than_those_of_the_other_half() -> None:
    pipe = tiny.sd()
    trace = run(pipe, prompt_embeds=embeddings(8), negative_prompt_embeds=embeddings(8, 1))
    with pytest.raises(ForkError, match=r"the new prompt does not go with negative_prompt_embeds.*give negative_prompt too"):
        trace.fork(2, prompt="a red circle")
    for more in ({"negative_prompt": ""}, {"negative_prompt_embeds": embeddings(16, 1)}):
        assert trace.fork(2, prompt="a red circle", **more).prompt == "a red circle"
        assert trace.fork(2, **more, prompt="a red circle").finished
    same = run(pipe, prompt_embeds=embeddings(16), negative_prompt_embeds=embeddings(16, 1))
    assert same.fork(2, prompt="a red circle").finished


def test_more_embeddings_than_the_encoder_reads() -> None:
    pipe = tiny.sd()
    trace = run(pipe, prompt_embeds=embeddings(24), negative_prompt_embeds=embeddings(24, 1))
    with pytest.raises(ForkError, match="the new negative_prompt does not go with prompt_embeds"):
        trace.fork(2, negative_prompt="red")
    assert trace.fork(2, prompt="a red circle", negative_prompt="red").finished


def test_embeddings_over_words() -> None:
    pipe = tiny.sd()
    trace = run(pipe, prompt="a red circle", negative_prompt="blue")
    branch = trace.fork(2, prompt_embeds=embeddings(16))
    assert torch.equal(branch.prompt_embeds[-1:], embeddings(16))
    assert (branch.prompt, branch.negative_prompt) == (None, "blue")
    branch = trace.fork(2, negative_prompt_embeds=embeddings(16))
    assert (branch.prompt, branch.negative_prompt) == ("a red circle", None)


def test_a_pipeline_that_refuses_words_beside_embeddings() -> None:
    family = FAMILIES["PixArtAlpha"]
    assert family.reading is not None
    pipe = family.reading()
    call = {**family.call()}
    trace = run(pipe, **call)
    with pytest.raises(ForkError, match="the new prompt does not go with negative_prompt_embeds"):
        trace.fork(2, prompt="a red circle")
    assert trace.fork(2, prompt="a red circle", negative_prompt="", max_sequence_length=24).prompt == "a red circle"


def test_other_errors_stay_what_they_are() -> None:
    pipe = tiny.sd()
    trace = run(pipe, prompt_embeds=embeddings(16), negative_prompt_embeds=embeddings(16, 1))

    def stop(step: Any) -> None:
        raise ValueError("enough")

    with pytest.raises(ValueError, match=r"^enough$"):
        trace.fork(2, prompt="a red circle", on_step=stop)
    with pytest.raises(ForkError, match="takes no colour"):
        trace.fork(2, colour=1)


def test_which_arguments_are_embeddings() -> None:
    positive = ["prompt_embeds", "pooled_prompt_embeds", "prompt_embeds_2", "prompt_attention_mask", "prompt_embeds_mask"]
    positive += [
        "prompt_attention_mask_2",
        "prompt_embeds_t5",
        "prompt_cu_seqlens",
        "prompt_embeds_pooled",
        "prompt_embeds_qwen",
    ]
    assert all(_embedded(name, "") and not _embedded(name, "negative_") for name in positive)
    assert all(_embedded(f"negative_{name}", "negative_") and not _embedded(f"negative_{name}", "") for name in positive)
    others = [
        "prompt",
        "negative_prompt",
        "prompt_2",
        "ip_adapter_image_embeds",
        "editing_prompt_embeds",
        "prompt_embeds_scale",
    ]
    assert not any(_embedded(name, half) for name in others for half in ("", "negative_"))
