"""What a pipeline's arguments and results say of a run: its prompt, its seed, its plan, its last latents and its pictures."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import torch
from PIL import Image

from diffexplain.core.preview import rescale, to_pil, unscale
from diffexplain.errors import RecordingError
from diffexplain.i18n import say


def text_of(prompt: Any) -> str | tuple[str, ...] | None:
    """Return a prompt, or several of them.

    Raises:
        RecordingError: Where it is something else.
    """
    prompts = tuple(prompt) if isinstance(prompt, (list, tuple)) else prompt
    if not all(isinstance(each, str) for each in (prompts if isinstance(prompts, tuple) else (prompts or "",))):
        raise RecordingError(say("the prompt is given as {kind}, which can't be read", kind=type(prompt).__name__))
    return prompts


def size_of(value: Any) -> int | None:
    """Return the height or width in pixels, as a pipeline is given it; None where it is not.

    Raises:
        TypeError: Where it is no whole number.
    """
    return None if value is None else operator.index(value)


def seed_of(generator: Any) -> int | tuple[int, ...] | None:
    """Return the seed of a generator, None for one that was drawn from before: its seed would not make this picture again."""
    if isinstance(generator, (list, tuple)):
        seeds = [seed_of(each) for each in generator]
        whole = tuple(seed for seed in seeds if isinstance(seed, int))
        if len(whole) < len(seeds):
            return None
        return whole[0] if len(whole) == 1 else whole
    if not isinstance(generator, torch.Generator):
        return None
    seed = generator.initial_seed()
    fresh = torch.Generator(generator.device).manual_seed(seed)
    return seed if torch.equal(fresh.get_state(), generator.get_state()) else None


def plan_of(pipe: Any, planned: tuple[float, ...], first: float) -> tuple[float, ...]:
    """Return the timesteps from the first one on: image-to-image starts in the middle of what the scheduler has planned."""
    starts = [index for index, timestep in enumerate(planned) if timestep == first]
    if not starts:
        return planned
    count = getattr(pipe, "_num_timesteps", None)
    begin = getattr(pipe.scheduler, "begin_index", None)
    if begin in starts:
        start = begin
    elif isinstance(count, int) and len(planned) - count in starts:  # timesteps may come twice (PNDM, Heun)
        start = len(planned) - count
    else:
        start = starts[0]
    early = isinstance(count, int) and getattr(pipe, "denoising_end", None) is not None  # SDXL before its refiner
    return planned[start : start + count] if early else planned[start:]


def prediction_of(output: Any) -> torch.Tensor:
    """Return what a denoiser returned, as one tensor; some (Z-Image) return a list with one of each picture.

    Raises:
        RecordingError: Where it is something else.
    """
    prediction = output[0] if isinstance(output, tuple) else getattr(output, "sample", output)
    if isinstance(prediction, list) and all(isinstance(each, torch.Tensor) for each in prediction):
        prediction = torch.stack(prediction)
    if not isinstance(prediction, torch.Tensor):
        raise RecordingError(
            say("the denoiser returns {kind}, which can't be read as a prediction", kind=type(prediction).__name__)
        )
    return prediction


def latents_of(codes: torch.Tensor, vae: Any, last: torch.Tensor | None) -> torch.Tensor | None:
    """Return the latents of which these are the VAE's codes. Usually the last step's; inpainting and callbacks may put others in their place."""
    if last is None or codes.shape != last.shape:  # packed
        return None
    expected, tolerance = unscale(last, vae), 8 * torch.finfo(last.dtype).eps
    if torch.allclose(expected.to(codes.dtype), codes, rtol=tolerance, atol=tolerance):
        return last.clone()
    return rescale(codes.detach(), vae).clone()


def pictures_of(result: Any) -> tuple[Image.Image, ...]:
    """Return what a pipeline's post-processing returned, as pictures of our own; of videos their frames, one after the other.

    Raises:
        RecordingError: Where it returned something else.
    """
    if isinstance(result, np.ndarray) and result.ndim >= 4:
        return tuple(to_pil(torch.from_numpy(result.reshape(-1, *result.shape[-3:])).movedim(-1, 1)))
    if isinstance(result, torch.Tensor) and result.ndim >= 4:
        return tuple(to_pil(result.reshape(-1, *result.shape[-3:])))
    if isinstance(result, list) and all(isinstance(each, list) for each in result):
        return tuple(picture for each in result for picture in pictures_of(each))
    if isinstance(result, list) and all(isinstance(each, Image.Image) for each in result):
        return tuple(picture.convert("RGB") for picture in result)  # convert copies
    raise RecordingError(
        say("the pipeline's post-processing gave {kind}, which can't be read as pictures", kind=type(result).__name__)
    )
