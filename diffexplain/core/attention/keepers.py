"""From what a layer said to maps that are kept: the mean of all, or each by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import torch

from diffexplain.core.attention.options import SIDE, Attention
from diffexplain.core.attention.shares import capped, resized, shares

if TYPE_CHECKING:
    from diffexplain.core.attention.budget import Budget
    from diffexplain.core.attention.layers import LayerCapture

Grid = tuple[int, int]
MEAN = ""  # the name under which the mean of all layers is kept
_BYTES = 2  # half precision
_SMALL = 2**18  # bytes of queries


class Keeper(Protocol):
    """Collects the layers of one call of the denoiser."""

    def add(self, name: str, capture: LayerCapture, grid: Grid, /) -> None:
        """Take one layer in."""

    def finish(self) -> dict[str, torch.Tensor]:
        """Return what is kept of the call, by layer: (rows, heads, tokens, height, width), half precision, on the CPU."""


class Compact:
    """The mean over heads and layers. One sum for each size of grid grows while the network computes.

    Small layers wait for those of the same shape and are computed with them at the end: their cost is in the number of calls.
    """

    def __init__(self, options: Attention, budget: Budget) -> None:
        self.budget = budget
        self.by_text = options.direction == "text_to_picture"
        self.sums: dict[Grid, torch.Tensor] = {}  # (rows, positions, tokens), or (rows, tokens, positions) by text
        self.waiting: dict[tuple[Any, ...], list[LayerCapture]] = {}  # by grid and shapes
        self.count = 0

    def add(self, _: str, capture: LayerCapture, grid: Grid) -> None:
        """Add the layer to the sum."""
        self.count += 1
        if capture.bias is None and capture.query.nbytes <= _SMALL:
            kind = (grid, capture.query.shape, capture.key.shape, capture.columns.start, capture.columns.stop)
            self.waiting.setdefault(kind, []).append(capture)
        else:
            self._sum(grid, shares(capture.query, capture.key, capture.columns, bias=capture.bias, mean=True)[:, 0])

    def finish(self) -> dict[str, torch.Tensor]:
        """Return the mean, under the name `MEAN`."""
        waiting, self.waiting = self.waiting, {}
        for (grid, *_), group in waiting.items():
            query, key = (torch.cat([getattr(capture, name) for capture in group]) for name in ("query", "key"))
            weights = shares(query, key, group[0].columns, mean=True)[:, 0]
            self._sum(grid, weights.view(len(group), -1, *weights.shape[1:]).sum(0))
        sums, self.sums, count, self.count = self.sums, {}, self.count, 0
        if not sums:
            return {}
        size = capped(max(sums, key=lambda grid: grid[0] * grid[1]), SIDE)
        first = next(iter(sums.values()))
        rows, tokens = first.shape[0], first.shape[1 if self.by_text else 2]
        if not self.budget.room(_BYTES * rows * tokens * size[0] * size[1], 1):
            return {}
        total: torch.Tensor | None = None
        for grid, weights in sums.items():
            maps = weights if self.by_text else weights.transpose(1, 2)
            each = resized(maps.reshape(rows, tokens, *grid), size)
            if self.by_text:
                each = each * (grid[0] * grid[1] / (size[0] * size[1]))  # a token's sum stays, not its mean
            total = each if total is None else total + each
        assert total is not None
        return {MEAN: (total / count).half()[:, None].contiguous().cpu()}

    def _sum(self, grid: Grid, weights: torch.Tensor) -> None:
        if grid in self.sums:
            self.sums[grid] += weights
        else:
            self.sums[grid] = weights


class Full:
    """Every layer and head by itself."""

    def __init__(self, options: Attention, budget: Budget) -> None:
        self.options, self.budget = options, budget
        self.by_text = options.direction == "text_to_picture"
        self.kept: dict[str, torch.Tensor] = {}
        self.largest = 0

    def add(self, name: str, capture: LayerCapture, grid: Grid) -> None:
        """Keep the layer's maps, if there is room."""
        heads = self.options.heads
        if heads is not None:
            chosen = list(heads)
            bias = capture.bias[:, chosen] if capture.bias is not None and capture.bias.shape[1] > 1 else capture.bias
            capture = replace(capture, query=capture.query[:, chosen], key=capture.key[:, chosen], bias=bias)
        rows, count = capture.query.shape[:2]
        tokens = capture.query.shape[2] if self.by_text else capture.columns.stop - capture.columns.start
        small = capped(grid, SIDE)
        self.largest = max(self.largest, _BYTES * rows * tokens * small[0] * small[1])
        if not self.budget.room(_BYTES * rows * count * tokens * grid[0] * grid[1], count):
            return
        weights = shares(capture.query, capture.key, capture.columns, bias=capture.bias)  # (rows, heads, positions, tokens)
        maps = weights if self.by_text else weights.transpose(2, 3)
        self.kept[name] = maps.half().reshape(rows, count, tokens, *grid).contiguous().cpu()

    def finish(self) -> dict[str, torch.Tensor]:
        """Return each layer under its own name."""
        kept, self.kept = self.kept, {}
        if self.budget.first:
            self.budget.compact += self.largest
        return kept
