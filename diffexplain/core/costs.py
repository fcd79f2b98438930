"""What a network's call costs, counted without computing it: in multiplications with an addition, the same on every machine."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import torch
from torch.utils._pytree import tree_map_only
from torch.utils.flop_counter import FlopCounterMode

from diffexplain.core.twins import stand_in, twin
from diffexplain.i18n import say

if TYPE_CHECKING:
    from diffexplain.core.lanes.calls import LaneCall

Given = tuple[tuple[Any, ...], dict[str, Any]]


def multiply_adds(network: torch.nn.Module, *given: Any, method: str = "forward", **named: Any) -> tuple[int, Any]:
    """Count the multiply-adds of a network's call: convolutions, matrix products and attention.

    The network and what it is given are put in place of tensors that have a shape and no numbers: the call takes neither the time
    nor the memory that it would, and attention is counted, which torch does not count where a CPU computes it in one piece.

    Args:
        network: Stays as it is.
        *given: What it is called with.
        method: Which of its methods is called.
        **named: What it is called with by name.

    Returns:
        How many, a multiplication with an addition being one, and what the call gives: tensors without numbers.

    Raises:
        ValueError: For a network that can't be taken apart, as one that was compiled.
    """
    shells = _without_numbers(network)
    given, named = tree_map_only(torch.Tensor, _shape_of, (given, named))
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        result = getattr(shells, method)(*given, **named)
    return int(counter.get_total_flops()) // 2, result


def first_call(call: LaneCall, name: str) -> Given:
    """Return what a pipeline's call gives its denoiser first; the call ends there, before the denoiser computes.

    Args:
        call: Of a pipeline of one's own.
        name: Of the denoiser in it: "unet" or "transformer".
    """
    seen: list[Given] = []

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


def _without_numbers(network: torch.nn.Module) -> torch.nn.Module:
    made = twin(network)
    if made is network:
        raise ValueError(say("a {kind} whose code is bound to it can't be counted", kind=type(network).__name__))
    for module in made.modules():  # a twin's tables of weights are those of the network: it gets some of its own
        parameters = {
            name: each if each is None else torch.nn.Parameter(_shape_of(each), requires_grad=False)
            for name, each in module._parameters.items()
        }
        buffers = {name: each if each is None else _shape_of(each) for name, each in module._buffers.items()}
        vars(module).update({"_parameters": parameters, "_buffers": buffers})
    return made


def _shape_of(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.detach().to("meta")
