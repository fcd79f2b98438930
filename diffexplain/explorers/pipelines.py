"""A user's pipeline as explorers need it: is it fit, how is it called, and a copy that a run may change."""

from __future__ import annotations

import copy
import logging
import math
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core import samplers
from diffexplain.core.calling import accepted, without_nothing
from diffexplain.core.errors import UnfitPipelineError
from diffexplain.core.levels import require_readable
from diffexplain.core.twins import own_pipeline
from diffexplain.i18n import Words, say
from diffexplain.i18n.words import in_all_languages

if TYPE_CHECKING:
    import inspect
    from collections.abc import Iterator, Mapping

    from diffexplain.explorers.denoise.messages import DenoiseRequest

OWN = "own"
_REMEDY = say("load one with diffexplain.load() or StableDiffusionPipeline.from_pretrained(...)")


@dataclass(frozen=True)
class Choice:
    """A sampler to choose.

    Attributes:
        name: how the request names it.
        label: how people write it.
        sentence: what it does.
    """

    name: str
    label: str
    sentence: Words


@cache
def bundled() -> Any:
    """The bundled pipeline, loaded once for all explorers."""
    from diffexplain.models.loading import load

    return load()


def denoiser(pipeline: Any) -> Any:
    """The network that predicts the noise; None if there is none."""
    parts = (getattr(pipeline, name, None) for name in ("unet", "transformer"))
    return next((part for part in parts if part is not None), None)  # a compiled network has no truth value


def uncompiled(pipeline: Any) -> Any:
    """The pipeline, or where its network is compiled a copy with the network beneath: what goes on inside is heard only there."""
    networks = {name: getattr(getattr(pipeline, name, None), "_orig_mod", None) for name in ("unet", "transformer")}
    if all(network is None for network in networks.values()):
        return pipeline
    copied = copy.copy(pipeline)
    for name, network in networks.items():
        if network is not None:
            setattr(copied, name, network)
    return copied


def require_fit(pipeline: Any, *, packed: bool = False) -> None:
    """Refuses what can't be explored, before anything is made.

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
    missing = [part for part, found in parts.items() if found is None]
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
    takes = accepted(type(pipeline))
    if "prompt" not in takes or not takes.keys().isdisjoint(_START) or getattr(pipeline, "controlnet", None) is not None:
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
    require_readable(pipeline.scheduler)


def is_flat(vae: Any) -> bool:
    """Whether a VAE encodes pictures, (n, channels, height, width): not videos, which have an axis more, nor sound."""
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
    """What a run needs beside a prompt, or makes beside a picture; empty for nothing."""
    name, network, vae, packed = type(pipeline).__name__, denoiser(pipeline), pipeline.vae, hasattr(pipeline, "_pack_latents")
    patch = _setting(network, "patch_size")
    three_axes = isinstance(patch, (list, tuple)) and len(patch) > 2
    if not takes.keys().isdisjoint(_MOVING) or three_axes or not (packed or is_flat(vae)):
        return say("{name} makes videos or sound, or has its pictures as videos of one frame, which explorers don't show; {remedy}", name=name, remedy=_REMEDY)  # fmt: skip
    colours = _setting(vae, "out_channels")
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
    latent = _setting(vae, "latent_channels")
    taken = _setting(network, "in_channels")
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


def _setting(network: Any, name: str) -> Any:
    return getattr(getattr(network, "config", None), name, None)


def _has_picture_prompt(network: Any) -> bool:
    """Whether an IP-Adapter is loaded: the network reads a picture beside the text."""
    if _setting(network, "encoder_hid_dim_type") == "ip_image_proj":
        return True
    parts = (getattr(network, name, None) for name in ("encoder_hid_proj", "image_proj"))
    return any(hasattr(part, "image_projection_layers") or type(part).__name__.startswith("IPAdapter") for part in parts)


def choices(pipeline: Any) -> list[Choice]:
    """The samplers that fit the pipeline's model; its own alone for a model that was made for one."""
    fitting = [Choice(sampler.name, sampler.label, sampler.sentence) for sampler in samplers.available(pipeline.scheduler)]
    label = type(pipeline.scheduler).__name__.removesuffix("Scheduler")
    return fitting or [Choice(OWN, label, say("The sampler that this model was made for."))]


