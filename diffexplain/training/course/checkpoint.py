"""Checkpoints: everything that is needed to go on as if nothing had happened, in one safetensors file.

A state is a tree as in `diffexplain.learn.trees`. Tensors go into the file as they are and the rest as JSON into its header, so that
loading runs no code. A digest tells damage apart from bad luck.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from diffexplain.errors import TrainingError
from diffexplain.learn import trees
from diffexplain.training.workspace import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_FORMAT = "diffexplain training checkpoint 1"


def write(path: Path, state: Mapping[str, Any]) -> None:
    """Write a state; a kill at any moment leaves the older checkpoint or this one."""
    tensors, rest = trees.split(state)
    tree = json.dumps(rest)
    kept = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    write_whole(path, save(kept, {"format": _FORMAT, "tree": tree, "digest": _digest(tree, kept)}))


def read(path: Path) -> dict[str, Any]:
    """Return the state, with its tensors on the CPU.

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
    state: dict[str, Any] = trees.join(tensors, json.loads(about["tree"]))
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
