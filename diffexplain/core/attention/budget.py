"""A byte budget that refuses before memory is filled: the first step's shapes say what the whole run would take."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from diffexplain.core.errors import AttentionError
from diffexplain.core.memory import readable
from diffexplain.i18n import say

if TYPE_CHECKING:
    from diffexplain.core.attention.options import Attention


class Budget:
    """What a run's attention may take, and what it takes.

    Attributes:
        each: Bytes of one step, as far as it has been seen.
        compact: Bytes that the compact record of one step would take.
        held: Bytes that are kept so far.
    """

    def __init__(self, options: Attention) -> None:
        self.options = options
        self.steps = 1  # that will be kept
        self.each = self.compact = self.held = 0
        self.heads = self.layers = 0
        self.first = True
        self.short = False

    def plan(self, steps: int) -> None:
        """How many steps the run will have."""
        wanted = self.options.steps
        self.steps = max(steps if wanted is None else sum(index < steps for index in wanted), 1)

    def room(self, size: int, heads: int) -> bool:
        """Whether so many bytes more can be kept, now and at every step to come."""
        if self.first:
            self.each += size
            self.heads, self.layers = max(self.heads, heads), self.layers + 1
        if self.each * self.steps > self.options.budget_bytes or self.held + size > self.options.budget_bytes:
            self.short = True
            return False
        self.held += size
        return True

    def require(self) -> None:
        """At the end of a denoiser's call: all its layers have said what they would take.

        Raises:
            AttentionError: Where it was too much.
        """
        if not self.short:
            return
        limit = self.options.budget_bytes
        asked = max(self.each * self.steps, self.held + 1)
        raise AttentionError(
            say(
                "attention of {layers} layers and {heads} heads at {steps} steps takes {asked}, and budget_bytes allows "
                "{limit}. What fits: {fits}. Nothing of it has been kept.",
                layers=self.layers,
                heads=self.heads,
                steps=self.steps,
                asked=readable(asked),
                limit=readable(limit),
                fits=self._fits(asked, limit),
            )
        )

    def _fits(self, asked: int, limit: int) -> str:
        fits: list[str] = []
        if self.options.full and self.compact * self.steps <= limit:
            fits.append(say("full=False, which takes {size}", size=readable(self.compact * self.steps)))
        heads = limit * self.heads // asked
        if self.options.full and 0 < heads < self.heads:
            fits.append(f"heads=range({heads})")
        steps = limit // self.each
        if 0 < steps < self.steps:
            fits.append(
                say(
                    "{count} of the steps, as in steps=range(0, {steps}, {stride})",
                    count=steps,
                    steps=self.steps,
                    stride=-(-self.steps // steps),
                )
            )
        fits.append(f"budget_bytes={asked}")
        return functools.reduce(lambda first, second: say("{first}, or {second}", first=first, second=second), fits)
