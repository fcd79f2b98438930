"""What is learned with `diffexplain.learn` as a session of an explorer: saved and restored whole, and set back where it breaks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from diffexplain.explorers.learning_messages import Diverged
from diffexplain.live.live_session import LiveSession

if TYPE_CHECKING:
    from collections.abc import Mapping

    import torch

    from diffexplain.learn.session import Session

MUCH = 100.0  # of a loss: predicting nothing at all costs about 1
FAR = 1e4  # of a weight: trained ones stay within some tens
OFTEN = 10  # looks before they come half as often
_NOW, _GOOD = "now/", "good/"


def is_due(updates: int, every: int) -> bool:
    """Return whether it is time for a look: every so many updates at first, when much changes, and half as often after ten looks."""
    return updates % (every if updates <= OFTEN * every else 2 * every) == 0


class Learner(LiveSession):
    """A session that trains.

    Attributes:
        state: all that changes.
        breaks: how often it was set back.
        kept: after how many updates the weights were that `set_back` brings back.
        most: a loss above this says that training has left all bounds.
        rate: learning rate of the next update.
    """

    def __init__(self, state: Session) -> None:
        self.state = state
        self.breaks = 0
        self.kept = 0
        self.most = MUCH
        self.rate = 0.0
        self._good = state.tensors(), state.facts()

    def mark(self) -> None:
        """Keep the present state as one to come back to."""
        self.kept, self._good = self.updates, (self.state.tensors(), self.state.facts())

    def set_back(self) -> None:
        """Go back to the state that was kept last. `updates` goes on counting."""
        self.state.load(*self._good)
        self.breaks += 1

    def is_sound(self) -> bool:
        """Return whether the weights are such as training leads to.

        A learning rate far too high shows in them at once, in a loss only with the next update: a state to come back to must be looked at.
        """
        return all(bool((each.detach().abs() <= FAR).all()) for each in self.state.network.parameters())  # a NaN is not

    def is_broken(self, loss: float) -> bool:
        """Return whether a loss says that training has left all bounds."""
        return not abs(loss) <= self.most  # a number that is none is not

    def diverged(self, loss: float) -> Diverged:
        """Go back, ask for a pause, and return what there is to say of it."""
        said = Diverged(self.breaks, self.updates, self.kept, self.rate, loss if math.isfinite(loss) else None)
        self.set_back()
        self.halted = True
        return said

    def tensors(self) -> dict[str, torch.Tensor]:
        """See `LiveSession`."""
        both = ((_NOW, self.state.tensors()), (_GOOD, self._good[0]))
        return {f"{part}{name}": value for part, tensors in both for name, value in tensors.items()}

    def facts(self) -> dict[str, Any]:
        """See `LiveSession`."""
        return {"now": self.state.facts(), "good": self._good[1], "kept": self.kept, "breaks": self.breaks, "most": self.most}

    def restore(self, tensors: Mapping[str, torch.Tensor], facts: Mapping[str, Any]) -> None:
        """See `LiveSession`."""
        now, good = (
            {name.removeprefix(part): value for name, value in tensors.items() if name.startswith(part)}
            for part in (_NOW, _GOOD)
        )
        self.state.load(now, facts.get("now", {}))
        self._good = good, facts.get("good", {})
        self.kept, self.breaks, self.most = int(facts["kept"]), int(facts["breaks"]), float(facts["most"])
