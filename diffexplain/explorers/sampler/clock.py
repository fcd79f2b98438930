"""How long the network takes, measured at the network itself."""

from __future__ import annotations

import threading
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
def network_clock(denoiser: torch.nn.Module, *, any_thread: bool = False) -> Iterator[Clock]:
    """Times the calls of a network in this block; the network stays as it is.

    Args:
        denoiser: a unet or transformer of diffusers. On a GPU each call is waited for, or it would seem to take no time.
        any_thread: count calls of other threads, too: lanes that share no forward run on threads of their own.
    """
    clock, here, device = Clock(), threading.get_ident(), device_of(denoiser)
    begun = 0.0

    def now() -> float:
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        return time.perf_counter()

    def before(*_: Any) -> None:
        nonlocal begun
        if any_thread or threading.get_ident() == here:
            begun = now()

    def after(*_: Any) -> None:
        if any_thread or threading.get_ident() == here:
            clock.seconds += now() - begun

    hooks = [denoiser.register_forward_pre_hook(before), denoiser.register_forward_hook(after)]
    try:
        yield clock
    finally:
        for hook in hooks:
            hook.remove()
