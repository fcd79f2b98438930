"""What the page says of a run in numbers: computed here, from all of the arrays, of which the page may have a preview alone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from diffexplain.explorers.denoise.messages import Move

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

    from diffexplain.core import trace as core
    from diffexplain.live.messages import Array

_TINY = 1e-12


def relative_change(before: torch.Tensor, after: torch.Tensor) -> float:
    """Return how far `after` is from `before`, as a share of the length of `before`."""
    return float((after.float() - before.float()).norm()) / max(_TINY, float(before.float().norm()))


def correlation(left: torch.Tensor, right: torch.Tensor) -> float:
    """Return the correlation of two tensors' values, -1 to 1."""
    one, other = (tensor.float().flatten() - tensor.float().mean() for tensor in (left, right))
    return float(one @ other) / max(_TINY, float(one.norm() * other.norm()))


def at_unit_scale(x: torch.Tensor, a: float, b: float) -> torch.Tensor:
    """Return the latents ``x = a*x0 + b*noise`` of any sampler at one scale, which is also what a U-Net is given."""
    return x.float() / math.hypot(a, b)


def text_share(step: core.Step) -> float | None:
    """Return the length of what the text changes as a share of the prediction without it; None without the two halves."""
    return None if step.uncond is None or step.cond is None else relative_change(step.uncond[0], step.cond[0])


def move(step: core.Step, after: torch.Tensor) -> Move:
    """Measure what came of a step.

    Args:
        step: the first of its batch counts.
        after: (batch, C, h, w) the latents after it.
    """
    now, then = step.level, step.next_level
    straight = then.a * step.x0[0] + then.b * step.noise[0]
    return Move(
        changed=relative_change(at_unit_scale(step.x[0], now.a, now.b), at_unit_scale(after[0], then.a, then.b)),
        beside=float((after[0] - straight).norm()) / max(_TINY, float(after[0].float().norm())),
    )


def like_the_last(originals: Sequence[torch.Tensor]) -> Array:
    """Return the correlation of each step's predicted original with that of the last one, (steps,) float32."""
    return np.asarray([correlation(original, originals[-1]) for original in originals], np.float32)
