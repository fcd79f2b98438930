"""Pictures from one noise beside each other: several scales, and several ways to guide, each as a lane."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import torch

from diffexplain.core import preview
from diffexplain.core.lanes import sampling
from diffexplain.core.mixing import Mixing
from diffexplain.core.similarity import cosine
from diffexplain.core.sisters import is_batched
from diffexplain.explorers import pipelines
from diffexplain.explorers.guidance import measures
from diffexplain.explorers.guidance.messages import Drawing, Scales, Ways
from diffexplain.explorers.pictures import jpeg, png

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PIL import Image

    from diffexplain.core.lanes import Lane
    from diffexplain.core.trace import Trace
    from diffexplain.explorers.guidance.messages import Way
    from diffexplain.explorers.guidance.request import GuidanceRequest
    from diffexplain.live.messages import Array, Message, Picture
    from diffexplain.models.clip import Clip

SIDE = 192  # of a picture in the page, in pixels, at most
_SKETCH = 32
_BOTH = 2.0  # a scale at which a pipeline asks for both halves, whatever they are mixed with then


def at_scale(scale: float) -> dict[str, Any]:
    """Return the fields of a lane at a scale where 0 is the half without the text and 1 the one with it; as they are above 1."""
    if scale >= 1:
        return {"guidance": scale}
    return {"guidance": _BOTH, "mixing": Mixing(scales=(scale,))}


def with_halves(scale: float, mixing: Mixing | None = None) -> dict[str, Any]:
    """Return the fields of a lane that asks for both halves at any scale; up to 1 it is the half with the text, as pipelines have it."""
    if scale > 1:
        return {"guidance": scale, "mixing": mixing}
    made = mixing or Mixing()
    scales = made.scales or (1.0,)
    return {
        "guidance": _BOTH,
        "mixing": Mixing(scales=scales, interval=made.interval, parallel=made.parallel, rescale=made.rescale),
    }


def ways_of(request: GuidanceRequest) -> dict[Way, dict[str, Any]]:
    """Return the fields of each way's lane; a negative prompt takes the empty one's place in one of them, where there is one."""
    start, end = request.interval
    mixings: dict[Way, Mixing | None] = {
        "plain": None,
        "interval": Mixing(interval=(start, end)),
        "rescale": Mixing(rescale=request.rescale),
        "parallel": Mixing(parallel=request.parallel),
        "schedule": Mixing(scales=tuple(request.schedule)),
    }
    lanes: dict[Way, dict[str, Any]] = {
        name: {**with_halves(request.guidance_scale, mixing), "negative_prompt": None} for name, mixing in mixings.items()
    }
    if request.negative_prompt:
        lanes["negative"] = with_halves(request.guidance_scale)
    return lanes


def draw_scales(pipe: Any, request: GuidanceRequest, clip: Clip | None, emit: Callable[[Message], None]) -> None:
    """Draw the picture of each scale, in one batch where the pipeline can."""
    lanes = [pipelines.lane_of(pipe, request, **at_scale(scale)) for scale in request.scales]
    images, _ = _drawn(pipe, lanes, "scales", emit)
    agreement = agreements(clip, images, request.prompt)
    emit(
        Scales(
            pictures=_pictures(images),
            clipped=_clipped(images),
            agreement=agreement,
            clip="" if clip is None else clip.name,
            enough=None if agreement is None else measures.enough(request.scales, agreement),
        )
    )


def draw_ways(pipe: Any, request: GuidanceRequest, clip: Clip | None, emit: Callable[[Message], None]) -> None:
    """Draw the picture of each way to guide, in one batch where the pipeline can."""
    ways = ways_of(request)
    lanes = [pipelines.lane_of(pipe, request, **fields) for fields in ways.values()]
    images, lengths = _drawn(pipe, lanes, "ways", emit)
    emit(
        Ways(
            names=list(ways),
            pictures=_pictures(images),
            clipped=_clipped(images),
            agreement=agreements(clip, images, request.prompt),
            apart=np.array([measures.apart(images[0], image) for image in images], np.float32),
            scales=np.array([_scales(lane, lengths.shape[1]) for lane in lanes], np.float32),
            lengths=lengths,
        )
    )


def agreements(clip: Clip | None, images: Sequence[Image.Image], prompt: str) -> Array | None:
    """Return the cosine of each picture with the prompt, (k,) float32; None without a CLIP."""
    if clip is None:
        return None
    return np.asarray(cosine(clip.embed_pictures(list(images)), clip.embed_texts([prompt]))[:, 0].numpy(), np.float32)


def _drawn(
    pipe: Any, lanes: Sequence[Lane], what: Literal["scales", "ways"], emit: Callable[[Message], None]
) -> tuple[list[Image.Image], Array]:
    """Draw lanes of as many steps, and say how far they are; return their pictures, and (lanes, steps) how long what each expects is."""
    traces: tuple[Trace, ...] = ()
    shown: list[Picture | None] = [None] * len(lanes)
    lengths: list[list[float]] = [[] for _ in lanes]
    every = range(len(lanes)) if is_batched(pipe) else ()
    with pipelines.without_notice_of_truncation(pipe), closing(sampling(lanes, pipe)) as running:
        for progress in running:
            traces = progress.traces
            if progress.moved:
                originals = torch.cat([traces[row].steps[-1].x0[:1] for row in progress.moved])
                for row, original, picture in zip(progress.moved, originals, _sketches(originals, pipe.vae), strict=True):
                    lengths[row].append(measures.length(original))
                    shown[row] = picture
                total = len(traces[progress.moved[0]].timesteps) * len(lanes)
                emit(Drawing(what, sum(map(len, lengths)), total, list(shown)))
            for row in every or progress.finished:  # a recorder counts by its steps while it records; tensors are many
                traces[row].steps.clear()
    return [trace.images[0] for trace in traces], np.array(lengths, np.float32)


def _scales(lane: Lane, count: int) -> list[float]:
    mixing = lane.mixing or Mixing()
    return [mixing.scale_at(lane.guidance, index, count) for index in range(count)]


def _sketches(originals: torch.Tensor, vae: Any) -> list[Picture]:
    images = preview.to_pil(preview.latents_to_rgb(originals, vae).nan_to_num())
    for image in images:
        image.thumbnail((_SKETCH, _SKETCH))
    return [png(image) for image in images]


def _pictures(images: Sequence[Image.Image]) -> list[Picture]:
    return [jpeg(image, SIDE) for image in images]


def _clipped(images: Sequence[Image.Image]) -> Array:
    return np.array([measures.clipped(image) for image in images], np.float32)
