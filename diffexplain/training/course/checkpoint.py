"""Checkpoints: everything that is needed to go on as if nothing had happened, in one safetensors file.

A state is a tree of dicts, lists, numbers, texts and tensors. Tensors go into the file as they are and the rest, with the places of
the tensors, as JSON into its header, so that loading runs no code. A digest tells damage apart from bad luck.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from diffexplain.training.errors import TrainingError
from diffexplain.training.workspace import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_FORMAT = "diffexplain training checkpoint 1"


def write(path: Path, state: Mapping[str, Any]) -> None:
    """Write a state; a kill at any moment leaves the older checkpoint or this one."""
    tensors: dict[str, torch.Tensor] = {}
    tree = json.dumps(_take_apart(state, tensors))
    kept = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    write_whole(path, save(kept, {"format": _FORMAT, "tree": tree, "digest": _digest(tree, kept)}))


def read(path: Path) -> dict[str, Any]:
    """The state, with its tensors on the CPU.

    Raises:
        TrainingError: the file is no checkpoint, or not the one that was written.
    """
    try:
        with safe_open(path, "pt") as file:
            about = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118, it is no dict
    except (SafetensorError, OSError) as error:
        raise _damaged(path, str(error)) from error
    if about.get("format") != _FORMAT:
        raise _damaged(path, "it was not written by this version of diffexplain.training")
    if about.get("digest") != _digest(about["tree"], tensors):
        raise _damaged(path, "its content does not fit its digest")
    state: dict[str, Any] = _put_together(json.loads(about["tree"]), tensors)
    return state


def _damaged(path: Path, reason: str) -> TrainingError:
    return TrainingError(
        f"The checkpoint {path} can't be read: {reason}. Move it away to begin this stage anew, or put a copy of it back."
    )


def _digest(tree: str, tensors: Mapping[str, torch.Tensor]) -> str:
    digest = hashlib.sha256(tree.encode())
    for name, tensor in sorted(tensors.items()):
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def _take_apart(value: Any, tensors: dict[str, torch.Tensor]) -> Any:
    """JSON of a tree. Dicts become lists of pairs, since an optimizer's keys are numbers."""
    if isinstance(value, torch.Tensor):
        name = str(len(tensors))
        tensors[name] = value
        return {"tensor": name}
    if isinstance(value, dict):
        return {"pairs": [[key, _take_apart(inner, tensors)] for key, inner in value.items()]}
    if isinstance(value, (list, tuple)):
        return [_take_apart(inner, tensors) for inner in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"a checkpoint can't hold a {type(value).__name__}")


def _put_together(value: Any, tensors: Mapping[str, torch.Tensor]) -> Any:
    if isinstance(value, list):
        return [_put_together(inner, tensors) for inner in value]
    if isinstance(value, dict):
        if "tensor" in value:
            return tensors[value["tensor"]]
        return {key: _put_together(inner, tensors) for key, inner in value["pairs"]}
    return value
