"""One call of a scheduler, as a run leaves it behind."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.decoder import Decoder
from diffexplain.core.finite import require_prediction
from diffexplain.core.guidance import Guidance, read_guidance
from diffexplain.core.levels import posterior_mean, solve
from diffexplain.i18n import say

if TYPE_CHECKING:
    from PIL import Image

    from diffexplain.core.attention import StepAttention
    from diffexplain.core.features import StepFeatures  # noqa: F401 in a type comment: an annotation would make it a field
    from diffexplain.core.levels import Level, Parameterization


@dataclass(frozen=True, eq=False)
class Step:
    """One call of ``scheduler.step``: what went in, and what it means. Tensors are (batch, channels, height, width).

    Flux packs its latents: (batch, patches, channels*4) there. Samplers of second order (Heun, KDPM2) call twice a step, and
    each call is a `Step`.

    Attributes:
        index: Position in the run, from 0.
        timestep: The timestep that the denoiser was given.
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
        features: What each of the denoiser's blocks handed on; None where that was not recorded. It is not saved. See `record`.
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
    features = None  # type: StepFeatures | None  # may be larger than all the rest, so it stays out of files and copies
    decoder = None  # type: Decoder | None  # makes its picture; no part of what was recorded

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
    def image(self) -> Image.Image:
        """The picture of `x0`: what the finished picture would be if the prediction of this step were right.

        Decoded by the pipeline's VAE as the pipeline decodes its final latents, at the first look. Of a batch the first one's;
        `Trace.images_at` gives those of several steps, and of a trace from a file.

        Raises:
            DecodingError: Where the pipeline of the run is not at hand, as after `Trace.load`, or decodes in a way of its own.
            NotFiniteError: Where the network or the VAE gave NaN or infinity.
            SingularLevelError: Where the prediction does not determine x0.
        """
        return self.picture(self.decoder or Decoder())

    def picture(self, decoder: Decoder) -> Image.Image:
        """Return `image` as another pipeline than the run's own decodes it; errors as there."""
        require_prediction(self.guided[:1], self.index)
        return decoder.picture(self.x0[:1], self.index)

    def with_decoder(self, decoder: Decoder) -> Step:
        """Note what makes its pictures; gives the step back."""
        vars(self)["decoder"] = decoder
        return self

    @cached_property
    def guidance(self) -> Guidance | None:
        """The guidance of this step; None without a pair, or where both halves are equal and no scale can be read."""
        if self.uncond is None or self.cond is None:
            return None
        return read_guidance(self.guided, self.uncond, self.cond)

    def with_guidance(self, scale: float) -> Step:
        """Return the same step as another guidance scale would have made it: same x, same two halves, mixed anew.

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
        mixed = Step(**{**values, "guided": self.uncond + scale * (self.cond - self.uncond)})
        return mixed if self.decoder is None else mixed.with_decoder(self.decoder)

    @cached_property
    def _solved(self) -> tuple[torch.Tensor, torch.Tensor]:
        return solve(self.x, self.guided, self.level, self.parameterization)

    def __getstate__(self) -> dict[str, Any]:
        """Return what was recorded, to be pickled or copied; what follows from it is worked out again."""
        return {name: _owned(getattr(self, name)) for name in (*STEP_FIELDS, "decoder")}

    def __repr__(self) -> str:
        shape = "x".join(map(str, self.x.shape))
        return f"Step({self.index}, timestep={self.timestep:g}, log_snr={self.level.log_snr:.2f}, x={shape})"


STEP_FIELDS = tuple(Step.__dataclass_fields__)


def _owned(value: Any) -> Any:
    """Return a tensor that is part of a larger one, as the halves of guidance are, without the rest of that."""
    part = isinstance(value, torch.Tensor) and value.untyped_storage().nbytes() > value.nbytes
    return value.clone() if part else value
