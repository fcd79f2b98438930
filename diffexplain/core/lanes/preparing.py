"""A lane on its starting line: its pipeline does all that it does before its first denoiser call, and is stopped there.

So the prompt is encoded, the noise drawn, a start picture encoded and the timesteps chosen by diffusers' own code and with its
own checks, and nothing of it is written a second time here.
"""

from __future__ import annotations

import functools
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.decoder import Decoder
from diffexplain.core.finite import require_prediction
from diffexplain.core.lanes.calls import call_for
from diffexplain.core.lanes.mixed import no_halves
from diffexplain.core.mixing import PLAIN, Moment
from diffexplain.core.origin import Origin
from diffexplain.core.pending_step import PendingStep
from diffexplain.core.trace import Trace
from diffexplain.core.twins import stand_in
from diffexplain.core.wrapping import plain_type
from diffexplain.errors import LaneError

if TYPE_CHECKING:
    from collections.abc import Callable

    from diffexplain.core.attention import StepAttention
    from diffexplain.core.fingerprint import Fingerprint
    from diffexplain.core.lanes.lane import Lane

PREPARED = frozenset(  # options that are used up before the loop begins: lanes with these can share a forward
    {
        "aesthetic_score",
        "clip_skip",
        "crops_coords_top_left",
        "latents",
        "negative_aesthetic_score",
        "negative_crops_coords_top_left",
        "negative_original_size",
        "negative_pooled_prompt_embeds",
        "negative_prompt_2",
        "negative_prompt_embeds",
        "negative_target_size",
        "original_size",
        "pooled_prompt_embeds",
        "prompt_2",
        "prompt_embeds",
        "sigmas",
        "target_size",
        "timesteps",
    }
)


@dataclass(eq=False)
class LaneRun:
    """A lane under way.

    Attributes:
        lane: What is run.
        pipeline: Its own pipeline, for what comes after the loop.
        timesteps: The scheduler's own values: some classes refuse others.
        latents: (1, channels, height, width), where the lane is now.
        conditioning: What the denoiser is given beside latents and timestep; of 1 row, or 2 under guidance, uncond first.
        control: What the ControlNet is given; None without one.
        step_options: What this scheduler's step takes besides (generator, eta).
        trace: The record so far.
        done: Steps taken.
    """

    lane: Lane
    pipeline: Any
    timesteps: list[torch.Tensor]
    latents: torch.Tensor
    conditioning: dict[str, Any]
    control: dict[str, Any] | None
    step_options: dict[str, Any]
    trace: Trace
    started: float
    done: int = field(default=0)

    @property
    def rows(self) -> int:
        """Rows of the denoiser's batch: 2 under guidance, else 1."""
        return len(self.conditioning["encoder_hidden_states"])

    @property
    def timestep(self) -> torch.Tensor:
        """Of the next step."""
        return self.timesteps[self.done]

    @property
    def live(self) -> bool:
        """Whether there is a step left to take."""
        return self.done < len(self.timesteps)

    @torch.no_grad()
    def model_input(self) -> torch.Tensor:
        """Return (rows, channels, height, width): the latents as the denoiser is to see them."""
        x = torch.cat([self.latents] * self.rows)
        return self.pipeline.scheduler.scale_model_input(x, self.timestep)  # type: ignore[no-any-return]

    @torch.no_grad()
    def advance(self, prediction: torch.Tensor, attention: StepAttention | None = None) -> None:
        """Take one step with the denoiser's (rows, channels, height, width) prediction, and with where it looked.

        Raises:
            NotFiniteError: For a prediction with NaN or infinity.
            LaneError: Where the lane mixes two halves, and the network is asked for one.
        """
        require_prediction(prediction, self.done)
        scheduler, timestep, x = self.pipeline.scheduler, self.timestep, self.latents
        uncond = cond = None
        guided = prediction
        if self.rows == 1 and self.lane.mixing is not None:
            raise LaneError(no_halves(self.pipeline))
        if self.rows == 2:
            uncond, cond = (half.clone() for half in prediction.chunk(2))
            moment = Moment.of(scheduler, timestep, x, self.done, len(self.timesteps))
            guided = (self.lane.mixing or PLAIN)(uncond, cond, self.lane.guidance, moment)
        pending = PendingStep.of(scheduler, timestep, x, guided)
        latents = scheduler.step(guided, timestep, x, **self.step_options, return_dict=False)[0]
        self.latents = latents.to(x.dtype)
        seconds = time.perf_counter() - self.started
        step = pending.taken(self.done, uncond=uncond, cond=cond, seconds=seconds, attention=attention)
        self.trace.steps.append(step.with_decoder(Decoder.of(self.pipeline, self.trace.height, self.trace.width)))
        self.done += 1

    def finish(self, images: tuple[Any, ...]) -> None:
        """Note the end: the last step is done and the picture decoded, where one is wanted."""
        self.trace.latents, self.trace.images = self.latents.clone(), images
        self.trace.seconds = time.perf_counter() - self.started
        self.trace.finished = True


