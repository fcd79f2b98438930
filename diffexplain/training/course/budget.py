"""How long a network is trained."""

from __future__ import annotations

from dataclasses import dataclass


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
        """Return how far along this budget training is, 0 to 1."""
        if self.samples is not None:
            return min(1.0, (samples - self.from_samples) / max(1, self.samples - self.from_samples))
        assert self.seconds is not None
        return min(1.0, (seconds - self.from_seconds) / max(1e-9, self.seconds - self.from_seconds))
