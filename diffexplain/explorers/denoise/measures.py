"""What the page says of a run in numbers: computed here, from all of the arrays, of which the page may have a preview alone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from diffexplain.explorers.denoise.messages import Move, numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diffexplain.explorers.denoise.messages import Step
    from diffexplain.live.messages import Array

_TINY = 1e-12


def norm(array: Array) -> float:
    """Return the Euclidean length of all values together."""
    return float(np.linalg.norm(array.astype(np.float64)))


def relative_change(before: Array, after: Array) -> float:
    """Return how far `after` is from `before`, as a share of the length of `before`."""
    return norm(after.astype(np.float64) - before) / max(_TINY, norm(before))


def correlation(left: Array, right: Array) -> float:
    """Return the correlation of two arrays' values, -1 to 1."""
    one, other = (array.astype(np.float64).ravel() - array.mean(dtype=np.float64) for array in (left, right))
    return float(one @ other) / max(_TINY, norm(one) * norm(other))


def at_unit_scale(x: Array, a: float, b: float) -> Array:
    """Return the latents ``x = a*x0 + b*noise`` of any sampler at one scale, which is also what a U-Net is given."""
    scaled: Array = x.astype(np.float64) / math.hypot(a, b)
    return scaled


def text_share(uncond: Array | None, cond: Array | None) -> float | None:
    """Return the length of what the text changes as a share of the prediction without it; None without the two halves."""
    return None if uncond is None or cond is None else relative_change(uncond, cond)


def move(step: Step, after: Array) -> Move:
    """Measure what came of a step.

    Args:
        step: whole.
        after: (C, h, w) the latents after it.
    """
    x, x0, noise = (numbers(part).astype(np.float64) for part in (step.x, step.x0, step.noise))
    straight = step.next_a * x0 + step.next_b * noise
    return Move(
        changed=relative_change(at_unit_scale(x, step.a, step.b), at_unit_scale(after, step.next_a, step.next_b)),
        beside=norm(after - straight) / max(_TINY, norm(after)),
    )


def like_the_last(originals: Sequence[Array]) -> Array:
    """Return the correlation of each step's predicted original with that of the last one, (steps,) float32."""
    return np.asarray([correlation(original, originals[-1]) for original in originals], np.float32)
