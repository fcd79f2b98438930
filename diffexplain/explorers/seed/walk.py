"""A walk between the noises of two seeds, on the sphere and on the straight line, both drawn in one batch."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from diffexplain.core.interpolation import lerp, relative_length, slerp
from diffexplain.core.preview import linear_map
from diffexplain.explorers import pipelines
from diffexplain.explorers.seed.batch import SeedBatch
from diffexplain.explorers.seed.grids import preview_of
from diffexplain.explorers.seed.messages import Pictures, Walk, Way
from diffexplain.explorers.seed.sheets import sheet, tiles_of
from diffexplain.explorers.seed.statistics import detail

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

    from diffexplain.explorers.seed.grids import Grid
    from diffexplain.live.messages import Message


def walk(pipe: Any, grid: Grid, pair: tuple[int, int], frames: int, emit: Callable[[Message], None]) -> None:
    """Draw both walks and report them.

    Every stop has the first seed's generator, so that a sampler which adds noise of its own adds the same to all.

    Args:
        pipe: the user's pipeline, which stays as it is.
        grid: whose noises, sampler and prompt are used.
        pair: two seeds on it.
        frames: stops of each walk, its ends among them.
        emit: takes each message; what it raises leaves the pipeline at once.
    """
    first, second = (grid.plan.seeds.index(seed) for seed in pair)
    a, b = grid.batch.noises[first], grid.batch.noises[second]
    shares = [at / (frames - 1) for at in range(frames)]
    noises = [way(a, b, share) for way in (slerp, lerp) for share in shares]
    lengths = np.array([relative_length(noise) for noise in noises], np.float32).reshape(2, frames)
    emit(Way(seeds=pair, shares=np.array(shares, np.float32), angle=_angle(a, b), lengths=lengths))
    batch = SeedBatch([pipelines.lane_of(pipe, grid.plan, seed=pair[0], options={"latents": noise}) for noise in noises], pipe)
    preview = linear_map(pipe.vae)
    for moved in batch.steps():
        emit(preview_of("walk", moved.position, moved.lanes, moved.x0, preview))
    tiles = tiles_of(batch.images)
    ends = np.abs(tiles[[0, frames - 1]].astype(int) - grid.tiles[[first, second]].astype(int))
    emit(Pictures("walk", batch.last, frames, sheet(tiles, frames, lossless=True)))
    emit(Walk(details=detail(tiles).reshape(2, frames).astype(np.float32), ends=float(ends.max()) / 255))


def _angle(a: torch.Tensor, b: torch.Tensor) -> float:
    u, v = a.double().flatten(), b.double().flatten()
    return math.degrees(math.acos(max(-1.0, min(1.0, float(u @ v / u.norm() / v.norm())))))
