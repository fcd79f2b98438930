"""A user's pipeline as explorers need it: which samplers it has, how it is called, and a copy that a run may change."""

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
from diffexplain.core.twins import own_pipeline
from diffexplain.i18n import Words, say
from diffexplain.i18n.words import in_all_languages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diffexplain.explorers.requests import SizedRequest

OWN = "own"


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


def setting(network: Any, name: str) -> Any:
    """A value of a network's configuration; None where it has none."""
    return getattr(getattr(network, "config", None), name, None)


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


def arguments(pipeline: Any, request: SizedRequest) -> dict[str, Any]:
    """What a run's pipeline is called with; the same as anybody would write by hand."""
    given = {
        "prompt": request.prompt,
        "num_inference_steps": request.steps,
        "guidance_scale": request.guidance_scale,
        "height": request.height,
        "width": request.width,
        "generator": torch.Generator("cpu").manual_seed(request.seed),
    }
    if request.negative_prompt:  # else the model's own way to have none
        given["negative_prompt"] = request.negative_prompt
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
    if setting(denoiser(pipeline), "sample_size") not in _BINNED:
        given["use_resolution_binning"] = False
    return without_nothing(type(pipeline), {name: value for name, value in given.items() if name in takes})


# latent sides for which pipelines have a table of sizes that they round to; others they refuse
_BINNED = frozenset({32, 64, 128, 256})


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
