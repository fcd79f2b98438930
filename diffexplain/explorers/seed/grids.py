"""A wall: the same sentence from many seeds, drawn together. What is costly to make is kept with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from diffexplain.core.lanes import Lane
from diffexplain.core.preview import LinearMap, decode, linear_map, to_pil
from diffexplain.explorers import pipelines
from diffexplain.explorers.decoding import batches, coarse_to_fine
from diffexplain.explorers.messages import Progress
from diffexplain.explorers.pictures import png
from diffexplain.explorers.seed.batch import SeedBatch
from diffexplain.explorers.seed.messages import Pictures, Preview, Spread
from diffexplain.explorers.seed.sheets import columns_for, sheet, tiles_of, tiles_of_colours
from diffexplain.explorers.seed.statistics import MOST_DEVIATION, parting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from diffexplain.explorers.seed.messages import Which
    from diffexplain.explorers.seed.request import SeedRequest
    from diffexplain.explorers.seed.sheets import Pixels
    from diffexplain.live.messages import Message


@dataclass(frozen=True)
class Plan:
    """What decides a wall; see `SeedRequest`."""

    prompt: str
    negative_prompt: str
    seed: int
    count: int
    steps: int
    sampler: str
    guidance_scale: float

    @classmethod
    def of(cls, request: SeedRequest, prompt: str) -> Plan:
        """The wall that a request asks for, under this prompt."""
        return cls(
            prompt, request.negative_prompt, request.seed, request.count, request.steps, request.sampler, request.guidance_scale
        )

    @property
    def seeds(self) -> range:
        """Of the pictures, in order."""
        return range(self.seed, self.seed + self.count)

    def lane(self, seed: int, **options: Any) -> Lane:
        """The run of one picture; `options` as in `Lane`."""
        return Lane(
            prompt=self.prompt,
            negative_prompt=self.negative_prompt or None,  # some models read an empty one, others none
            seed=seed,
            sampler=None if self.sampler == pipelines.OWN else self.sampler,
            steps=self.steps,
            guidance=self.guidance_scale,
            options=options,
        )


@dataclass(eq=False)
class Wall:
    """A finished wall.

    Attributes:
        plan: what it was drawn by.
        growth: how it was drawn; its starting noises are kept, its pictures are `tiles`.
        tiles: (n, height, width, 3) the finished pictures, at most 128 pixels a side.
        waiting: place of a told step -> (n, C, h, w) predicted originals that have not been decoded yet, half precision.
        noisy: place -> see `Spread`.
        said: place -> what was told of it exactly.
    """

    plan: Plan
    growth: SeedBatch
    tiles: Pixels
    waiting: dict[int, torch.Tensor]
    noisy: dict[int, float]
    said: dict[int, tuple[Pictures, Spread]] = field(default_factory=dict)

    def messages(self, which: Which) -> Iterator[Message]:
        """What is known of it, told as of one or the other wall."""
        for place in sorted(self.said):
            pictures, spread = self.said[place]
            yield Pictures(which, place, pictures.columns, pictures.sheet)
            yield Spread(**{**vars(spread), "which": which})


def draw(pipe: Any, plan: Plan, which: Which, emit: Callable[[Message], None], begun: Callable[[SeedBatch], None]) -> Wall:
    """Draws all pictures of a wall together, tells each step as it is there, and what they have in common.

    Args:
        pipe: the user's pipeline, which stays as it is.
        plan: what to draw.
        which: of which wall is told.
        emit: takes each message; what it raises leaves the pipeline at once.
        begun: called before the first message.
    """
    growth = SeedBatch([plan.lane(seed) for seed in plan.seeds], pipe)
    preview = linear_map(pipe.vae)
    found: dict[int, dict[int, tuple[torch.Tensor, torch.Tensor]]] = {}  # place -> lane -> x0 and x
    waiting: dict[int, torch.Tensor] = {}
    noisy: dict[int, float] = {}
    for moved in growth.steps():
        if not found:
            begun(growth)
        emit(preview_of(which, moved.place, moved.lanes, moved.x0, preview))
        lanes = found.setdefault(moved.place, {})
        lanes |= {at: (moved.x0[row], moved.x[row]) for row, at in enumerate(moved.lanes)}
        if len(lanes) < plan.count:
            continue
        x0, x = (torch.stack([lanes[at][part] for at in range(plan.count)]) for part in (0, 1))
        found[moved.place] = {}
        noisy[moved.place] = _spread_as_colours(x, preview)
        waiting[moved.place] = x0.to("cpu", torch.float16)
        tiles = tiles_of_colours(preview.colours(x0))
        emit(_spread(which, moved.place, tiles, noisy[moved.place], exact=False))
    del waiting[growth.last]  # the finished pictures stand there
    wall = Wall(plan, growth, tiles_of(growth.images), waiting, noisy)
    growth.images = []
    _say(wall, which, growth.last, wall.tiles, emit)
    return wall


def refine(walls: list[tuple[Which, Wall]], vae: Any, emit: Callable[[Message], None]) -> None:
    """Decode what has not been decoded yet of some walls, first those that lie far apart, and tell it."""
    left = [
        (which, wall, place) for which, wall in walls for place in coarse_to_fine(wall.growth.last) if place in wall.waiting
    ]
    done, total = 0, sum(wall.plan.count for _, wall, _ in left)
    for which, wall, place in left:
        latents = wall.waiting[place]
        parts = []
        for places in batches(range(len(latents)), latents):
            emit(Progress("refining", done, total))
            parts.append(tiles_of(to_pil(decode(latents[list(places)], vae, len(places)))))
            done += len(places)
        _say(wall, which, place, np.concatenate(parts), emit)
        del wall.waiting[place]


def _say(wall: Wall, which: Which, place: int, tiles: Pixels, emit: Callable[[Message], None]) -> None:
    """Tells the exact pictures of a place, and keeps that."""
    columns = columns_for(len(tiles))
    pictures = Pictures(which, place, columns, sheet(tiles, columns, lossless=place == wall.growth.last))
    spread = _spread(which, place, tiles, wall.noisy[place], exact=True)
    wall.said[place] = (pictures, spread)
    emit(pictures)
    emit(spread)


def preview_of(which: Which, place: int, lanes: list[int], x0: torch.Tensor, preview: LinearMap) -> Preview:
    """A step as it is there: `lanes` and their predicted originals, (m, C, h, w)."""
    columns = columns_for(len(lanes))
    tiles = tiles_of_colours(preview.colours(x0))
    return Preview(which, place, np.array(lanes, np.int32), columns, sheet(tiles, columns, lossless=True))


def _spread(which: Which, place: int, tiles: Pixels, noisy: float, *, exact: bool) -> Spread:
    (mean,) = to_pil(torch.from_numpy((found := parting(tiles)).mean).movedim(-1, 0))
    deviation = (found.deviation * (255 / MOST_DEVIATION)).round().clip(0, 255).astype(np.uint8)
    return Spread(which, place, exact, png(mean), deviation, found.fixed, found.chance, noisy)


def _spread_as_colours(latents: torch.Tensor, preview: LinearMap) -> float:
    """Standard deviation over the first axis of latents drawn as colours, which are not clipped; root mean square."""
    matrix = preview.matrix.to(latents.device)  # (channels + 1, 3); what is constant does not deviate
    colours = torch.einsum("bchw,cd->bdhw", latents.float(), matrix[:-1])
    return float(colours.var(0, unbiased=False).mean().sqrt())
