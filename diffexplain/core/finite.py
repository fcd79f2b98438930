"""Numbers that are none: NaN and infinities, which half precision gives where it overflows, and which would be drawn as black."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.wrapping import wrapped
from diffexplain.errors import NotFiniteError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from diffexplain.i18n import Words


def is_finite(numbers: torch.Tensor) -> bool:
    """Return whether all are numbers: no NaN and no infinity."""
    return bool(numbers.isfinite().all())


def require_prediction(prediction: torch.Tensor, step: int) -> None:
    """Refuse a prediction that holds no numbers.

    Args:
        prediction: As the scheduler is given it, of any shape.
        step: Its index.

    Raises:
        NotFiniteError: With the step and the remedy.
    """
    if not is_finite(prediction):
        raise NotFiniteError(about_prediction(step, prediction.dtype))


def require_latents(latents: torch.Tensor) -> None:
    """Refuse latents that no picture can be made of.

    Raises:
        NotFiniteError: With the remedy.
    """
    if not is_finite(latents):
        raise NotFiniteError(
            say(
                "these latents hold NaN or infinity, so no picture can be made of them: a network gave such. Load the pipeline with "
                "dtype=torch.bfloat16, or torch.float32"
            )
        )


def require_picture(picture: torch.Tensor, dtype: torch.dtype) -> None:
    """Refuse what a VAE has decoded, or encoded, where it holds no numbers.

    Args:
        picture: As the VAE gave it.
        dtype: That it computes in.

    Raises:
        NotFiniteError: With the remedy.
    """
    if not is_finite(picture):
        raise NotFiniteError(about_vae(dtype))


def require_states(states: torch.Tensor) -> None:
    """Refuse what a text encoder has made of a sentence, where it holds no numbers.

    Args:
        states: As the encoder gave them, of any shape.

    Raises:
        NotFiniteError: With the remedy.
    """
    if not is_finite(states):
        raise NotFiniteError(
            say(
                "the text encoder gave NaN or infinity, in {dtype}. Half precision may overflow in it, or its weights may be damaged: load the "
                "pipeline anew, with dtype=torch.bfloat16 or torch.float32",
                dtype=_name(states.dtype),
            )
        )


def about_prediction(step: int, dtype: torch.dtype) -> Words:
    """Return what to say of a network that gave no numbers at a step."""
    name = _name(dtype)
    if dtype == torch.float16:
        return say(
            "at step {step} (counted from 0) the network gave NaN or infinity: half precision ({dtype}) overflows in it. Load the pipeline with "
            "dtype=torch.bfloat16, or torch.float32",
            step=step,
            dtype=name,
        )
    return say(
        "at step {step} (counted from 0) the network gave NaN or infinity, in {dtype}. Its weights may be damaged, or the guidance scale far too "
        "high: load the pipeline anew, take off LoRA weights, or lower the guidance scale",
        step=step,
        dtype=name,
    )


def about_vae(dtype: torch.dtype) -> Words:
    """Return what to say of a VAE that gave no numbers."""
    name = _name(dtype)
    if dtype == torch.float16:
        return say(
            "the VAE gave NaN or infinity: half precision ({dtype}) overflows in it. Load the pipeline with dtype=torch.bfloat16 "
            "or torch.float32; SDXL's VAE computes in float32 after pipe.vae.config.force_upcast = True",
            dtype=name,
        )
    return say(
        "the VAE gave NaN or infinity, in {dtype}. Its weights may be damaged: load the pipeline anew, or exchange pipe.vae",
        dtype=name,
    )


def why_black(predictions: Iterable[torch.Tensor], dtype: torch.dtype) -> Words:
    """Return why the final picture of a run holds no numbers: the first step whose prediction does not, else the VAE.

    Args:
        predictions: Of the run's steps, in order.
        dtype: That the VAE computes in.
    """
    first = next(((step, each.dtype) for step, each in enumerate(predictions) if not is_finite(each)), None)
    return about_vae(dtype) if first is None else about_prediction(*first)


@contextmanager
def required(pipe: Any) -> Iterator[None]:
    """Have a pipeline's run end with what to do where it comes to something that is no number, instead of drawing it black.

    Args:
        pipe: One of ours, with a scheduler of its own. Its image processor is the user's, too: only calls of this thread are looked at.

    Raises:
        NotFiniteError: Out of the run, at the first step that has such a prediction, or at its end for what the VAE gives.
    """
    taken, thread = 0, threading.get_ident()

    def around_step(run: Callable[[], Any], call: dict[str, Any], _: frozenset[str]) -> Any:
        nonlocal taken
        require_prediction(call["model_output"], taken)
        taken += 1
        return run()

    def around_decode(run: Callable[[], Any], call: dict[str, Any], _: frozenset[str]) -> Any:
        mine = threading.get_ident() == thread
        if mine and call.get("output_type") != "latent" and isinstance(call.get("image"), torch.Tensor):
            require_picture(call["image"], pipe.vae.dtype)
        return run()

    with wrapped(pipe.scheduler, {"step": around_step}), wrapped(_processor(pipe), {"postprocess": around_decode}):
        yield


def _processor(pipe: Any) -> Any:
    return getattr(pipe, "image_processor", None)


def _name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
