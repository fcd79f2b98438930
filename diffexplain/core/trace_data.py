"""What a run leaves behind: what a recorder fills, and what forks and files read."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import torch
    from PIL import Image

    from diffexplain.core.attention import Attention
    from diffexplain.core.origin import Origin  # noqa: F401 in a type comment: an annotation would make it a field
    from diffexplain.core.step import Step

AnyTrace = TypeVar("AnyTrace", bound="TraceData")


@dataclass(eq=False)
class TraceData:
    """One run of a pipeline, as it is recorded and read; `Trace` is what can be gone on with, saved and loaded beside.

    Attributes:
        steps: One `Step` for every call of the scheduler so far.
        timesteps: The timesteps that the run plans to visit, noisy to clean; known before the first step.
        prompt: The prompt, or several; None where the pipeline was given embeddings.
        negative_prompt: The negative prompt, None where there was none.
        seed: Seed of the pipeline's generator (one for each picture where it had several). None without a generator, or with
            one that was drawn from before, whose seed would not make the same picture again.
        pipeline: Class name of the pipeline.
        sampler: Class name of the scheduler.
        height: Height of the picture in pixels.
        width: Width of the picture in pixels.
        prompt_embeds: The prompt as the denoiser saw it, (batch, tokens, width). None where it takes no text.
        latents: The final latents, as the pipeline scales them. None before the run's end.
        images: The final pictures. Empty before the run's end and with ``output_type="latent"``; and where the network or the VAE gave
            NaN, which diffusers draws black: `missing` says why then.
        seconds: How long the run took, from its first preparation to the final picture.
        finished: Whether the run came to its end. False while it goes on, and for a run that was cancelled or failed.
        identity: A name of this run and no other, 32 hexadecimal digits.
        parent: Identity of the run that this one was forked from; None for one that began with its first step.
        forked_at: The first step that is this run's own, those before are its parent's; None for one that began with its first.
        attention: What of its attention was recorded; None for nothing.
        missing: What could not be read of this run, with the reason: the names are those of this class and of `Step` (``"guidance"``
            for both halves), or ``"words"`` for the tokens of its attention. Reading never ends a run. Of ``"steps"`` those are
            missing that are not there.
    """

    steps: list[Step] = field(default_factory=list)
    timesteps: tuple[float, ...] = ()
    prompt: str | tuple[str, ...] | None = None
    negative_prompt: str | tuple[str, ...] | None = None
    seed: int | tuple[int, ...] | None = None
    pipeline: str = ""
    sampler: str = ""
    height: int | None = None
    width: int | None = None
    prompt_embeds: torch.Tensor | None = None
    latents: torch.Tensor | None = None
    images: tuple[Image.Image, ...] = ()
    seconds: float = 0.0
    finished: bool = False
    identity: str = field(default_factory=lambda: uuid.uuid4().hex)
    parent: str | None = None
    forked_at: int | None = None
    attention: Attention | None = None
    missing: dict[str, str] = field(default_factory=dict)
    origin = None  # type: Origin | None  # the call that made it; no part of what was recorded

    @property
    def image(self) -> Image.Image | None:
        """The final picture, the first one of a batch; None before the run's end and with ``output_type="latent"``."""
        return self.images[0] if self.images else None

    @property
    def guidance_scale(self) -> float | None:
        """The guidance scale, read back from the first step that shows one; None for a run without guidance."""
        return next((step.guidance.scale for step in self.steps if step.guidance is not None), None)

    def __repr__(self) -> str:
        state = "finished" if self.finished else "not finished"
        return f"{type(self).__name__}({self.prompt!r}, seed={self.seed}, {self.sampler}, {len(self.steps)}/{len(self.timesteps)} steps, {state})"
