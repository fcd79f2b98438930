"""Pipelines of one family: the same networks, called by another class of diffusers.

Only the shell is new. Networks are shared with the user's pipeline, which stays as it is.
"""

from __future__ import annotations

import copy
import inspect
from typing import Any

from diffexplain.core import samplers
from diffexplain.core.twins import made_from
from diffexplain.core.wrapping import plain_type
from diffexplain.errors import UnfitPipelineError
from diffexplain.i18n import say

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


def family_of(pipe: Any) -> dict[tuple[bool, bool], str] | None:
    """Return the classes of a pipeline's family, by whether they take a start image and a control image; None where it has none."""
    return next((family for family in FAMILIES if type(pipe).__name__ in family.values()), None)


def is_batched(pipe: Any) -> bool:
    """Return whether lanes of this pipeline share one denoiser forward: the Stable Diffusion 1.x, 2.x and XL families."""
    several = type(getattr(pipe, "controlnet", None)).__name__ == "MultiControlNetModel"
    return family_of(pipe) is not None and not several


def denoiser_name(pipe: Any) -> str:
    """Return ``"unet"`` or ``"transformer"``.

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


def build(pipe: Any, cls: Any, scheduler: Any) -> Any:
    """Return a pipeline of this class with the networks of another one, which is one's own, and this scheduler."""
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