def offer(found: list[Choice]) -> list[dict[str, Any]]:
    """Samplers as a page's control offers them."""
    return [{**vars(choice), "sentence": in_all_languages(choice.sentence)} for choice in found]


def first_choice(pipeline: Any) -> str:
    """The pipeline's own sampler if it is among `choices`, else the first of them."""
    names = [choice.name for choice in choices(pipeline)]
    own = samplers.name_of(pipeline.scheduler)
    return own if own in names else names[0]


def size_multiple(pipeline: Any) -> int:
    """Sides of a picture must be a multiple of this many pixels: of latents, of patches, and of the 8 that most pipelines ask for."""
    patch = getattr(pipeline, "patch_size", None) or 1  # Stable Diffusion 3 has some
    return math.lcm(8, latent_side(pipeline) * int(patch))


def latent_side(pipeline: Any) -> int:
    """So many pixels a side are one latent value."""
    return int(getattr(pipeline, "vae_scale_factor", 8))


def copy_for(pipeline: Any, sampler: str, steps: int) -> Any:
    """A copy for one run, with a sampler of its own and no progress bar: it shares all weights, and the user's pipeline stays as it is."""
    copied = own_pipeline(pipeline)
    own = pipeline.scheduler
    scheduler = samplers.fresh(own) if sampler == OWN else samplers.build(sampler, own)
    copied.scheduler = samplers.with_room_for(steps, scheduler)
    copied.set_progress_bar_config(disable=True)
    return copied


def arguments(pipeline: Any, request: DenoiseRequest) -> dict[str, Any]:
    """What a run's pipeline is called with; the same as anybody would write by hand."""
    given = {
        "prompt": request.prompt,
        **(
            {"negative_prompt": request.negative_prompt} if request.negative_prompt else {}
        ),  # else the model's own way to have none
        "num_inference_steps": request.steps,
        "guidance_scale": request.guidance_scale,
        "height": request.height,
        "width": request.width,
        "generator": torch.Generator("cpu").manual_seed(request.seed),
    }
    return _accepted(pipeline, given)


def drawing(
    pipeline: Any, prompts: list[str], seeds: list[int], steps: int, guidance_scale: float
) -> tuple[Any, dict[str, Any]]:
    """A copy of the pipeline, and what it is called with to draw several pictures in one batch, each from its own seed."""
    copied = copy_for(pipeline, first_choice(pipeline), steps)
    given = {
        "prompt": prompts,
        "num_inference_steps": steps,
        "guidance_scale": guidance_scale,
        "generator": [torch.Generator("cpu").manual_seed(seed) for seed in seeds],
    }
    return copied, _accepted(copied, given)


def _accepted(pipeline: Any, given: dict[str, Any]) -> dict[str, Any]:
    takes = accepted(type(pipeline))
    if _setting(denoiser(pipeline), "sample_size") not in _BINNED:
        given["use_resolution_binning"] = False
    return without_nothing(type(pipeline), {name: value for name, value in given.items() if name in takes})


_BINNED = frozenset(
    {32, 64, 128, 256}
)  # latent sides for which pipelines have a table of sizes that they round to; others they refuse


@contextmanager
def without_notice_of_truncation(pipeline: Any) -> Iterator[None]:
    """Keeps the libraries' notice of a long prompt out of the cells, on this thread: the explorer shows what was cut off."""
    thread = threading.get_ident()

    def says_something(record: logging.LogRecord) -> bool:
        text = record.msg if isinstance(record.msg, str) else ""
        return record.thread != thread or ("was truncated" not in text and "sequence length is longer" not in text)

    loggers = [logging.getLogger(name) for name in (type(pipeline).__module__, "transformers.tokenization_utils_base")]
    for logger in loggers:
        logger.addFilter(says_something)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(says_something)
