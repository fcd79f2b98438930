"""What guidance does, in numbers: how long the halves are and how far they turn from each other, what is clipped, what is enough."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from diffexplain.core.levels import solve

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch
    from PIL import Image

    from diffexplain.core.trace import Step
    from diffexplain.live.messages import Array

_ENOUGH = 0.95


def originals(step: Step) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the predicted originals of a step that has two halves, without the text and with it, in the shape of its x."""
    assert step.uncond is not None
    assert step.cond is not None
    without, _ = solve(step.x, step.uncond, step.level, step.parameterization)
    with_text, _ = solve(step.x, step.cond, step.level, step.parameterization)
    return without, with_text


def length(values: torch.Tensor) -> float:
    """Return the root mean square of some values: their length over that of as many ones."""
    return float(values.double().square().mean().sqrt())


def angle(one: torch.Tensor, other: torch.Tensor) -> float:
    """Return the angle between two tensors of one shape, in degrees; NaN where one of them is zero."""
    one, other = one.double().flatten(), other.double().flatten()
    lengths = float(one.norm() * other.norm())
    return math.degrees(math.acos(max(-1.0, min(1.0, float(one @ other) / lengths)))) if lengths else math.nan


def clipped(image: Image.Image) -> float:
    """Return the share of red, green and blue values that stand at the end of what a screen can show, 0 or 255."""
    values = np.asarray(image.convert("RGB"))
    return float(np.mean((values == 0) | (values == 255)))


def apart(one: Image.Image, other: Image.Image) -> float:
    """Return the root mean square difference of two pictures of one size, 0 to 1: 1 is black against white."""
    difference = np.asarray(one.convert("RGB"), np.float64) - np.asarray(other.convert("RGB"), np.float64)
    return float(np.sqrt(np.mean(difference**2)) / 255)


def enough(scales: Sequence[float], agreement: Array) -> int:
    """Return which is the smallest scale whose agreement has come 95 % of the way from the least to the most."""
    least, most = float(agreement.min()), float(agreement.max())
    good = [at for at, value in enumerate(agreement) if value >= least + _ENOUGH * (most - least)]
    return min(good, key=lambda at: scales[at])
