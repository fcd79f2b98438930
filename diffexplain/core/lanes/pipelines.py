"""The pipeline that a lane runs in: of the class that its start picture and its ControlNet ask for, with a scheduler of its own.

Only the shell is new. Networks are shared with the user's pipeline, which stays as it is.
"""

from __future__ import annotations

import copy
import inspect
from typing import TYPE_CHECKING, Any

from diffexplain.core import samplers
from diffexplain.core.calling import accepted
from diffexplain.core.errors import LaneError, UnfitPipelineError
from diffexplain.core.twins import made_from
from diffexplain.core.wrapping import plain_type
from diffexplain.i18n import say

if TYPE_CHECKING:
    from diffexplain.core.lanes.lane import Lane

_TEXT, _IMAGE, _CONTROL, _BOTH = (False, False), (True, False), (False, True), (True, True)  # (start image, control image)
FAMILIES = (  # those whose lanes share a forward: (start image, control image) -> class in diffusers
    {
        _TEXT: "StableDiffusionPipeline",
        _IMAGE: "StableDiffusionImg2ImgPipeline",
        _CONTROL: "StableDiffusionControlNetPipeline",
        _BOTH: "StableDiffusionControlNetImg2ImgPipeline",
    },
    {
        _TEXT: "StableDiffusionXLPipeline",
        _IMAGE: "StableDiffusionXLImg2ImgPipeline",
        _CONTROL: "StableDiffusionXLControlNetPipeline",
        _BOTH: "StableDiffusionXLControlNetImg2ImgPipeline",
    },
)


def is_batched(pipe: Any) -> bool:
    """Whether lanes of this pipeline share one denoiser forward: the Stable Diffusion 1.x, 2.x and XL families."""
    several = type(getattr(pipe, "controlnet", None)).__name__ == "MultiControlNetModel"
    return _family(pipe) is not None and not several


def class_for(lane: Lane, pipe: Any) -> type:
    """The class of pipeline that a lane runs in: the given one's, or its sister for a start or a control picture.

    Raises:
        LaneError: Where the pipeline has no ControlNet, or no sister that starts from a picture.
    """
    import diffusers

    # Flux Control takes a picture without a ControlNet
    controlled = getattr(pipe, "controlnet", None) is not None or "control_image" in accepted(type(pipe))
    if lane.control_image is not None and not controlled:
        raise LaneError(
            say(
                "a lane has a control_image, but {pipeline} has no ControlNet; take a ControlNet pipeline, such as "
                "StableDiffusionControlNetPipeline.from_pipe(pipe, controlnet=...)",
                pipeline=type(pipe).__name__,
            )
        )
    family = _family(pipe)
    if family is not None:
        cls: type = getattr(diffusers, family[lane.image is not None, lane.control_image is not None])
        return cls
    return plain_type(pipe)


def build(pipe: Any, cls: Any, scheduler: Any) -> Any:
    """A pipeline of this class with the networks of another one, which is one's own, and this scheduler."""
    if plain_type(pipe) is cls:
        made = copy.copy(pipe)
    else:
        parts = {name: part for name, part in pipe.components.items() if name != "scheduler"}
        accepted = inspect.signature(cls.__init__).parameters
        flags = {name: value for name, value in _FLAGS.items() if name in accepted}
        parts = {name: part for name, part in parts.items() if name in accepted}
        # the constructor sets some of the scheduler's flags to its liking: it is given another one
        made = cls(**parts, **flags, scheduler=samplers.fresh(scheduler))
        if getattr(pipe, "watermark", None) is not None and "add_watermarker" in accepted:
            made.watermark = pipe.watermark
        made_from(made, pipe)
        vars(made)["_progress_bar_config"] = dict(getattr(pipe, "_progress_bar_config", {}))
    made.scheduler = scheduler
    made.set_progress_bar_config(disable=True)
    return made


_FLAGS = {"requires_safety_checker": False, "add_watermarker": False}  # else they warn, or install a watermark of their own


def scheduler_for(lane: Lane, pipe: Any) -> Any:
    """A fresh scheduler for a lane: the sampler that it names, or the pipeline's own again.

    Raises:
        UnknownSamplerError: See `samplers.build`.
        UnsupportedSchedulerError: See `samplers.build`.
    """
    own = pipe.scheduler
    if lane.sampler is None and lane.spacing is None:
        return samplers.with_room_for(lane.steps, samplers.fresh(own))
    name = lane.sampler or samplers.name_of(own)
    if name is None:
        raise LaneError(
            say(
                "spacing needs a sampler from the list, and the pipeline's own {scheduler} is none of it; name one of {allowed}",
                scheduler=type(own).__name__,
                allowed=", ".join(sampler.name for sampler in samplers.available(own)) or "-",
            )
        )
    return samplers.with_room_for(lane.steps, samplers.build(name, own, spacing=lane.spacing))


def denoiser_name(pipe: Any) -> str:
    """``"unet"`` or ``"transformer"``.

    Raises:
        UnfitPipelineError: Where the pipeline has neither, or no scheduler.
    """
    for name in ("unet", "transformer"):
        if getattr(pipe, name, None) is not None and hasattr(pipe, "scheduler"):
            return name
    raise UnfitPipelineError(
        say(
            "{pipeline} is no pipeline to sample from: it must be a diffusers pipeline with a scheduler and a unet or "
            "transformer; load one with diffexplain.load()",
            pipeline=type(pipe).__name__,
        )
    )


def _family(pipe: Any) -> dict[tuple[bool, bool], str] | None:
    return next((family for family in FAMILIES if type(pipe).__name__ in family.values()), None)
