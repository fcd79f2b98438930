"""Which device and which number format a pipeline runs in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from diffexplain.errors import ModelError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Iterable

DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}


def available_devices() -> tuple[str, ...]:
    """Return the kinds of device this machine has, the fastest first: any of cuda and mps, and always cpu."""
    kinds = [("cuda", torch.cuda.is_available()), ("mps", torch.backends.mps.is_available()), ("cpu", True)]
    return tuple(kind for kind, there in kinds if there)


def best_device() -> torch.device:
    """Return the fastest device of this machine: cuda, else mps, else cpu."""
    return torch.device(available_devices()[0])


def default_dtype(device: torch.device | str) -> torch.dtype:
    """Return the number format to use when nobody asked for one: float16 on a GPU, float32 on a CPU.

    A CPU computes in half precision more slowly than in single. On a GPU float16 is what Stable Diffusion and its kin are
    published in; large flow transformers (Flux, Stable Diffusion 3) were trained in bfloat16, and ``dtype="bfloat16"`` is the
    better choice there.
    """
    return torch.float32 if torch.device(device).type == "cpu" else torch.float16


def choose_device(device: torch.device | str | None) -> torch.device:
    """Return the device asked for, or the best one if none was.

    Raises:
        ModelError: the name is no device we know, or this machine lacks that device.
    """
    if device is None:
        return best_device()
    here = available_devices()
    try:
        chosen = torch.device(device)
    except (RuntimeError, TypeError, ValueError):
        raise ModelError(say("{device!r} is no device. {choice}", device=device, choice=_choice(here))) from None
    if chosen.type not in here:
        missing = say("PyTorch finds no such device on this machine")
        reason = missing if chosen.type in {"cuda", "mps"} else say("it is not supported")
        raise ModelError(
            say("Device {device!r} can't be used: {reason}. {choice}", device=str(device), reason=reason, choice=_choice(here))
        )
    count = torch.cuda.device_count() if chosen.type == "cuda" else 1
    if chosen.index is not None and chosen.index >= count:
        raise ModelError(
            say(
                "Device {device!r} can't be used: there are {count} of kind {type}, counted from 0.",
                device=str(device),
                count=count,
                type=chosen.type,
            )
        )
    return chosen


def choose_dtype(dtype: torch.dtype | str | None, device: torch.device) -> torch.dtype:
    """Return the number format asked for, or the default of the device if none was.

    Raises:
        ModelError: the format is none of float32, float16, bfloat16.
    """
    if dtype is None:
        return default_dtype(device)
    name = str(dtype).removeprefix("torch.")
    if name not in DTYPES:
        raise ModelError(
            say(
                "{dtype!r} is no number format that a pipeline can run in. Use {listed}, or the same as a torch.dtype.",
                dtype=dtype,
                listed=_listed(DTYPES),
            )
        )
    return DTYPES[name]


def _choice(here: tuple[str, ...]) -> str:
    return say("This machine has {devices}; leave `device` out for the best.", devices=_listed(here))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)
