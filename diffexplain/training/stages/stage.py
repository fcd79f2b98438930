"""A stage: what is particular to the training of one network."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

import torch

from diffexplain.learn import Session, rates
from diffexplain.learn.optimizers import adamw
from diffexplain.training.networks import configs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from diffexplain.learn import Update
    from diffexplain.learn.optimizers import Optimizers
    from diffexplain.training.settings import Course, Settings
    from diffexplain.training.workspace import Workspace


class Stage(ABC):
    """What is particular to the training of one network.

    Attributes:
        name: of the stage and its folder.
        workspace: where it works.
        settings: how much of everything.
        device: where it computes.
        part: which part of the network is trained: "all" or the name of one.
        parts: that there are; the first can be trained on without making anew what was trained on this network.
    """

    name: ClassVar[str]
    parts: ClassVar[tuple[str, ...]] = ("all",)

    def __init__(self, workspace: Workspace, settings: Settings, device: torch.device, part: str = "all") -> None:
        self.workspace, self.settings, self.device, self.part = workspace, settings, device, part

    @property
    def course(self) -> Course:
        """How long and how fast."""
        course: Course = getattr(self.settings, self.name)
        return course

    @property
    def mark(self) -> str:
        """What a checkpoint has to agree in."""
        return f"{self.name}, {self.settings.name}, {self.part}"

    @abstractmethod
    def fresh(self) -> Any:
        """Build the network with random weights."""

    @abstractmethod
    def load(self, folder: Path) -> Any:
        """Load the network of a folder, in float32 on the device."""

    @abstractmethod
    def loop(self, session: Session, **options: Any) -> Iterator[Update]:
        """Train over endless batches."""

    @abstractmethod
    def held_out(self, network: Any) -> dict[str, float]:
        """Compute figures on pictures that are kept apart."""

    def prepare(self, report: Callable[[str], None]) -> None:  # noqa: B027, most need nothing
        """Make what the batches are taken from."""

    def finish(self, network: Any) -> None:  # noqa: B027, most have nothing to add
        """Set what follows from trained weights, before they are saved."""

    def save(self, network: Any, folder: Path) -> None:
        """Write the network as its library does."""
        network.save_pretrained(folder)
        configs.clean(folder)

    def optimizers(self, network: Any) -> Optimizers:
        """Make optimizers over the parameters that are trained."""
        return adamw(network, self.course.rate)

    def trainable(self, network: Any) -> None:  # noqa: B027, most train all of it
        """Freeze what `part` leaves out."""

    def rate(self, progress: float) -> float:
        """Return the share of the full learning rate, 0 to 1."""
        return rates.cosine(progress, 0.01)

    def session(self, network: Any) -> Session:
        """Begin a session with this network."""
        network = network.to(self.device, memory_format=torch.channels_last).train()
        self.trainable(network)
        return Session(network, self.optimizers(network), limit=self.settings.average, device=self.device)
