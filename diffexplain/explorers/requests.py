"""What runs of a text-to-image pipeline are asked, by every explorer that has one draw; and which of their steps is shown."""

from __future__ import annotations

from dataclasses import dataclass

from diffexplain.explorers import checks
from diffexplain.explorers.field import field


@dataclass(frozen=True)
class PromptRequest:
    """Runs from a prompt and a seed."""

    prompt: str = field("a fox", checks.text, "What to draw, up to 10,000 characters; the text encoder reads the beginning.")
    negative_prompt: str = field("", checks.text, "What guidance pushes away from; empty for none.")
    seed: int = field(0, checks.seed, "Decides the starting noise, 0 to 2**53 - 1.")
    steps: int = field(20, checks.steps, "How many steps of the sampler, 1 to 1000. Some ask the denoiser more often.")
    guidance_scale: float = field(
        4.0, checks.guidance_scale, "How strongly the prompt pulls, 0 to 100; up to 1 there is no guidance."
    )


@dataclass(frozen=True)
class SamplerRequest(PromptRequest):
    """The same with a sampler to choose."""

    sampler: str = field(
        None, None, "Name from `diffexplain.core.samplers`; None for the pipeline's own, where that is among them."
    )


@dataclass(frozen=True)
class SizedRequest(SamplerRequest):
    """The same with a size to choose."""

    height: int | None = field(None, None, "In pixels; None for the model's own.")
    width: int | None = field(None, None, "In pixels; None for the model's own.")


@dataclass(frozen=True)
class StepView:
    """A page that opens in the middle of a run, where its steps say most."""

    step: int | None = field(
        None, checks.optional(checks.index), "The step that is shown; None for the middle of the run, -1 for the last one."
    )
