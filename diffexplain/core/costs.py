"""What a network's call costs, counted without computing it: in multiplications with an addition, the same on every machine."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch.utils._pytree import tree_map_only
from torch.utils.flop_counter import FlopCounterMode

from diffexplain.core.twins import stand_in, twin
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from diffexplain.core.lanes.calls import LaneCall

Given = tuple[tuple[Any, ...], dict[str, Any]]
_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_forward_hooks_with_kwargs", "_forward_pre_hooks_with_kwargs")


@dataclass(frozen=True)
class Counted:
    """What a network's call costs.

    Attributes:
        multiply_adds: Multiplications with an addition each, of the whole call.
        by_module: The same of each module that was called, with all that is in it, by its name in the network ("" is the whole).
            Names are those of a call of ``forward``.
        output: What the call gives: tensors without numbers.
    """

    multiply_adds: int
    by_module: Mapping[str, int]
    output: Any


def multiply_adds(network: torch.nn.Module, *given: Any, method: str = "forward", **named: Any) -> tuple[int, Any]:
    """Count the multiply-adds of a network's call: convolutions, matrix products and attention.

    Args:
        network: Stays as it is.
        *given: What it is called with: of its tensors only the shapes count.
        method: Which of its methods is called.
        **named: What it is called with by name.

    Returns:
        How many, a multiplication with an addition being one, and what the call gives: tensors without numbers.

    Raises:
        ValueError: For a network that can't be taken apart, as one that was scripted.
    """
    call = counted(without_numbers(network), given, named, method)
    return call.multiply_adds, call.output


def counted(network: torch.nn.Module, given: tuple[Any, ...], named: Mapping[str, Any], method: str = "forward") -> Counted:
    """Call a network without numbers, and count what that costs.

    The call takes neither the time nor the memory that it would, and attention is counted, which torch does not count where a CPU
    computes it in one piece.

    Args:
        network: Of `without_numbers`; hooks that were put on it since are called.
        given: What it is called with: of its tensors only the shapes count.
        named: What it is called with by name.
        method: Which of its methods is called.
    """
    given, named = shapes_of((given, dict(named)))
    call = network if method == "forward" else getattr(network, method)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        output = call(*given, **named)
    counts = {name: sum(count.values()) // 2 for name, count in counter.get_flop_counts().items()}
    root = type(network).__name__
    by_module = {name.removeprefix(root).removeprefix("."): count for name, count in counts.items() if name != "Global"}
    return Counted(counts.get("Global", 0), by_module, output)


def without_numbers(network: torch.nn.Module) -> torch.nn.Module:
    """Return a network in shells of one's own whose weights have a shape and no numbers, without anybody's hooks.

    Raises:
        ValueError: For a network that can't be taken apart, as one that was scripted.
    """
    network = getattr(network, "_orig_mod", network)
    made = twin(network)
    if made is network:
        raise ValueError(say("a {kind} whose code is bound to it can't be counted", kind=type(network).__name__))
    for module in made.modules():  # a twin's tables of weights are those of the network: it gets some of its own
        own = vars(module)
        parameters = {
            name: each if each is None else torch.nn.Parameter(_shape_of(each), requires_grad=False)
            for name, each in module._parameters.items()
        }
        buffers = {name: each if each is None else _shape_of(each) for name, each in module._buffers.items()}
        own.update({"_parameters": parameters, "_buffers": buffers}, **{name: OrderedDict() for name in _HOOKS})
        if hasattr(module, "_hf_hook"):  # accelerate's, which moves weights about
            own.pop("forward", None)
    return made


def shapes_of(arguments: Any) -> Any:
    """Return the arguments of a call with the shapes of their tensors alone, to be kept."""
    return tree_map_only(torch.Tensor, _shape_of, arguments)


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


def _shape_of(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.detach().to("meta")
