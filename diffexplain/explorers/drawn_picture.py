"""A picture that a run begins with: from the shelf, or one that the pipeline draws of a prompt first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diffexplain.core.record import record
from diffexplain.errors import UnfitPipelineError
from diffexplain.explorers import checks, fitness, pipelines
from diffexplain.explorers.messages import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

    from diffexplain.explorers.remembered import Remembered
    from diffexplain.explorers.shelf import Shelf
    from diffexplain.live.messages import Message

PROMPT = "prompt:"
MOST_DRAWN = 16  # pictures that an explorer remembers
DRAWING_STEPS, GUIDANCE = 20, 4.0
_USUAL_SIDE = 512


def reference(field: str, value: Any, shelf: Shelf, pipeline: Any) -> str:
    """Return the reference of a picture, or a prompt to draw one.

    Raises:
        ValueError: It is neither, or the pipeline can't draw.
    """
    if isinstance(value, str) and value.startswith(PROMPT):
        lacking = lacking_for_drawing(pipeline)
        if lacking:
            raise ValueError(lacking)
        return PROMPT + checks.text(field, value[len(PROMPT) :]).strip()
    return shelf.reference(value)


def picture(
    reference: str, shelf: Shelf, pipeline: Any, drawn: Remembered[Image.Image], emit: Callable[[Message], None]
) -> Image.Image:
    """Return the picture of a reference; what is drawn is remembered."""
    if not reference.startswith(PROMPT):
        return shelf.get(reference)
    prompt = reference[len(PROMPT) :]
    return drawn.made(prompt, lambda: draw(prompt, pipeline, emit))


def picture_side(pipeline: Any) -> int:
    """Return the side in pixels of the pictures that a pipeline was trained on."""
    latents = pipelines.setting(pipelines.denoiser(pipeline), "sample_size")
    own = pipelines.setting(pipeline.vae, "sample_size")
    side = latents * pipelines.latent_side(pipeline) if isinstance(latents, int) else own
    return side if isinstance(side, int) and side > 0 else _USUAL_SIDE


def draw(prompt: str, pipeline: Any, emit: Callable[[Message], None]) -> Image.Image:
    """Return what the pipeline draws of a prompt, with seed 0."""
    call = pipelines.drawing(pipeline, [prompt], [0], DRAWING_STEPS, GUIDANCE)

    emit(Progress("drawing", 0, DRAWING_STEPS))

    def on_step(step: Any) -> None:
        emit(Progress("drawing", min(step.index + 1, DRAWING_STEPS), DRAWING_STEPS))

    with pipelines.without_notice_of_truncation(call.pipeline), record(call.pipeline, on_step=on_step):
        (image,) = call().images
    picture: Image.Image = image.convert("RGB")
    return picture


def lacking_for_drawing(pipeline: Any) -> str:
    """Say why the pipeline can't draw a prompt; empty where it can."""
    try:
        fitness.require_fit(pipeline)
    except (UnfitPipelineError, ValueError) as error:
        return str(error.args[0] if error.args else error)
    return ""
