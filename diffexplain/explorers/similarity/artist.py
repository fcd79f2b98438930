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
    """Pictures of a prompt in one batch, each from the noise of its own seed, and how many evaluations they cost."""
    call = pipelines.drawing(pipeline, [prompt] * len(seeds), seeds, steps, guidance)
    pipe = call.pipeline
    with pipelines.without_notice_of_truncation(pipe), counted(pipelines.denoiser(pipe), on_call) as count:
        images = call().images
    return [image.convert("RGB") for image in images], count.rows


def both_ways(
    pipeline: Any, plan: BothWaysPlan, made: MutableMapping[tuple[Way, int], Batch], on_progress: Callable[[int, int], None]
) -> Iterator[Batch]:
    """Sixteen pictures without guidance; then guided ones for as long as they cost no more than those did.

    Without guidance the network is asked once a picture and step, with it twice, as a rule: then there are eight. What it really
    costs is counted, not assumed.

    Args:
        pipeline: a text-to-image pipeline.
        plan: what to draw.
        made: batches of this plan that an earlier run has made, which are given again; new ones are added.
        on_progress: called at each call of the network with the evaluations so far and those expected in all.
    """
    budget = spent = 0
    for start in range(0, UNGUIDED, BATCH):
        batch = _batch(pipeline, plan, "unguided", start, made, _shifted(on_progress, budget, 2 * UNGUIDED * plan.steps))
        budget += batch.rows
        yield batch
    start = 0
    while start < UNGUIDED:
        batch = _batch(pipeline, plan, "guided", start, made, _shifted(on_progress, budget + spent, 2 * budget))
        spent += batch.rows
        start += BATCH
        yield batch
        if spent + batch.rows > budget:
            break


def _batch(
    pipeline: Any,
    plan: BothWaysPlan,
    way: Way,
    start: int,
    made: MutableMapping[tuple[Way, int], Batch],
    on_call: Callable[[Evaluations], None],
) -> Batch:
    if (way, start) not in made:
        seeds = [plan.seed + start + at for at in range(BATCH)]
        images, rows = draw(pipeline, plan.prompt, seeds, plan.steps, 1.0 if way == "unguided" else plan.guidance, on_call)
        made[way, start] = Batch(way, seeds, images, rows)
    return made[way, start]


def _shifted(on_progress: Callable[[int, int], None], before: int, total: int) -> Callable[[Evaluations], None]:
    return lambda count: on_progress(before + count.rows, max(total, before + count.rows))
