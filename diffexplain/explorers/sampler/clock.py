"""How long the network takes, measured at the network itself."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.placement import device_of

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Clock:
    """Time spent in a network so far.

    Attributes:
        seconds: in all.
    """

    seconds: float = 0.0
    _told: float = 0.0

    def lap(self) -> float:
        """Seconds since the last lap."""
        before, self._told = self._told, self.seconds
        return self.seconds - before


@contextmanager
def network_clock(denoiser: torch.nn.Module) -> Iterator[Clock]:
    """Times the calls of a network in this block; the network stays as it is.

    Args:
        denoiser: a unet or transformer of diffusers that works for nobody else, see `own_pipeline`. On a GPU each call is waited for,
            or it would seem to take no time.
    """
    clock, device = Clock(), device_of(denoiser)
    begun = 0.0

    def now() -> float:
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        return time.perf_counter()

    def before(*_: Any) -> None:
        nonlocal begun
        begun = now()

    def after(*_: Any) -> None:
        clock.seconds += now() - begun

    hooks = [denoiser.register_forward_pre_hook(before), denoiser.register_forward_hook(after)]
    try:
        yield clock
    finally:
        for hook in hooks:
            hook.remove()
