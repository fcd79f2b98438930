"""What every run of a pipeline says first, and what one says last."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Self

from diffexplain.core.text import Truncated  # noqa: TC001 - the fields are read for the declarations
from diffexplain.explorers import previews
from diffexplain.explorers.requests import PromptRequest  # noqa: TC001
from diffexplain.live.messages import Array, Message, Picture
from diffexplain.scenes.vocabulary import Unlearned  # noqa: TC001

if TYPE_CHECKING:
    from diffexplain.core.trace import Step


@dataclass(frozen=True, eq=False)
class PipelineBegin(Message):
    """The head of each `Begin` of a run of a pipeline; `PipelineExplorer.opening` fills it."""

    request: Annotated[PromptRequest, "what this run was asked."]
    model: Annotated[str, "class name of the pipeline."]
    sampler_label: Annotated[str, "name of the sampler as people write it; empty where several take part."]
    token_limit: Annotated[int, "how many tokens the text encoder reads, marks included."]
    truncated: Annotated[Truncated | None, "what it does not read of the prompt; null where it reads all."]
    unlearned: Annotated[
        list[Unlearned],
        "words of the prompt that the bundled model never learned; empty for another pipeline, of which that is not known.",
    ]
    negative_unlearned: Annotated[list[Unlearned], "likewise of the negative prompt, where guidance reads it."]


@dataclass(frozen=True, eq=False)
class LatentBegin(PipelineBegin):
    """The head of a `Begin` that comes with the first step of one run, whose latents a page draws; `PipelineExplorer.latent_opening` fills it."""

    step_count: Annotated[int, "how many steps this run will have."]
    preview_matrix: Annotated[Array, "(C+1, 3) from latents, a one behind them, to red, green, blue of 0 to 1."]
    preview_r2: Annotated[float, "how well it does, up to 1."]
    latent_shape: Annotated[tuple[int, int, int], "(C, h, w), unpacked."]
    picture_size: Annotated[tuple[int, int], "(height, width) in pixels."]


@dataclass(frozen=True, eq=False)
class StepHead(Message):
    """The head of each `Step` of a run; `step_head` fills it."""

    index: Annotated[int, "0 for the first."]
    timestep: Annotated[float, "as the scheduler counts, high is noisy."]
    a: Annotated[float, "share of the original in x."]
    b: Annotated[float, "share of the noise in x."]


def step_head(step: Step) -> dict[str, Any]:
    """Return the fields of `StepHead`."""
    return {"index": step.index, "timestep": step.timestep, "a": step.level.a, "b": step.level.b}


@dataclass(frozen=True, eq=False)
class PictureEnd(Message):
    """The finished picture of a run."""

    image: Annotated[Picture, "as the pipeline returned it, PNG; in a page a JPEG where that is heavy."]
    seconds: Annotated[float, "how long the run took, up to the picture."]

    def preview(self) -> Self:
        """Return it with a picture that is not too heavy."""
        return replace(self, image=previews.small_picture(self.image))
