"""A wall of seeds: one sentence from many noises, what they share, the way between two of them, and another sentence from the same."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from PIL import Image

from diffexplain.explorers import checks, pipelines
from diffexplain.explorers.pipeline_explorer import PipelineExplorer
from diffexplain.explorers.remembered import replayed
from diffexplain.explorers.seed import still
from diffexplain.explorers.seed.grids import draw, refine
from diffexplain.explorers.seed.messages import Begin, End, Pairs, Preview
from diffexplain.explorers.seed.request import FEWEST, FEWEST_FRAMES, LARGEST_FIRST, MOST, MOST_FRAMES, SeedRequest, SeedView
from diffexplain.explorers.seed.statistics import distances
from diffexplain.explorers.seed.walk import walk as draw_walk
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from diffexplain.explorers.remembered import Remembered
    from diffexplain.explorers.seed.batch import SeedBatch
    from diffexplain.explorers.seed.grids import Grid
    from diffexplain.explorers.seed.messages import Which
    from diffexplain.live.messages import Message

_MOST_KEPT = 4  # walls that are kept: those of two prompts, and the two before
_MOST_HELD = 2**28  # bytes of their latents that still wait for the decoder


class SeedExplorer(PipelineExplorer):
    """Many seeds under one sentence, drawn in one run: what the sentence fixes, and what chance decides.

    ::

        explorer = SeedExplorer(prompt="a fox", count=16)
        explorer                                # shows it
        explorer.walk = [3, 11]                 # from the noise of one seed to that of another
        explorer.other_prompt = "a cat"         # another sentence from the same noises
        explorer.wait().pictures[3]

    Args:
        pipeline: a diffusers text-to-image pipeline, which is never changed; None for the bundled one.

    Raises:
        UnfitPipelineError: the pipeline is not fit; the message says what to take instead.
        UnsupportedSchedulerError: the noise levels of its scheduler can't be read.
        TraitError: a value is not allowed.
    """

    Request = SeedRequest
    View = SeedView
    result = End
    title = say("Seed explorer")
    about = say("One sentence from many noises: what it fixes, and what chance decides.")
    prompts = ("prompt", "other_prompt")
    _module = "seed"
    overview = staticmethod(still.overview)
    film = staticmethod(still.frames)

    def __init__(self, pipeline: Any = None, **fields: Any) -> None:
        self._walls: Remembered[Grid] = self.memory.place(_MOST_KEPT, self.network, weight=_waiting, limit=_MOST_HELD)
        self._walks: Remembered[list[Message]] = self.memory.place(1, self.network)
        self._shown: Grid | None = None
        super().__init__(pipeline, **fields)

    def run(self, request: SeedRequest, emit: Callable[[Message], None]) -> None:
        """Draw the wall, then the walk and the wall of the other prompt where they are asked for; then make the way there exact.

        What an earlier run has drawn is reported again, not drawn again.
        """
        started = time.monotonic()
        with pipelines.without_notice_of_truncation(self.pipeline):
            first, drawn = self._wall(request, "first", emit)
            self._shown = first
            shown: list[tuple[Which, Grid]] = [("first", first)]
            if request.walk is not None:
                pair = (request.walk[0], request.walk[1])
                draw_both = partial(draw_walk, self.pipeline, first, pair, request.frames)
                if not replayed(self._walks, (first.plan, pair, request.frames), emit, draw_both, without=(Preview,)):
                    drawn += 2 * request.frames
            if request.other_prompt:
                other, new = self._wall(request, "other", emit)
                drawn += new
                shown.append(("other", other))
                emit(Pairs(distances(first.tiles, other.tiles).astype(np.float32)))
            emit(End(time.monotonic() - started, drawn))
            refine(shown, self.pipeline.vae, emit)

    @property
    def pictures(self) -> dict[int, Image.Image]:
        """Return seed -> picture of the last wall that was drawn under the prompt, at most 128 pixels a side."""
        wall = self._shown
        return {} if wall is None else dict(zip(wall.plan.seeds, map(Image.fromarray, wall.tiles), strict=True))

    def _wall(self, request: SeedRequest, which: Which, emit: Callable[[Message], None]) -> tuple[Grid, int]:
        """Report one of the walls, the first after the head of the run, and count the pictures that had to be drawn for it."""

        def begun(batch: SeedBatch) -> None:
            if which == "first":
                emit(self._begin(request, batch))

        plan = request.wall(request.prompt if which == "first" else request.other_prompt)
        wall = self._walls.get(plan)
        if wall is None:
            return self._walls.put(plan, draw(self.pipeline, plan, which, emit, begun)), plan.count
        begun(wall.batch)
        for message in wall.messages(which):
            emit(message)
        return self._walls.put(plan, wall), 0  # it may be refined further

    def _begin(self, request: SeedRequest, batch: SeedBatch) -> Begin:
        return Begin(
            **self.opening(request, self.read(request.prompt)),
            seeds=list(request.seeds),
            step_count=batch.step_count,
            told=batch.shown_steps,
            timesteps=np.array(batch.timesteps, np.float32),
            numbers=next(iter(batch.noises.values())).numel(),
            other_truncated=self.read(request.other_prompt).truncated if request.other_prompt else None,
            other_unlearned=self.unlearned(request.other_prompt) if request.other_prompt else [],
        )

    def offer(self) -> dict[str, Any]:
        """See `Explorer.offer`."""
        offered = super().offer()
        offered["limits"] |= {"seed": LARGEST_FIRST, "count": [FEWEST, MOST], "frames": [FEWEST_FRAMES, MOST_FRAMES]}
        return offered

    def check_walk(self, field: str, value: Any) -> list[int] | None:
        """Allow two seeds of the wall, or None."""
        if value is None:
            return None
        if not isinstance(value, (list, tuple)) or len(value) != 2:
            first, second = self._range()[:2]
            remedy = say("for example [{first}, {second}]", first=first, second=second)
            raise checks.refusal(field, say("None or two seeds of the wall"), value, remedy)
        a, b = (self._on_the_wall(f"{field}[{at}]", one) for at, one in enumerate(value))
        if a == b:
            raise ValueError(
                say(
                    "{field} must lead from one seed to another, not from {seed} to itself; take two seeds", field=field, seed=a
                )
            )
        return [a, b]

    def check_pick(self, field: str, value: Any) -> int | None:
        """Allow a seed of the wall, or None."""
        return None if value is None else self._on_the_wall(field, value)

    def _on_the_wall(self, field: str, value: Any) -> int:
        seeds = self._range()
        allowed = say("a seed of the wall, {first} to {last}", first=seeds[0], last=seeds[-1])
        return checks.whole(field, value, seeds[0], seeds[-1], allowed)

    def _range(self) -> range:
        first = self.standing("seed")
        return range(first, first + self.standing("count"))

    @traitlets.observe("seed", "count")
    def _let_go(self, change: object) -> None:  # noqa: ARG002 - traitlets gives it
        """Give up a walk between seeds that are no longer there."""
        if self._runs is None:
            return
        for name, seeds in (("walk", self.walk or []), ("pick", [self.pick])):
            if not all(seed in self._range() for seed in seeds):
                self.set_trait(name, None)


def _waiting(wall: Grid) -> int:
    return sum(latents.nbytes for latents in wall.waiting.values())
