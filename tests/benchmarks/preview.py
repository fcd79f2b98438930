"""What a preview costs, and how near it is: the linear map beside the full decoding of the same latents; in turns.

``python tests/benchmarks/preview.py [--out FILE.json] [--rounds 25] [--threads 1] [--steps 20]``. The latents are the predicted originals
of all steps of one run. Fidelity is the share of the decoded pictures' variance that a preview explains, at the preview's size.
"""

from __future__ import annotations

from typing import Any

import diffusers
import harness
import torch
from torch.nn import functional

import diffexplain as dx
from diffexplain.core import preview


def fidelity(shown: torch.Tensor, decoded: torch.Tensor) -> float:
    """Share of the variance of the decoded pictures that is in the preview, both at the preview's size."""
    wanted = functional.adaptive_avg_pool2d(decoded, (shown.shape[-2], shown.shape[-1])).double()
    left = ((shown.double() - wanted) ** 2).sum() / ((wanted - wanted.mean((0, 2, 3), keepdim=True)) ** 2).sum()
    return 1 - float(left)


def main() -> None:
    options = harness.arguments(__doc__, rounds=25, threads=1)
    torch.set_num_threads(options.threads)
    pipe = dx.load()
    (trace,) = dx.sample([dx.Lane(prompt="a fox", seed=7, steps=options.steps, guidance=4.0)], pipe)
    latents = torch.cat([step.x0 for step in trace.steps])
    preview.linear_map(pipe.vae)  # fitted once for a VAE

    def full() -> torch.Tensor:
        return preview.decode(latents, pipe.vae)

    def linear() -> torch.Tensor:
        return preview.latents_to_rgb(latents, pipe.vae)

    alone = preview.decode(latents[:1], pipe.vae)
    assert torch.allclose(full()[:1], alone, atol=1e-4), "a batch has changed the picture"
    near: dict[str, Any] = {"linear": fidelity(linear(), full()), harness.BASE: fidelity(full(), full())}
    near["linear, last step"] = fidelity(linear()[-1:], full()[-1:])
    seconds = harness.interleave({harness.BASE: full, "linear": linear}, options.rounds)
    table = harness.ratios(seconds)
    print(f"{len(latents)} latents, {options.threads} thread(s), {options.rounds} rounds; base is the full decoding")
    print(harness.show(table))
    print("\n".join(f"{name:24s} fidelity {value:.3f}" for name, value in near.items()))
    if options.out:
        facts = {"torch": torch.__version__, "diffusers": diffusers.__version__, "threads": options.threads}
        harness.write(options.out, table, seconds, fidelity=near, latents=len(latents), **facts)


if __name__ == "__main__":
    main()
