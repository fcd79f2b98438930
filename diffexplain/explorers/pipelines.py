"""A user's pipeline as explorers need it: which samplers it has to offer, and the lane that a request asks for."""

from __future__ import annotations

import copy
import inspect
import logging
import math
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from diffexplain.core import samplers
from diffexplain.core.calling import accepted, lays_out_levels
from diffexplain.core.lanes import Lane
from diffexplain.core.lanes.calls import batch_for, call_for
from diffexplain.core.lanes.pipelines import class_for
from diffexplain.i18n import Words, say
from diffexplain.i18n.words import in_all_languages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diffexplain.core.lanes.calls import LaneCall

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
    """Return the bundled pipeline, loaded once for all explorers."""
    from diffexplain.models.loading import load

    return load()


def denoiser(pipeline: Any) -> Any:
    """Return the network that predicts the noise; None if there is none."""
    parts = (getattr(pipeline, name, None) for name in ("unet", "transformer"))
    return next((part for part in parts if part is not None), None)  # a compiled network has no truth value


def uncompiled(pipeline: Any) -> Any:
    """Return the pipeline, or of one whose network is compiled a copy with the network beneath: only there it can be heard."""
    networks = {name: getattr(getattr(pipeline, name, None), "_orig_mod", None) for name in ("unet", "transformer")}
    if all(network is None for network in networks.values()):
        return pipeline
    copied = copy.copy(pipeline)
    for name, network in networks.items():
        if network is not None:
            setattr(copied, name, network)
    return copied


def setting(network: Any, name: str) -> Any:
    """Return a value of a network's configuration; None where it has none."""
    return getattr(getattr(network, "config", None), name, None)


def choices(pipeline: Any) -> list[Choice]:
    """Return the samplers that fit the pipeline's model and its call; its own alone for a model that was made for one."""
    levels_given = lays_out_levels(class_for(Lane(), pipeline))
    available = samplers.available(pipeline.scheduler, levels_given=levels_given)
    fitting = [Choice(sampler.name, sampler.label, sampler.sentence) for sampler in available]
    label = type(pipeline.scheduler).__name__.removesuffix("Scheduler")
    return fitting or [Choice(OWN, label, say("The sampler that this model was made for."))]


def offer(choices: list[Choice]) -> list[dict[str, Any]]:
    """Return the samplers as a page's control offers them."""
    return [{**vars(choice), "sentence": in_all_languages(choice.sentence)} for choice in choices]


def first_choice(pipeline: Any) -> str:
    """Return the pipeline's own sampler if it is among `choices`, else the first of them."""
    names = [choice.name for choice in choices(pipeline)]
    own = samplers.name_of(pipeline.scheduler)
    return own if own in names else names[0]


def takes_negative(pipeline: Any) -> bool:
    """Return whether a pipeline has a negative prompt. Flux has one only beside a guidance scale of another name, which is off."""
    takes = inspect.signature(pipeline.__call__).parameters
    return "negative_prompt" in takes and "true_cfg_scale" not in takes


def size_multiple(pipeline: Any) -> int:
    """Return how many pixels a picture's sides are multiples of: for latents, patches, and the 8 that most pipelines ask."""
    patch = getattr(pipeline, "patch_size", None) or 1  # Stable Diffusion 3 has some
    return math.lcm(8, latent_side(pipeline) * int(patch))


def latent_side(pipeline: Any) -> int:
    """So many pixels a side are one latent value."""
    return int(getattr(pipeline, "vae_scale_factor", 8))


def lane_of(pipeline: Any, request: Any, **changes: Any) -> Lane:
    """Return the lane of a request; the fields that it has of a lane's are read, under the names that explorers give them.

    Args:
        pipeline: What it is for: guidance is left out where it has none to scale.
        request: Its fields; those that a lane does not have are passed over.
        **changes: Other fields of the lane, or other values.
    """
    given = {field: getattr(request, name) for name, field in _FIELDS.items() if hasattr(request, name)} | changes
    given["sampler"] = None if given.get("sampler") == OWN else given.get("sampler")
    given["negative_prompt"] = given.get("negative_prompt") or None  # the model's own way to have none
    if "guidance_scale" not in accepted(class_for(Lane(), pipeline)):
        given.pop("guidance", None)
    return Lane(**given)


def call_of(pipeline: Any, request: Any, **changes: Any) -> LaneCall:
    """Return the call that a request asks for, ready to be made; the same as anybody would write by hand."""
    return call_for(lane_of(pipeline, request, **changes), pipeline)


def drawing(pipeline: Any, prompts: list[str], seeds: list[int], steps: int, guidance_scale: float) -> LaneCall:
    """Return the call that draws several pictures in one batch, each from its own seed, with the pipeline's own sampler if it is listed."""
    wish = SimpleNamespace(sampler=first_choice(pipeline), steps=steps, guidance_scale=guidance_scale)
    return batch_for(lane_of(pipeline, wish), pipeline, prompts, seeds)


def name_of(pipeline: Any) -> str:
    """Return the name of the class that runs: of one that is made for a start or a control picture its text-to-image sister."""
    return class_for(Lane(), pipeline).__name__


_FIELDS = {  # a request's word -> a lane's
    **{name: name for name in ("prompt", "negative_prompt", "seed", "sampler", "spacing", "steps", "eta", "height", "width")},
    "guidance_scale": "guidance",
}


@contextmanager
def without_notice_of_truncation(pipeline: Any) -> Iterator[None]:
    """Keep the libraries' notice of a long prompt out of the cells, on this thread: the explorer shows what was cut off."""
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
