"""Draws pictures for a similarity run: from a prompt, or the two ways of getting one that fits, at the same cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from diffexplain.core.evaluations import Evaluations, counted
from diffexplain.explorers import pipelines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, MutableMapping

    from PIL import Image

    from diffexplain.explorers.similarity.messages import Way

UNGUIDED = 16
BATCH = 4  # pictures at a time: between two batches they are shown
STEPS, GUIDANCE = 20, 5.0  # of a picture that is drawn for the matrix


@dataclass(frozen=True)
class BothWaysPlan:
    """The older way beside the newer one.

    Attributes:
        prompt: what to draw.
        steps: of each picture.
        seed: of the first picture; each next one has the next.
        guidance: of the newer way.
    """

    prompt: str
    steps: int
    seed: int
    guidance: float


@dataclass(frozen=True, eq=False)
class Batch:
    """Some pictures of one way.

    Attributes:
        way: which.
        seeds: one a picture.
        images: as the pipeline returned them.
        rows: evaluations that they cost together.
    """

    way: Way
    seeds: list[int]
    images: list[Image.Image]
    rows: int


def draw(
    pipeline: Any, prompt: str, seeds: list[int], steps: int, guidance: float, on_call: Callable[[Evaluations], None]
) -> tuple[list[Image.Image], int]:
    """Draw pictures of a prompt in one batch, each from the noise of its own seed, and how many evaluations they cost."""
    call = pipelines.drawing(pipeline, [prompt] * len(seeds), seeds, steps, guidance)
    pipe = call.pipeline
    with pipelines.without_notice_of_truncation(pipe), counted(pipelines.denoiser(pipe), on_call) as count:
        images = call().images
    return [image.convert("RGB") for image in images], count.rows


def both_ways(
    pipeline: Any, plan: BothWaysPlan, made: MutableMapping[tuple[Way, int], Batch], on_progress: Callable[[int, int], None]
) -> Iterator[Batch]:
    """Draw sixteen pictures without guidance; then guided ones for as long as they cost no more than those did.

    Without guidance the network is asked once a picture and step, with it twice, as a rule: then there are eight. What it really
    costs is counted, not assumed.

    Args:
        pipeline: a text-to-image pipeline.
        plan: what to draw.
        made: batches of this plan that an earlier run has made, which are given again; new ones are added.
        on_progress: called at each call of the network with the evaluations so far and those expected in all.
    """

    def batch(way: Way, start: int, before: int, total: int) -> Batch:
        def on_call(count: Evaluations) -> None:
            on_progress(before + count.rows, max(total, before + count.rows))

        if (way, start) not in made:
            seeds = [plan.seed + start + at for at in range(BATCH)]
            guidance = 1.0 if way == "unguided" else plan.guidance
            made[way, start] = Batch(way, seeds, *draw(pipeline, plan.prompt, seeds, plan.steps, guidance, on_call))
        return made[way, start]

    budget = spent = 0
    for start in range(0, UNGUIDED, BATCH):
        many = batch("unguided", start, budget, 2 * UNGUIDED * plan.steps)
        budget += many.rows
        yield many
    for start in range(0, UNGUIDED, BATCH):
        few = batch("guided", start, budget + spent, 2 * budget)
        spent += few.rows
        yield few
        if spent + few.rows > budget:
            break
