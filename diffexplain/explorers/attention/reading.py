"""What a run has said of where it looked, kept so that another request of the same answer needs no run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from diffexplain.errors import AttentionError
from diffexplain.explorers.arrays import half_precision
from diffexplain.explorers.attention.maps import map_steps, mean_maps
from diffexplain.explorers.attention.messages import Sentence, Step
from diffexplain.explorers.attention.sentences import Rows, sentences_of
from diffexplain.i18n import say

if TYPE_CHECKING:
    import torch

    from diffexplain.core import trace as core
    from diffexplain.core.attention import StepAttention
    from diffexplain.core.guidance import Half
    from diffexplain.explorers.attention.request import AttentionRequest
    from diffexplain.live.messages import Array, Message


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
        steps: those whose maps are told.
        said: all its messages.
    """

    request: AttentionRequest
    step_count: int
    sentences: list[Sentence]
    rows: dict[Half, Rows]
    layers: tuple[str, ...]
    grid: tuple[int, int]
    steps: list[int]
    said: list[Message] = field(default_factory=list)

    @property
    def row_count(self) -> int:
        """Maps of one step, both halves together."""
        return sum(map(len, self.rows.values()))


def read(request: AttentionRequest, attention: StepAttention | None, step_count: int) -> Reading:
    """What the first step says.

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
    shape = attention.shape
    sentences: list[Sentence] = []
    rows: dict[Half, Rows] = {}
    for half in sorted(attention.halves):  # "cond" first
        told, rows[half] = sentences_of(half, attention.text(half=half), len(attention.maps(half=half)))
        sentences += told
    values = sum(map(len, rows.values())) * shape[1] * shape[2]
    steps = map_steps(step_count, values)
    return Reading(request, step_count, sentences, rows, attention.layers, (int(shape[1]), int(shape[2])), steps)


def step_message(step: core.Step, x0: torch.Tensor, reading: Reading) -> Step:
    """A step as the page is told it.

    Args:
        step: as recorded.
        x0: (1, C, h, w) its predicted original, unpacked.
        reading: of its run.
    """
    attention = step.attention if step.index in reading.steps else None

    def maps(half: Half) -> Array | None:
        if attention is None or half not in attention.halves:
            return None
        return mean_maps(attention, half, reading.rows[half])

    return Step(
        index=step.index,
        timestep=step.timestep,
        a=step.level.a,
        b=step.level.b,
        x0=half_precision(x0[0]),
        cond=maps("cond"),
        uncond=maps("uncond"),
    )
