"""The one place where a `Step` is made: what a scheduler's step is given is noted before it is taken, the rest after it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from diffexplain.core.guidance import like
from diffexplain.core.levels import level_after, level_at, parameterization_of
from diffexplain.core.step import Step

if TYPE_CHECKING:
    import torch

    from diffexplain.core.attention import StepAttention
    from diffexplain.core.levels import Level


@dataclass(frozen=True, eq=False)
class PendingStep:
    """A step that a scheduler is about to take.

    Attributes:
        scheduler: It stands where the step begins, and moves on as it is taken.
        timestep: As the scheduler is given it.
        x: The noisy latents before the step, a copy.
        output: All that the scheduler is given of the prediction, a copy.
        level: Noise level of ``x``.
    """

    scheduler: Any
    timestep: torch.Tensor
    x: torch.Tensor
    output: torch.Tensor
    level: Level

    @classmethod
    def of(cls, scheduler: Any, timestep: torch.Tensor, x: torch.Tensor, output: torch.Tensor) -> PendingStep:
        """Note what the scheduler is given, before it moves on."""
        return cls(scheduler, timestep, x.detach().clone(), output.detach().clone(), level_at(scheduler, timestep))

    @cached_property
    def guided(self) -> torch.Tensor:
        """The prediction in the shape of ``x``."""
        return like(self.output, self.x)

    def taken(
        self,
        index: int,
        *,
        uncond: torch.Tensor | None,
        cond: torch.Tensor | None,
        seconds: float,
        attention: StepAttention | None,
    ) -> Step:
        """Return the step, now that the scheduler has taken it; arguments as the fields of `Step`."""
        x, output, guided = self.x, self.output, self.guided
        learned = guided.shape != output.shape and output.ndim == x.ndim
        return Step(
            index=index,
            timestep=float(self.timestep),
            level=self.level,
            next_level=level_after(self.scheduler, self.timestep),
            parameterization=parameterization_of(self.scheduler, self.level),
            x=x,
            guided=guided,
            uncond=uncond,
            cond=cond,
            seconds=seconds,
            attention=attention,
            variance=output[:, x.shape[1] :] if learned else None,
        )
