"""What a network's call costs, counted without computing it: in multiplications with an addition, the same on every machine."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils.flop_counter import FlopCounterMode

from diffexplain.core.twins import stand_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from diffexplain.core.lanes.calls import LaneCall

AnyCall = tuple[tuple[Any, ...], dict[str, Any]]


def multiply_adds(run: Callable[[], Any]) -> tuple[int, Any]:
    """Count the multiply-adds of what `run` does: convolutions, matrix products and attention.

    Its tensors have shapes and no numbers, so that a call takes neither the time nor the memory that it would; counted by torch,
    which takes a multiplication and an addition for two.

    Returns:
        How many, and what `run` gave: tensors without numbers.
    """
    with torch.no_grad(), FakeTensorMode(allow_non_fake_inputs=True), FlopCounterMode(display=False) as counter:
        result = run()
    return int(counter.get_total_flops()) // 2, result


def first_call(call: LaneCall, name: str) -> AnyCall:
    """Return what a pipeline's call gives its denoiser first; the call ends there, before the denoiser computes.

    Args:
        call: Of a pipeline of one's own.
        name: Of the denoiser in it: "unet" or "transformer".
    """
    seen: list[AnyCall] = []

    def at_denoiser(*given: Any, **named: Any) -> None:
        seen.append((given, named))
        raise _FirstCallError

    network = getattr(call.pipeline, name)
    setattr(call.pipeline, name, stand_in(network, at_denoiser))
    try:
        with suppress(_FirstCallError):
            call()
    finally:
        setattr(call.pipeline, name, network)
    (first,) = seen
    return first


class _FirstCallError(Exception):
    """The pipeline has got to its denoiser."""
