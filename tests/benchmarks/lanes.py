"""Lanes beside runs of the plain pipeline, one picture at a time: 8 of each, and the growth from 1 lane to 32; in turns.

``python tests/benchmarks/lanes.py [--out FILE.json] [--rounds 9] [--steps 20] [--threads 2]``. The bar is 0.6 times the 8 runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import diffusers
import harness
import numpy as np
import torch

import diffexplain as dx

if TYPE_CHECKING:
    from collections.abc import Callable

BAR = 0.6
GROWTH = (1, 2, 4, 8, 16, 32)
PROMPTS = ("a fox", "a red house by the sea", "two trees", "a blue bird on a branch")


def lanes(count: int, steps: int, **more: Any) -> list[dx.Lane]:
    return [
        dx.Lane(prompt=PROMPTS[index % len(PROMPTS)], seed=index, steps=steps, guidance=4.0, **more) for index in range(count)
    ]


def plain(pipe: Any, count: int, steps: int, guidance: float = 4.0) -> Callable[[], list[np.ndarray]]:
    """The pipeline called once for each picture."""

    def run() -> list[np.ndarray]:
        pictures = []
        for lane in lanes(count, steps):
            generator = torch.Generator("cpu").manual_seed(lane.seed)
            made = pipe(lane.prompt, num_inference_steps=steps, guidance_scale=guidance, generator=generator)
            pictures.append(np.array(made.images[0], dtype=int))
        return pictures

    return run


def together(pipe: Any, made: list[dx.Lane]) -> Callable[[], list[np.ndarray]]:
    return lambda: [np.array(trace.image, dtype=int) for trace in dx.sample(made, pipe)]


def same(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    """The same pictures, but for rounding to the next of 256 shades."""
    return all(np.abs(first - second).max() <= 2 for first, second in zip(one, other, strict=True))


def main() -> None:
    options = harness.arguments(__doc__, rounds=9, threads=2)
    torch.set_num_threads(options.threads)
    pipe = dx.load()
    pipe.set_progress_bar_config(disable=True)
    steps = options.steps
    arms: dict[str, Callable[[], Any]] = {
        harness.BASE: plain(pipe, 8, steps),
        "8 lanes": together(pipe, lanes(8, steps)),
        "8 runs, no guidance": plain(pipe, 8, steps, guidance=1.0),
        "8 lanes, no guidance": together(pipe, [lane.but(guidance=1.0) for lane in lanes(8, steps)]),
    }
    assert same(arms[harness.BASE](), arms["8 lanes"]()), "lanes have changed the pictures"
    assert same(arms["8 runs, no guidance"](), arms["8 lanes, no guidance"]()), "lanes have changed the pictures"
    seconds = harness.interleave(arms, options.rounds, warmup=1)
    table = harness.ratios(seconds)
    print(f"{steps} steps, {options.threads} thread(s), {options.rounds} rounds; base is 8 runs of the pipeline; same pictures")
    print(harness.show(table))
    verdict = "within" if table["8 lanes"]["ratio"] <= BAR else "ABOVE"
    print(f"8 lanes: {table['8 lanes']['ratio']:.3f} times 8 runs, {verdict} the bar of {BAR}")

    growth_arms: dict[str, Callable[[], Any]] = {harness.BASE: plain(pipe, 1, steps)}
    growth_arms |= {f"{count} lanes": together(pipe, lanes(count, steps)) for count in GROWTH}
    growth_seconds = harness.interleave(growth_arms, max(options.rounds // 3, 2), warmup=1)
    growth = harness.ratios(growth_seconds)
    print("growth; base is one run of the pipeline")
    print(harness.show(growth))
    for count in GROWTH:
        print(f"{count:3d} lanes: {growth[f'{count} lanes']['ratio'] / count:.3f} runs a lane")
    if options.out:
        facts = {"torch": torch.__version__, "diffusers": diffusers.__version__, "threads": options.threads}
        harness.write(options.out, table, seconds, steps=steps, bar=BAR, growth=growth, growth_seconds=growth_seconds, **facts)


if __name__ == "__main__":
    main()
