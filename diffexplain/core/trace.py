"""What a run leaves behind: one `Step` for every call of the scheduler, one `Trace` for the whole run."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.guidance import Guidance, read_guidance
from diffexplain.core.levels import posterior_mean, solve
from diffexplain.i18n import say

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from PIL import Image

    from diffexplain.core.attention import Attention, StepAttention
    from diffexplain.core.levels import Level, Parameterization
    from diffexplain.core.origin import Origin  # noqa: F401 in a type comment: an annotation would make it a field


@dataclass(frozen=True, eq=False)
class Step:
    """One call of ``scheduler.step``: what went in, and what it means. Tensors are (batch, channels, height, width).

    Flux packs its latents: (batch, patches, channels*4) there. Samplers of second order (Heun, KDPM2) call twice a step, and
    each call is a `Step`.

    Attributes:
        index: Position in the run, from 0.
        timestep: The timestep that the denoiser was told.
        level: Noise level of ``x``.
        next_level: Noise level that the scheduler goes to.
        parameterization: What the prediction is made of.
        x: The noisy latents before this step.
        guided: The prediction as the scheduler got it, after guidance.
        uncond: The denoiser's prediction without the prompt (or with the negative one). None where the run has no such pair.
        cond: The denoiser's prediction with the prompt. None where the run has no such pair.
        seconds: When the step was done, counted from the start of the run.
        attention: Where the denoiser looked, ``token x height x width``; None where that was not recorded. See `record`.
        variance: What else the scheduler got, of x's shape: the variance that a model has learned, where its pipeline passes it
            on (DeepFloyd IF). None for most.
    """

    index: int
    timestep: float
    level: Level
    next_level: Level
    parameterization: Parameterization
    x: torch.Tensor
    guided: torch.Tensor
    uncond: torch.Tensor | None
    cond: torch.Tensor | None
    seconds: float
    attention: StepAttention | None = None
    variance: torch.Tensor | None = None

    @property
    def output(self) -> torch.Tensor:
        """All that the scheduler got: the prediction, with a learned variance behind its channels where there was one."""
        return self.guided if self.variance is None else torch.cat([self.guided, self.variance], dim=1)

    @cached_property
    def x0(self) -> torch.Tensor:
        """The clean latents that the prediction implies, before any clipping by the scheduler. Float32 at least.

        Raises:
            SingularLevelError: Where the prediction does not determine them.
        """
        return self._solved[0]

    @cached_property
    def noise(self) -> torch.Tensor:
        """The noise that the prediction implies, so that ``a*x0 + b*noise == x``. Float32 at least.

        Raises:
            SingularLevelError: Where the prediction does not determine it.
        """
        return self._solved[1]

    @cached_property
    def mean(self) -> torch.Tensor:
        """Mean of x at the next level, if x0 is right (see `posterior_mean`): DDPM's third way to say the same prediction."""
        return posterior_mean(self.x.to(self.x0.dtype), self.x0, self.level, self.next_level)

    @cached_property
    def guidance(self) -> Guidance | None:
        """The guidance of this step; None without a pair, or where both halves are equal and no scale can be read."""
        if self.uncond is None or self.cond is None:
            return None
        return read_guidance(self.guided, self.uncond, self.cond)

    def with_guidance(self, scale: float) -> Step:
        """The same step as another guidance scale would have made it: same x, same two halves, mixed anew.

        Raises:
            ValueError: Where the step has no pair to mix.
        """
        if self.uncond is None or self.cond is None:
            raise ValueError(
                say(
                    "Step {index} has no unconditional and conditional half to mix. Record a run with guidance_scale above 1.",
                    index=self.index,
                )
            )
        values = {name: getattr(self, name) for name in STEP_FIELDS}
        return Step(**{**values, "guided": self.uncond + scale * (self.cond - self.uncond)})

    @cached_property
    def _solved(self) -> tuple[torch.Tensor, torch.Tensor]:
        return solve(self.x, self.guided, self.level, self.parameterization)

    def __getstate__(self) -> dict[str, Any]:
        """What was recorded, to be pickled or copied; what follows from it is worked out again."""
        return {name: _owned(getattr(self, name)) for name in STEP_FIELDS}

    def __repr__(self) -> str:
        shape = "x".join(map(str, self.x.shape))
        return f"Step({self.index}, timestep={self.timestep:g}, log_snr={self.level.log_snr:.2f}, x={shape})"


