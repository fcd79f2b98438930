"""What a pipeline's arguments and results say of a run: its prompt, its seed, its plan, its last latents and its pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from PIL import Image

from diffexplain.core.preview import rescale, to_pil, unscale


def text_of(prompt: Any) -> str | tuple[str, ...] | None:
    """A prompt, or several of them."""
    return tuple(prompt) if isinstance(prompt, list) else prompt


def seed_of(generator: Any) -> int | tuple[int, ...] | None:
    """The seed of a generator, None for one that was drawn from before: its seed would not make this picture again."""
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
    """The timesteps from the first one on: image-to-image starts in the middle of what the scheduler has planned."""
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


def latents_of(codes: torch.Tensor, vae: Any, last: torch.Tensor | None) -> torch.Tensor | None:
    """The latents of which these are the VAE's codes. Usually the last step's; inpainting and callbacks may put others in their place."""
    if last is None or codes.shape != last.shape:  # packed
        return None
    expected, tolerance = unscale(last, vae), 8 * torch.finfo(last.dtype).eps
    if torch.allclose(expected.to(codes.dtype), codes, rtol=tolerance, atol=tolerance):
        return last.clone()
    return rescale(codes.detach(), vae).clone()


def pictures_of(result: Any) -> tuple[Image.Image, ...]:
    """What a pipeline's post-processing returned, as pictures of our own."""
    if isinstance(result, np.ndarray) and result.ndim == 4:
        return tuple(to_pil(torch.from_numpy(result).movedim(-1, 1)))
    if isinstance(result, torch.Tensor) and result.ndim == 4:
        return tuple(to_pil(result))
    if isinstance(result, list):
        return tuple(picture.convert("RGB") for picture in result if isinstance(picture, Image.Image))  # convert copies
    return ()
