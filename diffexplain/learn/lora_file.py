"""LoRA as diffusers writes it: a file that `pipe.load_lora_weights` takes, and such files read for a network of one's own."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diffexplain.core.whole_file import room_for, write_whole
from diffexplain.errors import TrainingError
from diffexplain.i18n import say
from diffexplain.learn.lora import ADAPTER

if TYPE_CHECKING:
    from os import PathLike

    import torch

NAME = "pytorch_lora_weights.safetensors"
"""What diffusers looks for in a folder."""
_PART = "unet."


def write(network: Any, pipeline: Any, path: str | PathLike[str]) -> Path:
    """Write a network's LoRA so that the file appears whole or not at all; return its path.

    Args:
        network: with the adapter `ADAPTER`, its matrices as they stand.
        pipeline: of the class that is to load it.
        path: of a file, or of a folder, where it gets the name that diffusers looks for.

    Raises:
        DiskFullError: there is no room for it. What was there before still is.
        OSError: it can't be written for another reason.
    """
    from peft import get_peft_model_state_dict

    target = Path(path).expanduser()
    target = target / NAME if target.is_dir() or not target.suffix else target
    weights = {
        name: value.detach().to("cpu", copy=True).contiguous()
        for name, value in get_peft_model_state_dict(network, adapter_name=ADAPTER).items()
    }
    facts = network.peft_config[ADAPTER].to_dict()
    size = sum(value.nbytes for value in weights.values())
    with tempfile.TemporaryDirectory() as draft, room_for(Path(draft) / NAME, size):
        type(pipeline).save_lora_weights(draft, unet_lora_layers=weights, unet_lora_adapter_metadata=facts, weight_name=NAME)
        content = (Path(draft) / NAME).read_bytes()
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, content)
    return target


def read(network: Any, pipeline: Any, path: str | PathLike[str], name: str) -> None:
    """Add the LoRA of a file to a network, as an adapter of a name.

    Args:
        network: in modules of one's own, see `diffexplain.learn.lora.borrowed`.
        pipeline: of the class that would load it.
        path: of a file, or of a folder with one as diffusers writes it.
        name: of the adapter.

    Raises:
        TrainingError: it is no LoRA, or one of another model. The network is as it was.
    """
    file = Path(path).expanduser()
    file = file / NAME if file.is_dir() else file
    if not file.is_file():
        raise TrainingError(say("there is no LoRA file {path}; check the path", path=file))
    try:
        weights, alphas, facts = type(pipeline).lora_state_dict(
            str(file.parent), weight_name=file.name, return_lora_metadata=True, local_files_only=True, use_safetensors=True
        )
    except Exception as error:  # whatever diffusers and safetensors say of a file that is something else
        raise TrainingError(
            say("{path} can't be read as a LoRA ({reason}); give a safetensors file", path=file, reason=_line(error))
        ) from error
    _require_fitting(network, weights, file)
    before = dict(network.named_parameters())
    try:
        network.load_lora_adapter(weights, prefix="unet", network_alphas=alphas, metadata=facts, adapter_name=name)
    except Exception as error:  # whatever peft says
        raise TrainingError(_of_another(network, file, _line(error))) from error
    for key, parameter in network.named_parameters():
        if key not in before:
            parameter.requires_grad_(False)


def _require_fitting(network: Any, weights: dict[str, torch.Tensor], file: Path) -> None:
    """Refuse matrices for layers that the network does not have, or has in another size, before anything is added."""
    parts = {key: value for key, value in weights.items() if key.startswith(_PART) and value.ndim > 1}
    if not parts:
        raise TrainingError(say("{path} holds no LoRA of a U-Net; give a file that diffusers or save_lora() wrote", path=file))
    layers = dict(network.named_modules())
    for key, value in parts.items():
        layer_name, kind = _place(key)
        layer = layers.get(layer_name)
        layer = getattr(layer, "base_layer", layer)
        weight = getattr(layer, "weight", None)
        if weight is None:
            raise TrainingError(_of_another(network, file, say("there is no layer {layer} in it", layer=layer_name)))
        side = 1 if kind == "down" else 0
        if value.shape[side] != weight.shape[side]:
            reason = say(
                "its layer {layer} has {count} values, not {other}",
                layer=layer_name,
                count=weight.shape[side],
                other=value.shape[side],
            )
            raise TrainingError(_of_another(network, file, reason))


def _place(key: str) -> tuple[str, str]:
    """Return the layer that a matrix belongs to, and whether it leads down to the rank or up from it."""
    plain = key.removeprefix(_PART)
    for ending, kind in _ENDINGS.items():
        if plain.endswith(ending):
            return plain.removesuffix(ending), kind
    return plain, ""


_ENDINGS = {
    ".lora_A.weight": "down",
    ".lora_B.weight": "up",
    ".lora.down.weight": "down",
    ".lora.up.weight": "up",
    ".lora_down.weight": "down",
    ".lora_up.weight": "up",
}


def _of_another(network: Any, file: Path, reason: str) -> str:
    return say(
        "{path} is a LoRA of another model than this {kind}: {reason}. Give one that was trained for this model",
        path=file,
        kind=type(network).__name__,
        reason=reason,
    )


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
