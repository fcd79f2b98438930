"""What recording costs: the same run of the bundled model, plain, recorded, and plain again, in turns.

``python tests/benchmarks/recording.py [--out FILE.json] [--rounds 25] [--steps 20]``. The bar is 1.05 times the plain run.
"""

from __future__ import annotations

import diffusers
import harness
import numpy as np
import torch

import diffexplain

BAR = 1.05


def main() -> None:
    options = harness.arguments(__doc__, rounds=25, threads=1)
    torch.set_num_threads(options.threads)
    pipe = diffexplain.load()
    pipe.set_progress_bar_config(disable=True)

    def plain() -> np.ndarray:
        generator = torch.Generator().manual_seed(7)
        return np.array(pipe("a fox", num_inference_steps=options.steps, guidance_scale=4.0, generator=generator).images[0])

    def recorded() -> np.ndarray:
        with diffexplain.record(pipe):
            return plain()

    def read() -> np.ndarray:
        """Recorded, with everything read that is worked out on demand."""
        with diffexplain.record(pipe, on_step=lambda step: (step.x0, step.noise, step.mean, step.guidance)):
            return plain()

    assert np.array_equal(plain(), recorded()), "recording has changed the picture"
    assert np.array_equal(plain(), read()), "reading the record has changed the picture"
    seconds = harness.interleave({harness.BASE: plain, "recorded": recorded, "recorded and read": read}, options.rounds)
    table = harness.ratios(seconds)
    print(f"{options.steps} steps, {options.threads} thread(s), {options.rounds} rounds; the picture is the same to the bit")
    print(harness.show(table))
    verdict = "within" if table["recorded"]["ratio"] <= BAR else "ABOVE"
    print(f"recorded: {table['recorded']['ratio']:.3f} times the plain run, {verdict} the bar of {BAR}")
    if options.out:
        facts = {"torch": torch.__version__, "diffusers": diffusers.__version__, "threads": options.threads}
        harness.write(options.out, table, seconds, steps=options.steps, bar=BAR, **facts)


if __name__ == "__main__":
    main()
