"""A wall: the same sentence from many seeds, drawn together. What is costly to make is kept with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from diffexplain.core.preview import LinearMap, decode, linear_map, to_pil
from diffexplain.explorers import pipelines
from diffexplain.explorers.decoding import batches, coarse_to_fine
from diffexplain.explorers.messages import Progress
from diffexplain.explorers.pictures import jpeg, png
from diffexplain.explorers.seed.batch import SeedBatch
from diffexplain.explorers.seed.messages import Pictures, Preview, Spread
from diffexplain.explorers.seed.sheets import columns_for, sheet, tiles_of, tiles_of_colours
from diffexplain.explorers.seed.statistics import MOST_DEVIATION, parting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PIL import Image

    from diffexplain.explorers.seed.messages import Which
    from diffexplain.explorers.seed.request import SeedRequest
    from diffexplain.explorers.seed.sheets import Pixels
    from diffexplain.live.messages import Message, Picture


@dataclass(eq=False)
class Grid:
    """A finished wall.

    Attributes:
        plan: what it was drawn by; see `SeedRequest.wall`.
        batch: how it was drawn; its starting noises are kept, its pictures are `tiles`.
        tiles: (n, height, width, 3) the finished pictures, at most 128 pixels a side.
        waiting: position of a shown step -> (n, C, h, w) predicted originals that have not been decoded yet, half precision.
        noisy: position -> see `Spread`.
        said: position -> what was said of it exactly.
    """

    plan: SeedRequest
    batch: SeedBatch
    tiles: Pixels
    waiting: dict[int, torch.Tensor]
    noisy: dict[int, float]
    said: dict[int, tuple[Pictures, Spread]] = field(default_factory=dict)

    def messages(self, which: Which) -> Iterator[Message]:
        """Yield what is known of it, as of one or the other wall."""
        for _, said in sorted(self.said.items()):
            yield from (replace(message, which=which) for message in said)


def draw(
    pipe: Any, plan: SeedRequest, which: Which, emit: Callable[[Message], None], begun: Callable[[SeedBatch], None]
) -> Grid:
    """Draw all pictures of a wall together, report each step as it is there, and what they have in common.

    Args:
        pipe: the user's pipeline, which stays as it is.
        plan: what to draw.
        which: of which wall it is reported.
        emit: takes each message; what it raises leaves the pipeline at once.
        begun: called before the first message.
    """
    batch = SeedBatch([pipelines.lane_of(pipe, plan, seed=seed) for seed in plan.seeds], pipe)
    preview = linear_map(pipe.vae)
    drawn: dict[int, dict[int, tuple[torch.Tensor, torch.Tensor]]] = {}  # position -> lane -> x0 and x
    waiting: dict[int, torch.Tensor] = {}
    noisy: dict[int, float] = {}
    for moved in batch.steps():
        if not drawn:
            begun(batch)
        emit(preview_of(which, moved.position, moved.lanes, moved.x0, preview))
        lanes = drawn.setdefault(moved.position, {})
        lanes |= {at: (moved.x0[row], moved.x[row]) for row, at in enumerate(moved.lanes)}
        if len(lanes) < plan.count:
            continue
        x0, x = (torch.stack([lanes[at][part] for at in range(plan.count)]) for part in (0, 1))
        drawn[moved.position] = {}
        noisy[moved.position] = _spread_as_colours(x, preview)
        waiting[moved.position] = x0.to("cpu", torch.float16)
        tiles = tiles_of_colours(preview.colours(x0))
        emit(_spread(which, moved.position, tiles, noisy[moved.position], exact=False, encoded=png))
    del waiting[batch.last]  # the finished pictures stand there
    grid = Grid(plan, batch, tiles_of(batch.images), waiting, noisy)
    batch.images = []
    _emit_exact(grid, which, batch.last, grid.tiles, emit)
    return grid


def refine(grids: list[tuple[Which, Grid]], vae: Any, emit: Callable[[Message], None]) -> None:
    """Decode what has not been decoded yet of some walls, first those that lie far apart, and report it."""
    left = [
        (which, grid, position)
        for which, grid in grids
        for position in coarse_to_fine(grid.batch.last)
        if position in grid.waiting
    ]
    done, total = 0, sum(grid.plan.count for _, grid, _ in left)
    for which, grid, position in left:
        latents = grid.waiting[position]
        parts = []
        for rows in batches(range(len(latents)), latents):
            emit(Progress("refining", done, total))
            parts.append(tiles_of(to_pil(decode(latents[list(rows)], vae, len(rows)))))
            done += len(rows)
        _emit_exact(grid, which, position, np.concatenate(parts), emit)
        del grid.waiting[position]


def _emit_exact(grid: Grid, which: Which, position: int, tiles: Pixels, emit: Callable[[Message], None]) -> None:
    """Report the exact pictures of a position, and keep that."""
    columns = columns_for(len(tiles))
    last = position == grid.batch.last
    pictures = Pictures(which, position, columns, sheet(tiles, columns, lossless=last))
    spread = _spread(which, position, tiles, grid.noisy[position], exact=True, encoded=png if last else jpeg)
    grid.said[position] = (pictures, spread)
    emit(pictures)
    emit(spread)


def preview_of(which: Which, position: int, lanes: list[int], x0: torch.Tensor, preview: LinearMap) -> Preview:
    """Return a step as it is there: `lanes` and their predicted originals, (m, C, h, w)."""
    columns = columns_for(len(lanes))
    tiles = tiles_of_colours(preview.colours(x0))
    return Preview(which, position, np.array(lanes, np.int32), columns, sheet(tiles, columns, lossless=True))


def _spread(
    which: Which, position: int, tiles: Pixels, noisy: float, *, exact: bool, encoded: Callable[[Image.Image], Picture]
) -> Spread:
    parts = parting(tiles)
    (mean,) = to_pil(torch.from_numpy(parts.mean).movedim(-1, 0))
    deviation = (parts.deviation * (255 / MOST_DEVIATION)).round().clip(0, 255).astype(np.uint8)
    return Spread(which, position, exact, encoded(mean), deviation, parts.fixed, parts.chance, noisy)


def _spread_as_colours(latents: torch.Tensor, preview: LinearMap) -> float:
    """Return the standard deviation over the first axis of latents drawn as colours, which are not clipped; root mean square."""
    matrix = preview.matrix.to(latents.device)  # (channels + 1, 3); what is constant does not deviate
    colours = torch.einsum("bchw,cd->bdhw", latents.float(), matrix[:-1])
    return float(colours.var(0, unbiased=False).mean().sqrt())
