"""How soon a change is on its way to the page, beside the bare denoiser calls that the run needs; in turns on one machine.

``python tests/benchmarks/live.py [--out FILE.json] [--rounds 15] [--steps 20] [--threads 2]``. From a trait change to the first step,
the last step and the finished picture. The bar is 1.25 times the bare calls for the last step.
"""

from __future__ import annotations

import gc
import random
import threading
import time
from typing import TYPE_CHECKING, Any

import diffusers
import harness
import torch

import diffexplain as dx

if TYPE_CHECKING:
    from collections.abc import Callable

    from diffexplain.live.messages import Message

BAR = 1.25


def bare_calls(pipe: Any, steps: int) -> Callable[[], None]:
    """The run's denoiser calls and nothing else, with the very inputs of a run."""
    calls: list[tuple[Any, Any]] = []
    handle = pipe.unet.register_forward_pre_hook(lambda _, args, kwargs: calls.append((args, kwargs)), with_kwargs=True)
    pipe("a fox", num_inference_steps=steps, guidance_scale=4.0, generator=torch.Generator("cpu").manual_seed(1))
    handle.remove()

    def run() -> None:
        with torch.no_grad():
            for args, kwargs in calls:
                pipe.unet(*args, **kwargs)

    return run


class Stopwatch:
    """Seconds from a change to the messages of the run that it asked for."""

    def __init__(self, explorer: dx.DenoiseExplorer, steps: int) -> None:
        self.explorer, self.last = explorer, steps - 1
        self.start, self.marks, self.ended = 0.0, {}, threading.Event()
        explorer.on_message(self.hear)

    def hear(self, message: Message) -> None:
        now = time.perf_counter() - self.start
        if message.kind == "step" and message.index in {0, self.last}:  # type: ignore[attr-defined]
            self.marks["first step" if message.index == 0 else "last step"] = now  # type: ignore[attr-defined]
        elif message.kind == "end":
            self.marks["picture"] = now
            self.ended.set()

    def change(self, seed: int) -> dict[str, float]:
        self.marks, self.start = {}, time.perf_counter()
        self.ended.clear()
        self.explorer.seed = seed
        assert self.ended.wait(120)
        return dict(self.marks)


def main() -> None:
    options = harness.arguments(__doc__, rounds=15, threads=2)
    torch.set_num_threads(options.threads)
    pipe = dx.load()
    pipe.set_progress_bar_config(disable=True)
    bare = bare_calls(pipe, options.steps)
    explorer = dx.DenoiseExplorer(pipe, prompt="a fox", steps=options.steps).wait(120)
    watch = Stopwatch(explorer, options.steps)
    seconds: dict[str, list[float]] = {name: [] for name in (harness.BASE, harness.AGAIN, "first step", "last step", "picture")}

    def base(name: str) -> None:
        start = time.perf_counter()
        bare()
        seconds[name].append(time.perf_counter() - start)

    def live(round_number: int) -> None:
        for name, value in watch.change(1000 + round_number).items():
            seconds[name].append(value)
        explorer.wait(120)  # what is decoded afterwards must not weigh on the next arm

    base(harness.BASE)  # warm
    for values in seconds.values():
        values.clear()
    shuffle = random.Random(0).shuffle
    for number in range(options.rounds):
        arms: list[Callable[[], None]] = [
            lambda: base(harness.BASE),
            lambda: base(harness.AGAIN),
            lambda number=number: live(number),
        ]
        shuffle(arms)
        for arm in arms:
            gc.collect()
            arm()
    explorer.close()
    table = harness.ratios(seconds)
    print(
        f"{options.steps} steps, {options.threads} thread(s), {options.rounds} rounds; base is {options.steps} bare denoiser calls"
    )
    print(harness.show(table))
    verdict = "within" if table["last step"]["ratio"] <= BAR else "ABOVE"
    print(f"last step: {table['last step']['ratio']:.3f} times the bare calls, {verdict} the bar of {BAR}")
    if options.out:
        facts = {"torch": torch.__version__, "diffusers": diffusers.__version__, "threads": options.threads}
        harness.write(options.out, table, seconds, steps=options.steps, bar=BAR, **facts)


if __name__ == "__main__":
    main()
