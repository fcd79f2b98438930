"""The judge that the repository keeps, so that figures of different days and machines are said by one judge. It is in no wheel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import torch

from diffexplain.training.networks import judge
from diffexplain.training.workspace import replacing

if TYPE_CHECKING:
    from diffexplain.training.workspace import Workspace

FOLDER = Path(__file__).parents[3] / "judge"


def keep(workspace: Workspace, folder: Path = FOLDER) -> Path:
    """Write the judge of a workspace there, in half precision."""
    network = judge.load(workspace.require(workspace.weights("judge"), "judge"), torch.device("cpu"))
    with replacing(folder) as fresh:
        judge.save(network.half(), fresh)
    return folder


def copy_into(workspace: Workspace, folder: Path = FOLDER) -> bool:
    """Have a workspace use the one that is kept, unless it has its own or has begun one; say whether it does."""
    if not folder.exists() or workspace.weights("judge").exists() or workspace.checkpoint("judge").exists():
        return False
    with replacing(workspace.weights("judge")) as fresh:
        judge.save(judge.load(folder, torch.device("cpu")), fresh)
    return True
