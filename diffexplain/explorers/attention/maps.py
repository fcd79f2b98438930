"""Attention on its way to a page: places that belong together summed, layers made smaller, bytes instead of floats."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import torch

from diffexplain.core.attention.shares import capped, resized
from diffexplain.core.evenly import evenly
from diffexplain.explorers.attention.messages import Layer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from diffexplain.explorers.attention.sentences import Rows
    from diffexplain.live.messages import Array

MEAN_BYTES = 12 * 2**20  # what the maps of a run's mean may take on their way to a page and in an export
FIRST_BYTES = 600_000  # of the mean's maps, before a page asks for more
X0_BYTES = 300_000  # of a run's predicted originals, which the page only draws
APART_BYTES = 8 * 2**20  # the same of layers and heads
SIDES = (16, 8, 4)  # of a layer's map in the page: as many as leave room for a few steps
FEW = 4  # steps: below it, smaller maps are better than fewer steps
_PARTS = {
    "down_blocks": "down",
    "mid_block": "middle",
    "up_blocks": "up",
    "single_transformer_blocks": "single",
    "transformer_blocks": "joint",
}


def gathered(maps: torch.Tensor, rows: Rows) -> torch.Tensor:
    """Return maps of text places, (..., places, h, w), as those of rows, (..., rows, h, w): each is the sum of its places."""
    parts = [maps[..., list(places), :, :].sum(-3) if len(places) > 1 else maps[..., places[0], :, :] for places in rows]
    return torch.stack(parts, dim=-3)


def map_steps(step_count: int, values: int) -> list[int]:
    """Return the steps whose mean maps a page can have.

    Args:
        step_count: of the run.
        values: of one step, both halves together.
    """
    return evenly(step_count, max(2, MEAN_BYTES // (2 * values)))


def first_steps(steps: Sequence[int], values: int) -> list[int]:
    """Return those of the steps of `map_steps` whose maps a page has before it asks; `values` as there."""
    return [steps[at] for at in evenly(len(steps), max(2, FIRST_BYTES // (2 * values)))]


def apart_plan(heads: int, rows: int, grid: tuple[int, int], step_count: int) -> tuple[list[int], int]:
    """Decide for which steps a page has layers and heads apart, and how large their maps may be.

    Args:
        heads: of all layers together.
        rows: of all halves together.
        grid: of the largest layer.
        step_count: of the run.

    Returns:
        The steps, and the longest side of a map.
    """
    for side in SIDES:
        height, width = capped(grid, side)
        fits = APART_BYTES // max(1, heads * rows * height * width)
        if fits >= min(FEW, step_count):
            break
    return evenly(step_count, max(1, fits)), side


def described(names: Iterable[str], shapes: Iterable[torch.Size], side: int) -> list[Layer]:
    """Describe layers in plain terms.

    Args:
        names: as the network has them.
        shapes: (pictures, heads, places, h, w) of what each has kept.
        side: the longest of a map in the page.
    """
    counts: Counter[str] = Counter()
    layers = []
    for name, (_, heads, _, height, width) in zip(names, shapes, strict=True):
        part = _PARTS.get(name.split(".")[0], "other")
        if part == "joint" and name.endswith(("attn1", "attn2")):
            part = "block"
        counts[part] += 1
        layers.append(Layer(name, part, counts[part], heads, (height, width), capped((height, width), side)))
    return layers


def apart_maps(kept: Sequence[torch.Tensor], layers: Sequence[Layer], rows: Rows) -> tuple[Array, Array]:
    """Return ``(bytes, peaks)`` of `ApartStep`.

    Args:
        kept: (pictures, heads, places, h, w) of each layer; the first picture is taken.
        layers: their descriptions.
        rows: which places belong together.
    """
    parts, peaks = [], []
    for maps, layer in zip(kept, layers, strict=True):
        small = gathered(resized(maps[0].float(), layer.grid), rows)  # (heads, rows, h, w)
        peak = small.amax((-2, -1), keepdim=True)
        parts.append((small / peak.clamp_min(1e-12) * 255).round().to(torch.uint8).flatten().numpy())
        peaks.append(peak.flatten().numpy())
    return np.concatenate(parts), np.concatenate(peaks).astype(np.float32)
