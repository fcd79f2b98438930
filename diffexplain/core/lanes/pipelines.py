"""The class of pipeline that a lane runs in, as its start picture and its ControlNet ask for it, and its scheduler."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diffexplain.core import samplers
from diffexplain.core.calling import accepted, lays_out_levels
from diffexplain.core.sisters import family_of
from diffexplain.core.wrapping import plain_type
from diffexplain.errors import LaneError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from diffexplain.core.lanes.lane import Lane


def class_for(lane: Lane, pipe: Any) -> type:
    """Return the class of pipeline that a lane runs in: the given one's, or its sister for a start or a control picture.

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
    family = family_of(pipe)
    if family is not None:
        cls: type = getattr(diffusers, family[lane.image is not None, lane.control_image is not None])
        return cls
    return plain_type(pipe)


def scheduler_for(lane: Lane, pipe: Any) -> Any:
    """Return a fresh scheduler for a lane: the sampler that it names, or the pipeline's own again.

    Raises:
        UnknownSamplerError: See `samplers.build`.
        UnsupportedSchedulerError: See `samplers.build`.
    """
    own, levels_given = pipe.scheduler, lays_out_levels(class_for(lane, pipe))
    if lane.sampler is None and lane.spacing is None:
        return samplers.with_room_for(lane.steps, samplers.fresh(own))
    name = lane.sampler or samplers.name_of(own)
    if name is None:
        raise LaneError(
            say(
                "spacing needs a sampler from the list, and the pipeline's own {scheduler} is none of it; name one of {allowed}",
                scheduler=type(own).__name__,
                allowed=", ".join(sampler.name for sampler in samplers.available(own, levels_given=levels_given)) or "-",
            )
        )
    built = samplers.build(name, own, spacing=lane.spacing, levels_given=levels_given)
    return samplers.with_room_for(lane.steps, built)
