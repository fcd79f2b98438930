"""A byte budget that refuses before memory is filled: the first step's shapes say what the whole run would take."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from diffexplain.core.memory import readable
from diffexplain.errors import AttentionError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from diffexplain.core.attention.options import Attention


class Budget:
    """What the attention of a run, or of several alike, may take, and what it takes.

    Attributes:
        runs: What is to be kept of each run: ``(rows, steps)``, its rows of a call of the denoiser, and its steps.
        rows: How many rows the call has that is seen first. A single run counts as one row, however many it has.
        each: Bytes of one step of these rows, as far as it has been seen.
        compact: Bytes that their compact record of one step would take.
        held: Bytes that are kept so far.
        first: Whether a step has still to be seen whole.
    """

    def __init__(self, options: Attention, beside: list[Budget] | None = None) -> None:
        """Begin with nothing kept.

        Args:
            options: Say how many bytes there are.
            beside: Budgets that share these bytes; this one joins them.
        """
        self.options = options
        self.beside = [] if beside is None else beside
        self.beside.append(self)
        self.runs: tuple[tuple[int, int], ...] = ((1, 1),)
        self.rows = 1
        self.each = self.compact = self.held = 0
        self.heads = self.layers = 0
        self.first = True
        self.short = False

    def plan(self, *runs: tuple[int, int], rows: int = 1) -> None:
        """Note what is to come: ``(rows, steps)`` of each run, with the steps that it will have, and the rows of the first call."""
        wanted = self.options.steps
        self.runs = tuple(
            (count, max(steps if wanted is None else sum(index < steps for index in wanted), 1 if len(runs) == 1 else 0))
            for count, steps in runs
        )
        self.rows = rows

    def room(self, size: int, heads: int) -> bool:
        """Return whether so many bytes more can be kept, now and at every step to come."""
        if self.first:
            self.each += size
            self.heads, self.layers = max(self.heads, heads), self.layers + 1
        limit = self._limit()
        if self.expected(self.each) > limit or self.held + size > limit:
            self.short = True
            return False
        self.held += size
        return True

    def expected(self, each: int, stride: int = 1) -> int:
        """Return bytes of all runs, of every so many-th step, where the rows that are seen first take ``each`` a step."""
        return each * sum(rows * -(-steps // stride) for rows, steps in self.runs) // self.rows

    def _limit(self) -> int:
        """Return what the budgets beside this one leave, as far as they have been seen."""
        taken = sum(max(other.held, other.expected(other.each)) for other in self.beside if other is not self)
        return self.options.budget_bytes - taken

    def require(self) -> None:
        """Refuse more than the budget, at the end of a denoiser's call: all its layers have said what they would take.

        Raises:
            AttentionError: Where it was too much.
        """
        if not self.short:
            return
        asked = max(self.expected(self.each), self.held + 1)
        whole = self.options.budget_bytes - self._limit() + asked
        facts = {
            "layers": self.layers,
            "heads": self.heads,
            "steps": max(steps for _, steps in self.runs),
            "asked": readable(whole),
            "limit": readable(self.options.budget_bytes),
            "fits": self._fits(asked, whole),
        }
        if len(self.runs) == len(self.beside) == 1:
            raise AttentionError(
                say(
                    "attention of {layers} layers and {heads} heads at {steps} steps takes {asked}, and budget_bytes allows "
                    "{limit}. What fits: {fits}. Nothing of it has been kept.",
                    **facts,
                )
            )
        raise AttentionError(
            say(
                "attention of all lanes ({layers} layers and {heads} heads at up to {steps} steps a lane) takes {asked}, and "
                "budget_bytes allows {limit}. What fits: {fits}.",
                **facts,
            )
        )

    def _fits(self, asked: int, whole: int) -> str:
        limit, steps = self._limit(), max(steps for _, steps in self.runs)
        fits: list[str] = []
        if self.options.full and self.expected(self.compact) <= limit:
            fits.append(say("full=False, which takes {size}", size=readable(self.expected(self.compact))))
        heads = limit * self.heads // asked
        if self.options.full and 0 < heads < self.heads:
            fits.append(f"heads=range({heads})")
        stride = next((stride for stride in range(2, steps + 1) if self.expected(self.each, stride) <= limit), None)
        if stride is not None:
            fits.append(
                say(
                    "{count} of the steps, as in steps=range(0, {steps}, {stride})",
                    count=-(-steps // stride),
                    steps=steps,
                    stride=stride,
                )
            )
        fits.append(f"budget_bytes={whole}")
        return functools.reduce(lambda first, second: say("{first}, or {second}", first=first, second=second), fits)
