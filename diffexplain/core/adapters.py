"""LoRA weights that differ from lane to lane, in one forward.

A LoRA layer adds ``scaling * B(A(x))`` to what its base layer gives. The scaling may as well be a column with one number for
each row of the batch: then every row has a weight of its own, and a row with 0 is the base model to the bit.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.errors import LaneError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Weights = float | Mapping[str, float] | None

_PARTS = ("unet", "transformer", "text_encoder", "text_encoder_2")


def require_adapters(pipe: Any, weights: Weights) -> None:
    """Refuse weights for adapters that a pipeline does not have.

    Raises:
        LaneError: Where there are none at all, or none of a name.
    """
    if weights is None:
        return
    layers = [layer for part in _PARTS for layer in _layers(getattr(pipe, part, None))]
    known = {name for layer in layers for name in layer.lora_A}
    if not layers:
        raise LaneError(say("a lane has a lora weight, but no LoRA is loaded; call pipe.load_lora_weights(...) first"))
    if any(layer.merged for layer in layers):
        raise LaneError(
            say("the LoRA is fused into the weights and has no weight of its own any more; call pipe.unfuse_lora()")
        )
    for name in weights if isinstance(weights, Mapping) else ():
        if name not in known:
            raise LaneError(
                say("no LoRA adapter is called {name!r}; there is {known}", name=name, known=", ".join(sorted(known)))
            )


def in_force(network: Any) -> dict[str, float]:
    """Return the weight of each adapter that is active in a network."""
    weights: dict[str, float] = {}
    for layer in _layers(network):
        if not layer.disable_adapters:
            weights |= {name: layer.scaling[name] / _unit(layer, name) for name in _active(layer)}
    return weights


def activate(network: Any, names: Sequence[str]) -> None:
    """Let adapters work together in a network, where it has them; what is trained stays as it is."""
    for layer in _layers(network):
        layer._active_adapter = [name for name in names if name in layer.lora_A]
        layer._disable_adapters = False


@contextmanager
def weighted(pipe: Any, weights: Weights) -> Iterator[None]:
    """Give the LoRA adapters of all networks of a pipeline these weights in this block."""
    layers = [] if weights is None else [layer for part in _PARTS for layer in _layers(getattr(pipe, part, None))]
    with _restored(layers):
        for layer in layers:
            scalings = _scalings(layer, weights)
            _switch_on(layer, scalings)
        yield


@contextmanager
def weighted_by_row(model: torch.nn.Module, rows: Sequence[Weights]) -> Iterator[None]:
    """Give each row of a batch through the model LoRA weights of its own in this block, None for those in force."""
    layers = [] if all(weights is None for weights in rows) else _layers(model)
    hooks = []
    with _restored(layers):
        try:
            for layer in layers:
                by_row = [_scalings(layer, weights) for weights in rows]
                columns = {
                    name: torch.tensor([scalings.get(name, 0.0) for scalings in by_row])  # (rows,)
                    for name in layer.lora_A
                    if any(scalings.get(name) for scalings in by_row)
                }
                _switch_on(layer, columns)
                hooks.append(layer.register_forward_pre_hook(_shaper(columns)))
            yield
        finally:
            for hook in hooks:
                hook.remove()


def _layers(model: Any) -> list[Any]:
    if "peft" not in sys.modules or not isinstance(model, torch.nn.Module):  # without peft there is no LoRA
        return []
    from peft.tuners.lora import LoraLayer

    return [module for module in model.modules() if isinstance(module, LoraLayer)]


def _scalings(layer: Any, weights: Weights) -> dict[str, float]:
    """Return the factor of each adapter in a layer; one that is not named has none."""
    if weights is None:
        return {} if layer.disable_adapters else {name: layer.scaling[name] for name in _active(layer)}
    named = weights if isinstance(weights, Mapping) else dict.fromkeys(_active(layer), weights)
    return {name: float(weight) * _unit(layer, name) for name, weight in named.items() if name in layer.lora_A}


def _active(layer: Any) -> list[str]:
    return [name for name in layer.active_adapters if name in layer.lora_A]


def _unit(layer: Any, name: str) -> float:
    """Return the factor at weight 1 (peft's ``set_scale``)."""
    rank = layer.r[name]
    return float(layer.lora_alpha[name]) / (math.sqrt(rank) if layer.use_rslora.get(name) else rank)


def _switch_on(layer: Any, scalings: Mapping[str, Any]) -> None:
    layer._active_adapter = list(scalings)  # set_adapter would also decide what is trained
    layer._disable_adapters = False
    layer.scaling = {**layer.scaling, **scalings}


def _shaper(columns: Mapping[str, torch.Tensor]) -> Any:
    def shape(layer: Any, args: tuple[torch.Tensor, ...]) -> None:
        x = args[0]  # (rows, ...)
        for name, column in columns.items():
            layer.scaling[name] = column.to(x.device, x.dtype).view(-1, *[1] * (x.ndim - 1))

    return shape


@contextmanager
def _restored(layers: list[Any]) -> Iterator[None]:
    before = [(layer, layer.scaling, layer._active_adapter, layer._disable_adapters) for layer in layers]
    try:
        yield
    finally:
        for layer, scaling, active, disabled in before:
            layer.scaling, layer._active_adapter, layer._disable_adapters = scaling, active, disabled
