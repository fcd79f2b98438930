"""What is learned: a training set, pictures that are kept out of it, and a network for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from diffusers import DDIMScheduler

from diffexplain.explorers.learnable import drawn_from
from diffexplain.explorers.training.request import PREDICTIONS
from diffexplain.learn.small import PointNetwork, SmallUNet

if TYPE_CHECKING:
    from diffexplain.explorers.training.request import TrainingRequest

TIMESTEPS = 1000
HELD = 64  # pictures or points that are never trained on
_UNITS = 4  # of a layer for points, for each channel of the first level for pictures


@dataclass(frozen=True, eq=False)
class Subject:
    """All that a session begins with.

    Attributes:
        train: (n, C, h, w), about -1 to 1.
        held: (HELD, C, h, w), of the same kind and none of them in `train`.
        network: as it begins: (N, C, h, w) and (N,) timesteps to (N, C, h, w).
        scheduler: the levels, and what is predicted.
    """

    train: torch.Tensor
    held: torch.Tensor
    network: torch.nn.Module
    scheduler: Any


def subject_of(request: TrainingRequest) -> Subject:
    """Make a subject; the same for the same request."""
    pictures = request.data == "pictures"
    train, held = (
        drawn_from(request.data, request.count, 2 * request.seed),
        drawn_from(request.data, HELD, 2 * request.seed + 1),
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(request.seed % 2**63)
        network = SmallUNet(3, request.width) if pictures else PointNetwork(_UNITS * request.width, TIMESTEPS)
    scheduler = DDIMScheduler(
        TIMESTEPS,
        beta_schedule="squaredcos_cap_v2",
        prediction_type=PREDICTIONS[request.predicts],
        clip_sample=pictures,  # a picture's colours end at -1 and 1
    )
    return Subject(train, held, network, scheduler)
