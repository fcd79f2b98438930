"""What every run of a pipeline says first, and what one says last."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from diffexplain.core.text import Truncated  # noqa: TC001 - the fields are read for the declarations
from diffexplain.explorers import previews
from diffexplain.explorers.requests import PromptRequest  # noqa: TC001
from diffexplain.live.messages import Array, Message, Picture
from diffexplain.scenes.vocabulary import Unlearned  # noqa: TC001

if TYPE_CHECKING:
    from diffexplain.core.trace import Step


@dataclass(frozen=True, eq=False)
class PipelineBegin(Message):
    """The head of each `Begin` of a run of a pipeline; `PipelineExplorer.opening` fills it.

    Attributes:
        request: what this run was asked.
        model: class name of the pipeline.
        sampler_label: name of the sampler as people write it; empty where several take part.
        token_limit: how many tokens the text encoder reads, marks included.
        truncated: what it does not read of the prompt; null where it reads all.
        unlearned: words of the prompt that the bundled model never learned; empty for another pipeline, of which that is not known.
        negative_unlearned: likewise of the negative prompt, where guidance reads it.
    """

    request: PromptRequest
    model: str
    sampler_label: str
    token_limit: int
    truncated: Truncated | None
    unlearned: list[Unlearned]
    negative_unlearned: list[Unlearned]


@dataclass(frozen=True, eq=False)
class LatentBegin(PipelineBegin):
    """The head of a `Begin` that comes with the first step of one run, whose latents a page draws; `PipelineExplorer.latent_opening` fills it.

    Attributes:
        step_count: how many steps this run will have.
        preview_matrix: (C+1, 3) from latents, a one behind them, to red, green, blue of 0 to 1.
        preview_r2: how well it does, up to 1.
        latent_shape: (C, h, w), unpacked.
        picture_size: (height, width) in pixels.
    """

    step_count: int
    preview_matrix: Array
    preview_r2: float
    latent_shape: tuple[int, int, int]
    picture_size: tuple[int, int]


@dataclass(frozen=True, eq=False)
class StepHead(Message):
    """The head of each `Step` of a run; `step_head` fills it.

    Attributes:
        index: 0 for the first.
        timestep: as the scheduler counts, high is noisy.
        a: share of the original in x.
        b: share of the noise in x.
    """

    index: int
    timestep: float
    a: float
    b: float


def step_head(step: Step) -> dict[str, Any]:
    """Return the fields of `StepHead`."""
    return {"index": step.index, "timestep": step.timestep, "a": step.level.a, "b": step.level.b}


@dataclass(frozen=True, eq=False)
class PictureEnd(Message):
    """The finished picture of a run.

    Attributes:
        image: as the pipeline returned it, PNG; in a page a JPEG where that is heavy.
        seconds: how long the run took, up to the picture.
    """

    image: Picture
    seconds: float

    def preview(self) -> Self:
        """Return it with a picture that is not too heavy."""
        return replace(self, image=previews.small_picture(self.image))
