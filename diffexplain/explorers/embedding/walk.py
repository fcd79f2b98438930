"""Denoising runs as paths: at each step, where the picture would lie on the map if the run stopped there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from diffexplain.core.modality import PICTURE, TEXT
from diffexplain.core.preview import decode, to_pil
from diffexplain.core.record import record
from diffexplain.explorers import pipelines
from diffexplain.explorers.embedding.messages import Begin, Lane, Step
from diffexplain.explorers.pictures import jpeg
from diffexplain.models.learned import is_bundled, unlearned

if TYPE_CHECKING:
    from collections.abc import Callable

    from diffexplain.core import trace as core
    from diffexplain.explorers.embedding.request import EmbeddingRequest
    from diffexplain.live.messages import Message
    from diffexplain.maps.atlas import Atlas
    from diffexplain.models.clip import Clip

IMAGE_SIDE = 96


def walk(pipeline: Any, clip: Clip, atlas: Atlas, request: EmbeddingRequest, emit: Callable[[Message], None]) -> None:
    """Run each prompt with each seed in one batch and say where each step of each lies; what `emit` raises leaves the pipeline at once."""
    prompts = [prompt for prompt in request.prompts for _ in request.seeds]  # of each lane
    seeds = [*request.seeds] * len(request.prompts)
    call = pipelines.drawing(pipeline, prompts, seeds, request.steps, request.guidance_scale)
    pipe = call.pipeline
    wanted = clip.embed_texts(prompts).numpy()  # (lanes, D)
    homes = atlas.place(wanted, TEXT).astype(np.float32)
    strange = [word for prompt in request.prompts for word in unlearned(prompt)] if is_bundled(pipeline) else []

    def on_step(step: core.Step) -> None:
        if step.index == 0:
            lanes = [Lane(*lane) for lane in zip(prompts, seeds, homes, strict=True)]
            emit(Begin(lanes, len(trace.timesteps), strange))
        pictures = to_pil(decode(step.x0[: len(prompts)], pipe.vae, len(prompts)))
        seen = clip.embed_pictures(pictures).numpy()  # (lanes, D)
        emit(
            Step(
                index=step.index,
                places=atlas.place(seen, PICTURE).astype(np.float32),
                cosines=np.sum(seen * wanted, axis=1).astype(np.float32),
                images=[jpeg(picture, IMAGE_SIDE, 85) for picture in pictures],
            )
        )

    with pipelines.without_notice_of_truncation(pipe), record(pipe, on_step=on_step) as trace:
        call()
