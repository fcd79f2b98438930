"""Runs on one network at the same time: how they are made, and what each of them must be."""

from __future__ import annotations

import copy

import pytest
import torch

from diffexplain.core.record import record

STEPS = 5


def run(pipe, prompt="a red circle", seed=0, steps=STEPS, output_type="latent", **call):
    generator = torch.Generator().manual_seed(seed)
    return pipe(prompt, num_inference_steps=steps, generator=generator, output_type=output_type, **call).images


def sister(pipe):
    """Another pipeline object with the same networks and a sampler of its own, as a server has one for each request."""
    made = copy.copy(pipe)
    made.tokenizer = copy.deepcopy(pipe.tokenizer)  # which is for one thread at a time
    made.scheduler = type(pipe.scheduler).from_config(pipe.scheduler.config)
    return made


def traces_of(pipe):
    """What could be left on a pipeline's parts: hooks, functions, classes."""
    found = []
    for name, part in pipe.components.items():
        found.append((name, type(part), sorted(key for key, value in vars(part).items() if callable(value)) if part else ()))
        if isinstance(part, torch.nn.Module):
            found += [
                (len(each._forward_hooks), len(each._forward_pre_hooks), type(getattr(each, "processor", None)))
                for each in part.modules()
            ]
    return found


def same(one, other):
    assert len(one.steps) == len(other.steps) == STEPS
    for mine, theirs in zip(one.steps, other.steps, strict=True):
        assert torch.equal(mine.guided, theirs.guided)
        assert torch.equal(mine.uncond, theirs.uncond)
        assert torch.equal(mine.cond, theirs.cond)
        assert mine.guidance.scale == pytest.approx(7.5, rel=1e-4)
        if mine.attention is not None:
            assert torch.equal(mine.attention.maps(), theirs.attention.maps())
    assert torch.equal(one.latents, other.latents)


def recorded(pipe, prompt, seed, **options):
    with record(pipe, **options) as trace:
        run(pipe, prompt, seed)
    return trace
