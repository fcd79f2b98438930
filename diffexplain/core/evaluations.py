"""How often a denoiser was really asked: calls times rows of the batch, counted at the network itself."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import torch


@dataclass
class Evaluations:
    """What has been counted so far.

    Attributes:
        calls: of the network.
        rows: evaluations: each row of a batch is one. Guidance asks twice a picture and step, in one call of two rows.
    """

    calls: int = 0
    rows: int = 0


@contextmanager
def counted(denoiser: torch.nn.Module, on_call: Callable[[Evaluations], None] | None = None) -> Iterator[Evaluations]:
    """Count the evaluations of a network in this block, on this thread; the network stays as it is.

    Args:
        denoiser: a unet or transformer of diffusers.
        on_call: called after each call has been counted, before the network computes; what it raises leaves the pipeline.
    """
    count, thread = Evaluations(), threading.get_ident()

    def before(_: Any, args: tuple[Any, ...], kwargs: dict[str, Any] | None = None) -> None:
        if kwargs is None or threading.get_ident() != thread:
            return
        given: torch.Tensor = args[0] if args else kwargs["sample" if "sample" in kwargs else "hidden_states"]
        count.calls += 1
        count.rows += len(given)
        if on_call is not None:
            on_call(count)

    hook = denoiser.register_forward_pre_hook(before, with_kwargs=True)
    try:
        yield count
    finally:
        hook.remove()
