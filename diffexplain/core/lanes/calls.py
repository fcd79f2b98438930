"""How a pipeline is called for a lane: a pipeline of the lane's own, and the arguments that anybody would write by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core import finite
from diffexplain.core.adapters import require_adapters, weighted
from diffexplain.core.calling import accepted, without_nothing
from diffexplain.core.lanes.mixed import mixed
from diffexplain.core.lanes.pipelines import class_for, scheduler_for
from diffexplain.core.levels import require_fitting
from diffexplain.core.sisters import build, denoiser_name
from diffexplain.core.twins import own_pipeline
from diffexplain.errors import LaneError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from diffexplain.core.adapters import Weights
    from diffexplain.core.lanes.lane import Lane
    from diffexplain.core.mixing import Mixing


@dataclass(frozen=True, eq=False)
class LaneCall:
    """A call that is ready to be made. It may be made again: each time is like the first.

    Attributes:
        pipeline: A copy that nobody else has, with a scheduler of its own and without a progress bar. Weights are shared.
        arguments: By name, without the generator.
        seeds: Of the generator; several, one a picture, for a batch.
        lora: Weights for this call alone; None for those in force.
        mixing: How the halves of guidance are mixed; None for the pipeline's own way.
    """

    pipeline: Any
    arguments: Mapping[str, Any]
    seeds: int | tuple[int, ...]
    lora: Weights = None
    mixing: Mixing | None = None

    def generator(self) -> Any:
        """Return a fresh generator; a list of them for a batch."""
        if isinstance(self.seeds, tuple):
            return [torch.Generator("cpu").manual_seed(seed) for seed in self.seeds]
        return torch.Generator("cpu").manual_seed(self.seeds)

    def __call__(self, **more: Any) -> Any:
        """Make the call, with more arguments or others; returns what the pipeline returns.

        Raises:
            NotFiniteError: Where the network or the VAE gives NaN or infinity, which would be drawn black.
            LaneError: Where the halves are to be mixed and the pipeline turns out to have none.
        """
        given = {**self.arguments, "generator": self.generator(), **more}
        guidance = given.get("true_cfg_scale", given.get("guidance_scale", 1.0))  # Flux has both, of which the first mixes
        with weighted(self.pipeline, self.lora), finite.required(self.pipeline), mixed(self.pipeline, self.mixing, guidance):
            return self.pipeline(**given)


def call_for(lane: Lane, pipe: Any) -> LaneCall:
    """Prepare the call of a lane.

    Args:
        lane: What to paint.
        pipe: A diffusers pipeline, which stays as it is. Where the lane has no start or control picture and the pipeline is made
            for one, its text-to-image sister is called, with the same networks.

    Raises:
        LaneError: Where the pipeline cannot do what the lane asks.
        UnfitPipelineError: For what is no pipeline.
        UnknownSamplerError: For a sampler that is none, or does not fit the model.
        UnsupportedSchedulerError: For a scheduler whose levels cannot be read.
    """
    require_adapters(pipe, lane.lora)
    cls = class_for(lane, pipe)
    pipeline = build(own_pipeline(pipe), cls, scheduler_for(lane, pipe))
    require_fitting(pipeline)
    arguments = arguments_of(_of_whole_size(lane, pipeline, cls), cls)
    return LaneCall(pipeline, _at_any_size(pipeline, cls) | arguments, lane.seed, lane.lora, lane.mixing)


def batch_for(lane: Lane, pipe: Any, prompts: Sequence[str], seeds: Sequence[int]) -> LaneCall:
    """Prepare one call that paints several pictures in a batch; they have all of the lane but its prompt and its seed.

    Args:
        lane: What they have in common.
        pipe: As in `call_for`.
        prompts: One a picture.
        seeds: One a picture.

    Raises:
        LaneError: As in `call_for`, as are the others.
    """
    call = call_for(lane, pipe)
    each: dict[str, Any] = {"prompt": list(prompts)}
    if lane.negative_prompt is not None:
        each["negative_prompt"] = [lane.negative_prompt] * len(each["prompt"])
    return replace(call, arguments={**call.arguments, **each}, seeds=tuple(seeds))


def arguments_of(lane: Lane, cls: type) -> dict[str, Any]:
    """Return the arguments that a pipeline of this class is called with for a lane, without its generator.

    Raises:
        LaneError: Where the lane asks for something that the pipeline cannot do.
    """
    takes = accepted(cls)
    call: dict[str, Any] = {
        "prompt": lane.prompt,
        "negative_prompt": lane.negative_prompt,
        "num_inference_steps": lane.steps,
        "guidance_scale": float(lane.guidance),
        "eta": float(lane.eta),
        "height": lane.height,
        "width": lane.width,
    }
    if lane.image is not None:
        call |= {"image": lane.image, "strength": float(lane.strength)}
    if lane.control_image is not None:
        name = "control_image" if lane.image is not None or "control_image" in takes else "image"
        call |= {name: lane.control_image, "controlnet_conditioning_scale": float(lane.control_scale)}
    call |= lane.options
    for name in [name for name in call if name not in takes]:
        value = call.pop(name)
        if name in lane.options or not (value is None or value == _IDLE.get(name)):
            raise LaneError(_refusal(name, cls, lane))
    return without_nothing(cls, call)


# left at a lane's defaults, these are no wish that could be refused
_IDLE = {"eta": 0.0, "guidance_scale": 5.0, "controlnet_conditioning_scale": 1.0}


def own_size(pipe: Any, cls: type) -> tuple[int, int] | None:
    """Return (height, width) in pixels of what a pipeline paints if it is not told a size; None where that can't be known.

    Args:
        pipe: With its networks.
        cls: The class that is called.
    """
    takes = accepted(cls)
    given = tuple(takes[name].default if name in takes else None for name in ("height", "width"))
    if all(isinstance(side, int) for side in given):
        return given  # type: ignore[return-value] # mypy does not see that both are whole numbers
    config = getattr(getattr(pipe, denoiser_name(pipe)), "config", None)
    side = getattr(pipe, "default_sample_size", None) or getattr(config, "sample_size", None)
    sides = tuple(side) if isinstance(side, (list, tuple)) else (side, side)
    factor = getattr(pipe, "vae_scale_factor", None)
    if len(sides) != 2 or not all(isinstance(value, int) for value in (*sides, factor)):
        return None
    return sides[0] * factor, sides[1] * factor


def _of_whole_size(lane: Lane, pipe: Any, cls: type) -> Lane:
    """Return a lane that has a height or a width with the pipeline's own other one: some pipelines overlook one alone.

    A start or a control picture has a size of its own, which they go by instead.
    """
    if (lane.height is None) == (lane.width is None) or lane.image is not None or lane.control_image is not None:
        return lane
    own = own_size(pipe, cls)
    return lane if own is None else lane.but(height=lane.height or own[0], width=lane.width or own[1])


# latent sides for which pipelines have a table of sizes that they round to; others they refuse
_BINNED = frozenset({32, 64, 128, 256})


def _at_any_size(pipe: Any, cls: type) -> dict[str, Any]:
    """Return what tells a pipeline not to round sizes by a table that it does not have."""
    side = getattr(getattr(getattr(pipe, denoiser_name(pipe)), "config", None), "sample_size", None)
    return {"use_resolution_binning": False} if "use_resolution_binning" in accepted(cls) and side not in _BINNED else {}


def _refusal(name: str, cls: type, lane: Lane) -> str:
    if name in {"height", "width"} and lane.image is not None:
        return say("{name} is that of the start image; leave it out, or scale the image", name=name)
    return say(
        "{pipeline} takes no {name}; leave it out of the lane, or take a pipeline that has it", pipeline=cls.__name__, name=name
    )
