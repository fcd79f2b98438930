"""Explorers, cells, records and lanes at once on one network: each is what it is alone, and nothing is left behind."""

from __future__ import annotations

import copy
import os
from concurrent.futures import ThreadPoolExecutor

import diffusers
import pytest
import torch

import diffexplain as dx
from tests import tiny
from tests.company import STEPS, recorded, run, same, sister, traces_of


def test_a_cells_own_call_is_not_the_explorers():
    """Example of the report: the next cell's call, while an explorer works, changed what the explorer read."""
    pipe = tiny.sd()
    explorer = dx.DenoiseExplorer(pipe, prompt="a red circle", steps=20, height=64, width=64)
    while explorer.status == "queued":
        pass
    run(pipe, "a blue square", seed=3)
    explorer.wait(120)
    scales = [step.guidance.scale for step in explorer.trace.steps]
    assert scales == pytest.approx([explorer.guidance_scale] * 20, rel=1e-3)
    explorer.close()


def test_explorers_that_share_a_vae_leave_nothing_on_it():
    one, other = tiny.sd(), tiny.sd(cls=diffusers.StableDiffusionPipeline)
    other.unet = copy.deepcopy(other.unet)  # another worker
    assert one.vae is other.vae
    before = traces_of(one)
    explorers = [dx.DenoiseExplorer(pipe, prompt="a red circle", steps=2) for pipe in (one, other)]
    for seed in range(8):
        for explorer in explorers:
            explorer.seed = seed
    for explorer in explorers:
        explorer.wait(120).close()
    assert traces_of(one) == before


def test_a_failed_run_leaves_no_processors_of_perturbed_attention():
    pipe = tiny.sd(cls=diffusers.StableDiffusionPAGPipeline)
    before = traces_of(pipe)
    explorer = dx.DenoiseExplorer(pipe, prompt="a red circle", steps=3)

    def fail(message):
        if message.kind == "step":
            explorer.cancel()

    explorer.on_message(fail)
    explorer.seed = 5
    explorer.wait(120)
    assert traces_of(pipe) == before
    explorer.close()


def test_stress():
    """Two explorers, a cell, records and lanes on one network at once: each as it is alone."""
    pipe = tiny.sd()
    before = traces_of(pipe)
    trace = recorded(sister(pipe), "a red circle", 0, attention=True)
    cell = run(sister(pipe), "a blue square", seed=1)
    lane = dx.Lane(prompt="a red circle", seed=2, steps=STEPS, guidance=7.5)
    (drawn,) = dx.sample([lane], pipe, attention=True)
    denoise = dx.DenoiseExplorer(pipe, prompt="a red circle", steps=STEPS, guidance_scale=7.5, seed=0)
    looked = dx.AttentionExplorer(pipe, prompt="a red circle", steps=STEPS, guidance_scale=7.5, seed=0)
    solo = [explorer.wait(120).trace for explorer in (denoise, looked)]

    def explore(_):
        for explorer, alone in zip((denoise, looked), solo, strict=True):
            explorer.seed = 1
            explorer.seed = 0
            explorer.wait(120)
            same(explorer.trace, alone)

    work = [
        explore,
        lambda _: same(recorded(sister(pipe), "a red circle", 0, attention=True), trace),
        lambda _: torch.testing.assert_close(run(sister(pipe), "a blue square", seed=1), cell, rtol=0, atol=0),
        lambda _: torch.testing.assert_close(dx.sample([lane], pipe, attention=True)[0].latents, drawn.latents, rtol=0, atol=0),
    ]
    with ThreadPoolExecutor(len(work)) as pool:
        for _ in range(int(os.environ.get("ROUNDS", "2"))):
            list(pool.map(lambda each: each(None), work))
    for explorer in (denoise, looked):
        explorer.close()
    assert traces_of(pipe) == before