class _FirstCallError(Exception):
    """The pipeline has got to its denoiser."""


def prepare(lane: Lane, pipe: Any, texts: dict[Any, Any], networks: Fingerprint) -> LaneRun:
    """Bring a lane to its first denoiser call.

    Args:
        lane: What to run.
        pipe: A pipeline of one's own, of a family whose lanes share a forward. It stays as it is.
        texts: Encoded prompts, shared among lanes and filled here.
        networks: What the pipeline's networks are like.

    Raises:
        LaneError: Where the pipeline cannot do what the lane asks.
        UnknownSamplerError: For a sampler that is none, or does not fit the model.
        UnsupportedSchedulerError: For a scheduler whose levels cannot be read.
    """
    started = time.perf_counter()
    call = call_for(lane, pipe)
    pipeline, generator, cls = call.pipeline, call.generator(), plain_type(call.pipeline)
    origin = Origin.of(pipe, pipeline.scheduler, cls, {**call.arguments, "generator": generator}, lane.lora, networks)
    seen: dict[str, Any] = {"control": None}

    def at_denoiser(*_: Any, **conditioning: Any) -> None:
        seen["conditioning"] = conditioning
        raise _FirstCallError

    def at_control(*_: Any, **conditioning: Any) -> tuple[list[Any], None]:
        seen["control"] = conditioning
        return [], None

    pipeline.unet = stand_in(pipe.unet, at_denoiser)
    if lane.control_image is not None:
        pipeline.controlnet = stand_in(pipe.controlnet, at_control)
    for name, around in (
        ("encode_prompt", functools.partial(_remembered, texts, repr(lane.lora))),
        ("prepare_latents", functools.partial(_noted, seen)),
    ):
        vars(pipeline)[name] = functools.wraps(getattr(pipeline, name))(around(getattr(pipeline, name)))
    with suppress(_FirstCallError):
        replace(call, mixing=None)(generator=generator)
    del pipeline.encode_prompt, pipeline.prepare_latents
    timesteps = list(pipeline.scheduler.timesteps[-pipeline._num_timesteps :])
    latents = seen["latents"]
    scale = pipeline.vae_scale_factor
    conditioning = {
        name: value for name, value in seen["conditioning"].items() if value is not None and name not in _RECOMPUTED
    }
    trace = Trace(
        timesteps=tuple(map(float, timesteps)),
        prompt=lane.prompt,
        negative_prompt=lane.negative_prompt,
        seed=int(lane.seed),
        pipeline=cls.__name__,
        sampler=type(pipeline.scheduler).__name__,
        height=latents.shape[-2] * scale,
        width=latents.shape[-1] * scale,
        prompt_embeds=conditioning["encoder_hidden_states"][-1:].clone(),
    )
    trace.origin = origin if lane.mixing is None else None
    options = pipeline.prepare_extra_step_kwargs(generator, lane.eta)
    return LaneRun(lane, pipeline, timesteps, latents, conditioning, seen["control"], options, trace, started)


_RECOMPUTED = frozenset(
    {"down_block_additional_residuals", "mid_block_additional_residual", "return_dict", "cross_attention_kwargs"}
)


def _remembered(texts: dict[Any, Any], lora: str, encode: Callable[..., Any]) -> Callable[..., Any]:
    """Return an encoding that encodes a text once for all lanes."""

    def encoded(*args: Any, **kwargs: Any) -> Any:
        values = [*args, *kwargs.values()]
        if any(isinstance(value, torch.Tensor) for value in values):
            return encode(*args, **kwargs)
        key = (lora, repr(args), repr(sorted(kwargs.items())))
        if key not in texts:
            texts[key] = encode(*args, **kwargs)
        return texts[key]

    return encoded


def _noted(seen: dict[str, Any], prepare_latents: Callable[..., Any]) -> Callable[..., Any]:
    def noted(*args: Any, **kwargs: Any) -> Any:
        seen["latents"] = prepare_latents(*args, **kwargs)
        return seen["latents"]

    return noted
