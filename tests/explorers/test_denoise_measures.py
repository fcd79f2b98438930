"""The numbers that a page says are those of all of the run, and mean what they say."""

from __future__ import annotations

import pytest
import torch

import diffexplain as dx
from diffexplain.explorers.denoise import measures
from diffexplain.explorers.denoise.messages import Begin, End, Step
from tests.explorers.conftest import of


def test_changes_and_likeness_of_tensors() -> None:
    one, other = torch.randn(2, 4, 8, 8, generator=torch.Generator().manual_seed(0))
    assert measures.relative_change(one, one) == 0
    assert measures.relative_change(one, 3 * one) == pytest.approx(2)
    assert measures.relative_change(one.half(), other.half()) == pytest.approx(
        float((other - one).norm() / one.norm()), rel=1e-3
    )
    assert measures.relative_change(torch.zeros(3), torch.zeros(3)) == 0
    assert measures.correlation(one, 5 - 3 * one) == pytest.approx(-1)
    expected = float(torch.corrcoef(torch.stack([one.flatten(), other.flatten()]))[0, 1])
    assert measures.correlation(one, other) == pytest.approx(expected, abs=1e-6)
    assert measures.like_the_last([other, one]).tolist() == pytest.approx([expected, 1], abs=1e-6)


def test_a_run_says_what_its_trace_says(explorer: dx.DenoiseExplorer) -> None:
    trace = explorer.trace
    assert trace is not None
    (begin,), steps, (end,) = of(explorer, Begin), of(explorer, Step), of(explorer, End)
    assert (begin.start_mean, begin.start_deviation) == pytest.approx((float(trace.steps[0].x.mean()), float(trace.steps[0].x.std(correction=0))), abs=1e-6)  # fmt: skip
    after = [*(step.x for step in trace.steps[1:]), trace.latents]
    moves = [*(step.before for step in steps[1:]), end.move]
    assert (steps[0].before, steps[0].moved) == (None, None)
    for step, now, then, move in zip(steps, trace.steps, after, moves, strict=True):
        assert move.beside == pytest.approx(0, abs=1e-5)  # DDIM: straight to the next level
        unit = now.x / (now.level.a**2 + now.level.b**2) ** 0.5
        there = then / (now.next_level.a**2 + now.next_level.b**2) ** 0.5
        assert move.changed == pytest.approx(float((there - unit).norm() / unit.norm()), rel=1e-4)
        assert step.text_share == pytest.approx(float((now.cond - now.uncond).norm() / now.uncond.norm()), rel=1e-4)
    assert steps[2].moved == pytest.approx(float((trace.steps[2].x0 - trace.steps[1].x0).norm() / trace.steps[1].x0.norm()), rel=1e-4)  # fmt: skip
    assert end.like_final[-1] == pytest.approx(1)


def test_what_a_sampler_adds_is_seen(explorer: dx.DenoiseExplorer) -> None:
    explorer.sampler = "euler_a"
    explorer.wait(60)
    assert of(explorer, Step)[1].before.beside > 0.1
