"""Teach a denoiser more without touching it: all that learns stands in modules of one's own.

LoRA (Hu et al. 2021, "LoRA: Low-rank adaptation of large language models") adds to some layers a product of two small matrices, W x
becomes W x + B A x, and trains only those. The layers beneath lend their weights and are never written to, so it costs no second model.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import torch

from diffexplain.core.adapters import activate, in_force
from diffexplain.core.twins import twin
from diffexplain.errors import TrainingError
from diffexplain.i18n import say

Layers: TypeAlias = Literal["text", "attention", "all"]
LAYERS: dict[Layers, str] = {
    "text": r".*attn2\.(to_q|to_k|to_v|to_out\.0)",
    "attention": r".*attn[12]\.(to_q|to_k|to_v|to_out\.0)",
    "all": r".*(to_q|to_k|to_v|to_out\.0|proj_in|proj_out|ff\.net\.0\.proj|ff\.net\.2|conv1|conv2|conv_shortcut|time_emb_proj)",
}
"""Where LoRA goes: where the text is read, all attention, or convolutions, feed-forward layers and projections, too."""
ADAPTER = "taught"


@dataclass(frozen=True, eq=False)
class Pupil:
    """A denoiser that learns.

    Attributes:
        network: in modules of its own. What does not change of it is the given network's memory, and that is only read.
        changing: what is trained of it, and nothing else.
    """

    network: Any
    changing: Changing


class Changing(torch.nn.Module):
    """The parameters of a network that are trained: the very ones, by their names with colons for dots."""

    def __init__(self, network: torch.nn.Module) -> None:
        super().__init__()
        for name, parameter in network.named_parameters():
            if parameter.requires_grad:
                self.register_parameter(name.replace(".", ":"), parameter)


def with_lora(network: Any, rank: int, layers: Layers, seed: int) -> Pupil:
    """Return a denoiser with a LoRA that says nothing yet: its output is the given one's, with the LoRAs that are active in it.

    Args:
        network: of diffusers; it stays as it is.
        rank: of the product, 1 or more: A has so many rows, B so many columns.
        layers: where.
        seed: of the first A; the first B is zero.

    Raises:
        TrainingError: it was compiled, or has no such layers.
    """
    from peft import LoraConfig

    made = borrowed(network)
    others = in_force(made)
    with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        torch.manual_seed(seed)
        warnings.simplefilter("ignore")  # that there are other adapters is meant
        try:
            made.add_adapter(LoraConfig(r=rank, lora_alpha=rank, target_modules=LAYERS[layers]), ADAPTER)
        except ValueError as error:  # peft found nothing
            raise TrainingError(
                say("{kind} has no layers of the kind {layers!r}; choose others", kind=type(network).__name__, layers=layers)
            ) from error
    activate(made, [*others, ADAPTER])
    for name, parameter in made.named_parameters():
        parameter.requires_grad_(f".{ADAPTER}." in name)
        if parameter.requires_grad:
            parameter.data = parameter.data.float()  # what learns in half precision loses small steps
    return Pupil(made, Changing(made))


def with_all_weights(network: Any) -> Pupil:
    """Return a copy of a denoiser, in single precision, all of whose weights learn.

    Raises:
        TrainingError: it was compiled.
    """
    made = borrowed(network)
    for module in made.modules():
        for name, parameter in module._parameters.items():
            if parameter is not None:
                module._parameters[name] = torch.nn.Parameter(parameter.detach().float().clone())
        for name, buffer in module._buffers.items():
            if buffer is not None:
                module._buffers[name] = buffer.clone()
    return Pupil(made, Changing(made))


def borrowed(network: Any) -> Any:
    """Return a network in modules of its own, with parameters of its own in the same memory, none of which is trained.

    Whatever is added to it, or decided about its training, nobody else sees.

    Raises:
        TrainingError: it can't be had, because it was compiled.
    """
    made = twin(network)
    if made is network:
        raise TrainingError(say("{kind} was compiled and can't be taught; load it again without", kind=type(network).__name__))
    for module in made.modules():
        vars(module)["_parameters"] = {name: _frozen(parameter) for name, parameter in module._parameters.items()}
        vars(module)["_buffers"] = dict(module._buffers)
    return made


def lent(network: Any, weights: Changing) -> Any:
    """Return the same network with other weights where it changes: those of such a copy, which it follows.

    Args:
        network: of a `Pupil`.
        weights: a copy of its `changing`, for example an average.
    """
    made = twin(network)
    for module in made.modules():
        vars(module)["_parameters"] = dict(module._parameters)
    for name, parameter in weights.named_parameters():
        path, _, kind = name.replace(":", ".").rpartition(".")
        made.get_submodule(path)._parameters[kind] = parameter
    return made


def between(original: Any, pupil: Pupil, weights: Changing, share: float) -> Any:
    """Return a fully trained network so much of the way from what it was: 0 is the original, 1 what it became, 1.5 is beyond.

    A LoRA needs none of this: it has a weight of its own, see `diffexplain.core.lanes`.

    Args:
        original: the network that was copied.
        pupil: what became of the copy.
        weights: of the pupil.
        share: of the way.
    """
    made = lent(pupil.network, weights)
    for name, parameter in weights.named_parameters():
        path, _, kind = name.replace(":", ".").rpartition(".")
        begun = original.get_submodule(path)._parameters[kind].detach().float()
        made.get_submodule(path)._parameters[kind] = torch.nn.Parameter(torch.lerp(begun, parameter.detach(), share), False)
    return made


def _frozen(parameter: Any) -> Any:
    if type(parameter) is not torch.nn.Parameter:  # none, or of a kind that holds it in fewer bits
        return parameter
    return torch.nn.Parameter(parameter.detach(), requires_grad=False)
