"""Stage "judge": a classifier that is trained apart, on scenes alone, and says what a picture shows.

It says whether one or two things stand there and how they are arranged, names them, each through a window of its own
(`diffexplain.training.networks.judge`), and the ground. Generated pictures come out of an autoencoder and are softer than scenes, so it
is trained on blurred and noisy ones too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

from diffexplain.learn.descent import Losses, descend
from diffexplain.learn.optimizers import Optimizers, muon_and_adamw
from diffexplain.training.data import scene_sets
from diffexplain.training.data.scene_sets import ARRANGEMENTS
from diffexplain.training.networks import judge
from diffexplain.training.networks.judge import TWO, Network, window
from diffexplain.training.networks.pixels import LOOKED_AT, pixels, reduced
from diffexplain.training.stages.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import numpy as np

    from diffexplain.learn import Session, Update


@dataclass(frozen=True, eq=False)
class Batch:
    """Pictures and what they show.

    Attributes:
        pixels: (N, 3, 64, 64) in -1 to 1.
        things: (N, 2) as in `diffexplain.training.data.scene_sets.Scenes`.
        arrangements: (N,)
        grounds: (N,)
    """

    pixels: torch.Tensor
    things: torch.Tensor
    arrangements: torch.Tensor
    grounds: torch.Tensor

    def __len__(self) -> int:
        return len(self.pixels)


class Judge(Stage):
    """Trained on the scenes of the even and the core set."""

    name = "judge"

    def fresh(self) -> Network:
        """Build four levels."""
        torch.manual_seed(0)
        return Network(self.settings.widths.judge)

    def load(self, folder: Path) -> Network:
        """Load it from its folder."""
        return judge.load(folder, self.device)

    def save(self, network: Any, folder: Path) -> None:
        """Write it as one safetensors file."""
        judge.save(network, folder)

    def optimizers(self, network: Any) -> Optimizers:
        """Make Muon for weight matrices, AdamW for the rest."""
        return muon_and_adamw(network, self.course.rate, factor=1.0, apart=("body.0", "heads"))

    def prepare(self, report: Callable[[str], None]) -> None:
        """Map the pictures."""
        sets = self.settings.sets
        self.sets = [scene_sets.make(self.workspace, name, sets[name], report) for name in self.settings.shares]
        self.apart = scene_sets.make(self.workspace, "held_out", sets["held_out"], report)

    def loop(self, session: Session, **options: Any) -> Iterator[Update]:
        """Train on random scenes, some of them blurred or noisy."""

        def batches() -> Iterator[Batch]:
            while True:
                scenes = self.sets[session.draw.integers(0, len(self.sets))]
                chosen = session.draw.integers(0, len(scenes), self.course.batch)
                batch = batch_of(scenes, chosen, self.device)
                yield replace(batch, pixels=worn(batch.pixels, session.noise))

        def cost(batch: Batch) -> Losses:
            return loss(session.network, batch)

        return descend(cost, batches(), session.optimizers, **options)

    def held_out(self, network: Any) -> dict[str, float]:
        """Compute the shares it gets right: what stands first and, of two, second; the ground; the arrangement."""
        verdict, two = judge.judge(network, self.apart.pictures), self.apart.things[:, 1] >= 0
        return {
            "first": float((verdict.first.argmax(1) == self.apart.things[:, 0]).mean()),
            "second": float((verdict.second.argmax(1) == self.apart.things[:, 1])[two].mean()),
            "ground": float((verdict.ground == self.apart.grounds).mean()),
            "arrangement": float((verdict.arrangement == self.apart.arrangements).mean()),
        }


def loss(network: Any, batch: Batch) -> Losses:
    """Sum the cross entropies of all heads, for a picture: a thing alone is named in the whole picture, things of two in their windows."""
    alone = batch.arrangements == ARRANGEMENTS.index("alone")
    windows, names = [batch.pixels], [batch.things[alone, 0]]
    for arrangement in TWO:
        fitting = batch.arrangements == arrangement
        for number in (0, 1):
            windows.append(window(batch.pixels[fitting], arrangement, number))
            names.append(batch.things[fitting, number])
    features = network(torch.cat(windows).contiguous(memory_format=torch.channels_last))
    whole = features[: len(batch)]
    looked_at = torch.cat([whole[alone], features[len(batch) :]])
    parts = {
        "thing": _cross_entropy(network.heads["thing"](looked_at), torch.cat(names), len(batch)),
        "arrangement": _cross_entropy(network.heads["arrangement"](whole), batch.arrangements, len(batch)),
        "ground": _cross_entropy(network.heads["ground"](whole), batch.grounds, len(batch)),
    }
    return Losses(torch.stack(list(parts.values())).sum(), parts)


def _cross_entropy(logits: torch.Tensor, wanted: torch.Tensor, pictures: int) -> torch.Tensor:
    """Return the cross entropy in all, by the number of pictures."""
    return functional.cross_entropy(logits.float(), wanted, reduction="sum") / pictures


def batch_of(scenes: scene_sets.Scenes, chosen: np.ndarray, device: torch.device) -> Batch:
    """Make the batch of these scenes."""
    labels = (scenes.things, scenes.arrangements, scenes.grounds)
    return Batch(
        pixels(reduced(scenes.pictures[chosen], LOOKED_AT), device),
        *(torch.from_numpy(one[chosen]).to(device) for one in labels),
    )


def worn(pixels: torch.Tensor, noise: torch.Generator) -> torch.Tensor:
    """Mix each picture with a blurred copy of itself, by a random share, with a little noise."""
    device = pixels.device
    share, strength = torch.rand(2, len(pixels), 1, 1, 1, generator=noise, device=device)
    blurred = functional.avg_pool2d(functional.pad(pixels, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    grain = torch.randn(pixels.shape, generator=noise, device=device)
    mixed: torch.Tensor = pixels.lerp(blurred, share) + 0.08 * strength.square() * grain
    return mixed