STEP_FIELDS = tuple(Step.__dataclass_fields__)


def _owned(value: Any) -> Any:
    """A tensor that is part of a larger one, as the halves of guidance are, without the rest of that."""
    import torch

    part = isinstance(value, torch.Tensor) and value.untyped_storage().nbytes() > value.nbytes
    return value.clone() if part else value


@dataclass(eq=False)
class Trace:
    """One run of a pipeline. The recorder fills it while the run goes on; read it, do not write to it.

    It can be pickled and copied. A pickled one is like one from a file: to fork it, give its pipeline again.

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
        images: The final pictures. Empty before the run's end and with ``output_type="latent"``.
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

    def fork(
        self,
        step: int,
        *,
        pipe: Any = None,
        on_step: Callable[[Step], None] | None = None,
        changed_network: bool = False,
        **changes: Any,
    ) -> Trace:
        """The same run again up to a step, and from there on with something changed.

        ::

            branch = trace.fork(8, prompt="a cat")

        The pipeline's own call is made again; its first steps are played back from the record (of their predictions only the first
        step's is computed), so that the scheduler and the random numbers stand exactly where they stood. Without a change the rest
        is the same again: to the bit for a recorded run, to a relative 1e-6 for a lane that shared a batch. The first fork of a
        trace with a change makes sure of that before it changes anything, which costs two steps. A fork can be forked, and saved.

        Args:
            step: The first step to take anew, 0 to the last one; of an unfinished trace also one more, to go on with it.
            pipe: The pipeline; only for a trace from a file, or where the pipeline it came from is gone.
            on_step: Called with every new `Step`, as in `record`.
            changed_network: Whether to go on with the pipeline's networks as they are now, where they have changed since the trace
                was made (a LoRA loaded, fused or weighted, weights trained, another dtype, a part exchanged). Without, that is refused.
            **changes: ``prompt``, ``negative_prompt``, ``guidance``, ``seed`` (of the noise that a sampler adds from here on),
                ``eta``, ``lora``, ``control_image``, ``control_scale``, or another argument of the pipeline's call that has its
                effect in the loop. What is settled before the first step (sampler, steps, size, start picture) cannot change.

        Returns:
            The new trace. Its steps before ``step`` are this trace's own.

        Raises:
            ForkError: For a step that is not there, a change that comes too late, networks that have changed since, a trace that no
                pipeline can go on with, and a pipeline that does not stand there as it stood, as one that remembers earlier predictions.
        """
        from diffexplain.core.forks import fork

        return fork(self, step, pipe=pipe, on_step=on_step, changed_network=changed_network, changes=changes)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the trace to a file that `load` reads back bit-equal (a safetensors file; any suffix).

        The file appears whole or not at all: on failure, an older file of that name stays as it was.

        Raises:
            OSError: Where the folder is missing or cannot be written to.
        """
        from diffexplain.core.trace_file import write

        write(self, path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Trace:
        """Read a trace that `save` wrote. Tensors come back on the CPU. No code in the file is run: it holds none.

        Raises:
            FileNotFoundError: Where there is no such file.
            TraceFormatError: Where the file is no trace, is cut off or damaged, or has another version of the format.
        """
        from diffexplain.core.trace_file import read

        return read(path)

    def __repr__(self) -> str:
        state = "finished" if self.finished else "not finished"
        return (
            f"Trace({self.prompt!r}, seed={self.seed}, {self.sampler}, {len(self.steps)}/{len(self.timesteps)} steps, {state})"
        )
