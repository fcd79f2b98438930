"""The state of training one network, and a stage: what is particular to each network."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import torch

from diffexplain.learn import rates
from diffexplain.learn.averaging import Average
from diffexplain.learn.optimizers import adamw
from diffexplain.training import configs
from diffexplain.training.errors import TrainingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from diffexplain.learn.descent import Progress
    from diffexplain.learn.optimizers import Optimizers
    from diffexplain.training.settings import Course, Settings
    from diffexplain.training.workspace import Workspace


@dataclass(frozen=True)
class Budget:
    """How long to train: up to a number of samples, or for so many seconds of training.

    Attributes:
        samples: seen in all at the end; None where time decides.
        seconds: spent in all at the end; None where samples decide.
        from_samples: seen at the beginning of this budget.
        from_seconds: spent at the beginning of this budget.
    """

    samples: int | None
    seconds: float | None
    from_samples: int = 0
    from_seconds: float = 0.0

    def share(self, samples: int, seconds: float) -> float:
        """How far along this budget, 0 to 1."""
        if self.samples is not None:
            return min(1.0, (samples - self.from_samples) / max(1, self.samples - self.from_samples))
        assert self.seconds is not None
        return min(1.0, (seconds - self.from_seconds) / max(1e-9, self.seconds - self.from_seconds))


class Session:
    """All that changes while a network is trained: what a checkpoint holds.

    Attributes:
        network: in training mode, on the device.
        optimizers: over its parameters.
        average: of its weights.
        draw: numpy's generator, which chooses the samples.
        noise: torch's generator, on the device.
        dtype: of mixed precision; None before it is chosen.
        samples: seen so far.
        seconds: spent in updates so far.
    """

    def __init__(self, network: Any, optimizers: Optimizers, *, limit: float, device: torch.device, seed: int = 0) -> None:
        self.network = network
        self.optimizers = optimizers
        self.average = Average(network, limit)
        self.draw = np.random.default_rng(seed)
        self.noise = torch.Generator(device).manual_seed(seed)
        self.dtype: torch.dtype | None = None
        self.samples = 0
        self.seconds = 0.0

    def state(self, budget: Budget, mark: str) -> dict[str, Any]:
        """Everything, with the budget that is being worked off and a mark of what is trained how."""
        return {
            "mark": mark,
            "budget": vars(budget),
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizers": self.optimizers.state_dict(),
            "draw": self.draw.bit_generator.state,
            "noise": self.noise.get_state(),
            "dtype": None if self.dtype is None else str(self.dtype).removeprefix("torch."),
            "device": self.noise.device.type,
            "samples": self.samples,
            "seconds": self.seconds,
        }

    def restore(self, state: dict[str, Any], mark: str) -> None:
        """Go on from a state.

        Raises:
            TrainingError: it is of another network or was made with other settings.
        """
        if state["mark"] != mark:
            raise TrainingError(
                f"The checkpoint was made with other settings ({state['mark']}; now {mark}). Use those, or move it away."
            )
        try:
            self.network.load_state_dict(state["network"])
            self.average.load_state_dict(state["average"])
            self.optimizers.load_state_dict(state["optimizers"])
        except (RuntimeError, ValueError) as error:
            raise TrainingError(f"The checkpoint does not fit this network; move it away. {error}") from error
        self.draw.bit_generator.state = state["draw"]
        if state["device"] == self.noise.device.type:  # generators of different devices have states of their own
            self.noise.set_state(state["noise"])
            self.dtype = None if state["dtype"] is None else getattr(torch, state["dtype"])
        self.samples, self.seconds = state["samples"], state["seconds"]


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
    higher_is_better: ClassVar[dict[str, bool]] = {}

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
        """The network with random weights."""

    @abstractmethod
    def load(self, folder: Path) -> Any:
        """The network of a folder, in float32 on the device."""

    @abstractmethod
    def loop(self, session: Session, **options: Any) -> Iterator[Progress]:
        """The training loop over endless batches."""

    @abstractmethod
    def held_out(self, network: Any) -> dict[str, float]:
        """Figures on pictures that are kept apart."""

    def prepare(self, tell: Callable[[str], None]) -> None:  # noqa: B027, most need nothing
        """Make what the batches are taken from."""

    def finish(self, network: Any) -> None:  # noqa: B027, most have nothing to add
        """Set what follows from trained weights, before they are saved."""

    def save(self, network: Any, folder: Path) -> None:
        """Write the network as its library does."""
        network.save_pretrained(folder)
        configs.clean(folder)

    def optimizers(self, network: Any) -> Optimizers:
        """Over the parameters that are trained."""
        return adamw(network, self.course.rate)

    def trainable(self, network: Any) -> None:  # noqa: B027, most train all of it
        """Freeze what `part` leaves out."""

    def rate(self, progress: float) -> float:
        """Share of the full learning rate."""
        return rates.cosine(progress, 0.01)

    def session(self, network: Any) -> Session:
        """A session that begins with this network."""
        network = network.to(self.device, memory_format=torch.channels_last).train()
        self.trainable(network)
        return Session(network, self.optimizers(network), limit=self.settings.average, device=self.device)
