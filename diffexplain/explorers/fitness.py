"""Whether a pipeline can be explored: from a prompt and noise to a picture. What can't is refused before anything is made, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.calling import accepted
from diffexplain.core.lanes import Lane
from diffexplain.core.lanes.pipelines import class_for
from diffexplain.core.levels import require_readable
from diffexplain.core.text.states import ENCODERS
from diffexplain.core.wrapping import plain_type
from diffexplain.errors import UnfitPipelineError
from diffexplain.explorers.pipelines import denoiser, setting
from diffexplain.i18n import say

if TYPE_CHECKING:
    import inspect
    from collections.abc import Mapping

_REMEDY = say("load one with diffexplain.load() or StableDiffusionPipeline.from_pretrained(...)")


def require_fit(pipeline: Any, *, packed: bool = False) -> None:
    """Refuse what can't be explored, before anything is made.

    A pipeline of the Stable Diffusion families that is made for a start or a control picture is fit: `pipelines.call_of` calls its
    text-to-image sister, which has the same networks. Explorers have no field for such a picture yet; others of the kind are refused.

    Args:
        pipeline: what somebody gave to an explorer.
        packed: whether the explorer can show latents that come packed into patches, as Flux's.

    Raises:
        UnfitPipelineError: it is no text-to-image pipeline that starts from noise; the message says what to take instead.
        UnsupportedSchedulerError: its scheduler's noise levels can't be read.
    """
    name = type(pipeline).__name__
    parts = {
        "scheduler": getattr(pipeline, "scheduler", None),
        "unet or transformer": denoiser(pipeline),
        "vae": getattr(pipeline, "vae", None),
    }
    missing = [part for part, component in parts.items() if component is None]
    if missing or not callable(pipeline):
        lacks = ", ".join(missing) or "__call__"
        raise UnfitPipelineError(
            say("{name} lacks {parts}, so it is no pipeline to explore; {remedy}", name=name, parts=lacks, remedy=_REMEDY)
        )
    if hasattr(pipeline, "_pack_latents") and not packed:
        raise UnfitPipelineError(
            say(
                "{name} packs its latents into patches, which this explorer doesn't show yet; {remedy}",
                name=name,
                remedy=_REMEDY,
            )
        )
    cls = class_for(Lane(), pipeline)  # of one that is made for a start or a control picture the sister that goes without
    takes = accepted(cls)
    controlled = cls is plain_type(pipeline) and getattr(pipeline, "controlnet", None) is not None
    if "prompt" not in takes or not takes.keys().isdisjoint(_START) or controlled:
        raise UnfitPipelineError(
            say(
                "{name} doesn't go from noise and a prompt alone to a picture; take the text-to-image pipeline of the same model, "
                "for example StableDiffusionPipeline.from_pipe(pipeline)",
                name=name,
            )
        )
    lacking = _lacking(pipeline, takes)
    if lacking:
        raise UnfitPipelineError(lacking)
    _require_reader(pipeline)
    require_readable(pipeline.scheduler)


def _require_reader(pipeline: Any) -> None:
    """Refuse a pipeline that was loaded without its text encoders: what draws can't be told what.

    Where somebody has given it another `encode_prompt`, with states from elsewhere, it is fit.

    Raises:
        UnfitPipelineError: it has places for text encoders, and none in them.
    """
    names = [name for name in ENCODERS if hasattr(pipeline, name)]
    own = getattr(getattr(pipeline, "encode_prompt", None), "__module__", "").startswith("diffusers.")
    if own and names and all(getattr(pipeline, name) is None for name in names):
        name = type(pipeline).__name__
        raise UnfitPipelineError(
            say("{name} lacks {parts}, so it is no pipeline to explore; {remedy}", name=name, parts=names[0], remedy=_REMEDY)
        )


def is_flat(vae: Any) -> bool:
    """Return whether a VAE encodes pictures, (n, channels, height, width): not videos, which have an axis more, nor sound."""
    layers = (torch.nn.Conv1d, torch.nn.Conv2d, torch.nn.Conv3d)
    parts = vae.modules() if isinstance(vae, torch.nn.Module) else ()
    first = next((layer for layer in parts if isinstance(layer, layers)), None)
    return first is None or isinstance(first, torch.nn.Conv2d)


_START = frozenset({"strength", "control_image", "control_video"})
_MOVING = frozenset(
    {"num_frames", "frames", "video_length", "num_videos_per_prompt", "audio_duration", "audio_duration_s", "audio_length_in_s"}
)
_GIVEN = frozenset({"self", "prompt"})  # arguments that explorers have something for even where there is no default


def _lacking(pipeline: Any, takes: Mapping[str, inspect.Parameter]) -> str:
    """Return what a run needs beside a prompt, or makes beside a picture; empty for nothing."""
    name, network, vae, packed = type(pipeline).__name__, denoiser(pipeline), pipeline.vae, hasattr(pipeline, "_pack_latents")
    patch = setting(network, "patch_size")
    three_axes = isinstance(patch, (list, tuple)) and len(patch) > 2
    if not takes.keys().isdisjoint(_MOVING) or three_axes or not is_flat(vae):
        return say("{name} makes videos or sound, or has its pictures as videos of one frame, which explorers don't show; {remedy}", name=name, remedy=_REMEDY)  # fmt: skip
    colours = setting(vae, "out_channels")
    if isinstance(colours, int) and colours != 3:
        return say("{name} makes pictures of {count} channels, and explorers show red, green and blue; {remedy}", name=name, count=colours, remedy=_REMEDY)  # fmt: skip
    if "view_batch_size" in takes:
        return say(
            "{name} makes its picture out of many views, each with steps of its own; {remedy}", name=name, remedy=_REMEDY
        )
    if _has_picture_prompt(network):
        return say(
            "{name} has an IP-Adapter, which needs a picture for every run that this explorer doesn't offer; call pipeline.unload_ip_adapter() first",
            name=name,
        )
    needed = [
        each.name
        for each in takes.values()
        if each.default is each.empty and each.kind not in (each.VAR_KEYWORD, each.VAR_POSITIONAL) and each.name not in _GIVEN
    ]
    latent = setting(vae, "latent_channels")
    taken = setting(network, "in_channels")
    fed = (
        isinstance(latent, int) and isinstance(taken, int) and taken > latent * (4 if packed else 1)
    )  # a picture beside the noise
    if not packed or fed:  # of the packed ones some edit a picture or draw without one
        needed += [each for each in ("image", "gligen_phrases", "gligen_boxes") if each in takes and each not in needed]
    if needed or fed:
        return say(
            "{name} needs {needed} beside a prompt, which this explorer doesn't offer; {remedy}",
            name=name,
            needed=", ".join(needed) or "image",
            remedy=_REMEDY,
        )
    return ""


def _has_picture_prompt(network: Any) -> bool:
    """Return whether an IP-Adapter is loaded: the network reads a picture beside the text."""
    if setting(network, "encoder_hid_dim_type") == "ip_image_proj":
        return True
    parts = (getattr(network, name, None) for name in ("encoder_hid_proj", "image_proj"))
    return any(hasattr(part, "image_projection_layers") or type(part).__name__.startswith("IPAdapter") for part in parts)
