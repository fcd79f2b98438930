"""What a run has said of where it looked, kept so that another request of the same answer needs no run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from diffexplain.errors import AttentionError
from diffexplain.explorers import previews
from diffexplain.explorers.arrays import half_precision
from diffexplain.explorers.attention import maps
from diffexplain.explorers.attention.messages import Sentence, Step
from diffexplain.explorers.attention.sentences import Rows, sentences_of
from diffexplain.explorers.pipeline_messages import step_head
from diffexplain.i18n import say

if TYPE_CHECKING:
    import torch

    from diffexplain.core import trace as core
    from diffexplain.core.attention import StepAttention
    from diffexplain.core.guidance import Half
    from diffexplain.explorers.attention.request import AttentionRequest
    from diffexplain.live.messages import Array


@dataclass
class Reading:
    """A run's text, read off its first step, and its messages.

    Attributes:
        request: what it was asked, detail "mean".
        step_count: how many steps it has.
        sentences: what was read, of the prompt first.
        rows: for each half, which text places are the sum of a map.
        layers: names of those that read text.
        grid: (h, w) of the maps.
        steps: those whose maps a page can have.
        first_steps: those whose maps a page has before it asks.
    """

    request: AttentionRequest
    step_count: int
    sentences: list[Sentence]
    rows: dict[Half, Rows]
    layers: tuple[str, ...]
    grid: tuple[int, int]
    steps: list[int]
    first_steps: list[int]


def read(request: AttentionRequest, attention: StepAttention | None, step_count: int) -> Reading:
    """Read off a run's first step what its text is.

    Args:
        request: what the run is asked.
        attention: of the first step.
        step_count: of the run.

    Raises:
        AttentionError: the rows of the network's batches can't be told apart.
    """
    if attention is None:
        raise AttentionError(
            say(
                "this pipeline asks its network in batches whose rows diffexplain can't tell apart, so there is no attention to "
                "show; take the usual text-to-image pipeline of the same model, without further guidance"
            )
        )
    sentences: list[Sentence] = []
    rows: dict[Half, Rows] = {}
    for half in sorted(attention.halves):  # "cond" first
        some, rows[half] = sentences_of(half, attention.text(half=half), len(attention.maps(half=half)))
        sentences += some
    grid = (int(attention.shape[1]), int(attention.shape[2]))
    values = sum(map(len, rows.values())) * grid[0] * grid[1]
    steps = maps.map_steps(step_count, values)
    return Reading(request, step_count, sentences, rows, attention.layers, grid, steps, maps.first_steps(steps, values))


def step_message(step: core.Step, x0: torch.Tensor, reading: Reading) -> Step:
    """Return a step as a page is sent it.

    Args:
        step: as recorded.
        x0: (C, h, w) its predicted original, unpacked.
        reading: of its run.
    """
    attention = step.attention
    mean: dict[Half, Array] = {}
    if (
        attention is not None and step.index in reading.steps
    ):  # half precision: to the bit what is kept, where a row is one place
        mean = {half: half_precision(maps.gathered(attention.maps(half=half), rows)) for half, rows in reading.rows.items()}
    channels, height, width = x0.shape
    return Step(
        **step_head(step),
        x0=half_precision(x0),
        cond=mean.get("cond"),
        uncond=mean.get("uncond"),
        preview_shape=previews.fitting((channels, height, width), reading.step_count, maps.X0_BYTES),
        preview_maps=step.index in reading.first_steps,
    )
