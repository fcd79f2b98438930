"""What it costs to orthogonalise all weight matrices of the bundled U-Net, which is most of an update by Muon; in turns.

``python tests/benchmarks/muon.py [--out FILE.json] [--rounds 15] [--threads 2]``. The base takes Newton and Schulz's steps one by one.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import harness
import torch

import diffexplain as dx
from diffexplain.learn.optimizers import as_matrix, muon_and_adamw, orthogonalised

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS = 5


def step_by_step(matrix: torch.Tensor) -> torch.Tensor:
    """The iteration as it is written down (Jordan et al. 2024)."""
    tall = matrix.shape[0] > matrix.shape[1]
    wide = matrix.T / matrix.norm() if tall else matrix / matrix.norm()
    for _ in range(STEPS):
        square = wide @ wide.T
        wide = torch.addmm(wide, torch.addmm(square, square, square, beta=-4.7750, alpha=2.0315), wide, beta=3.4445)
    return wide.T if tall else wide


def main() -> None:
    options = harness.arguments(__doc__, rounds=15, threads=2)
    torch.set_num_threads(options.threads)
    muon, _ = muon_and_adamw(dx.load(device="cpu").unet.float(), 1e-3)._optimizers
    matrices = [torch.randn_like(as_matrix(weight.detach())) for group in muon.param_groups for weight in group["params"]]

    def all_of_them(way: Callable[[torch.Tensor], torch.Tensor]) -> None:
        for matrix in matrices:
            way(matrix)

    arms = {harness.BASE: partial(all_of_them, step_by_step), "as muon": partial(all_of_them, orthogonalised)}
    seconds = harness.interleave(arms, options.rounds)
    table = harness.ratios(seconds)
    print(f"{len(matrices)} matrices, {options.threads} thread(s), {options.rounds} rounds; base is one step after the other")
    print(harness.show(table))
    if options.out:
        harness.write(options.out, table, seconds, torch=torch.__version__, threads=options.threads, matrices=len(matrices))


if __name__ == "__main__":
    main()
