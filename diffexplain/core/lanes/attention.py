"""The attention of lanes: of those that share their calls each gets what was in its own rows; the bytes are everybody's."""

from __future__ import annotations

import copy
import functools
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from diffexplain.core.attention import Listener
from diffexplain.core.attention.budget import Budget
from diffexplain.core.attention.listener import maps_of, texts_of
from diffexplain.core.text.streams import conditioning_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import torch

    from diffexplain.core.attention import Attention, StepAttention
    from diffexplain.core.attention.listener import Texts
    from diffexplain.core.guidance import CallRows, Half
    from diffexplain.core.lanes.preparing import LaneRun
    from diffexplain.core.lanes.unbatched import Unbatched
    from diffexplain.core.text import Text


class LaneAttention:
    """Listens to the calls that lanes share. Hooks are on the network only while it computes.

    Runs whose rows fit in one batch have a listener and a budget in common.

    Raises:
        AttentionError: Where the denoiser has no attention that can be read as asked.
    """

    def __init__(
        self, denoiser: torch.nn.Module, options: Attention, kinds: Iterable[Sequence[LaneRun]], budgets: list[Budget]
    ) -> None:
        """Find the layers.

        Args:
            denoiser: What the lanes share.
            options: What to keep.
            kinds: The runs, those together whose rows fit in one batch.
            budgets: Budgets of other lanes, which share the bytes; those of these runs join them.
        """
        self.listeners: dict[LaneRun, Listener] = {}
        self.kin: dict[LaneRun, Sequence[LaneRun]] = {}
        for runs in kinds:
            listener = Listener(denoiser, options, Budget(options, budgets))
            self.listeners |= dict.fromkeys(runs, listener)
            self.kin |= dict.fromkeys(runs, runs)
        self.texts: dict[LaneRun, Texts] = {}

    @contextmanager
    def call(self, runs: Sequence[LaneRun], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Iterator[None]:
        """Listen to a call of the denoiser in this block, for the next step of these runs. One that fails is forgotten.

        Raises:
            AttentionError: Where it would take more memory than the budget, or can't be read.
        """
        listener = self.listeners[runs[0]]
        budget = listener.budget
        before = copy.copy(vars(budget))
        if budget.first:
            kin = ((run.rows, len(run.timesteps)) for run in self.kin[runs[0]])
            budget.plan(*kin, rows=sum(run.rows for run in runs))
        try:
            with listener:
                listener.begin(runs[0].done, args, kwargs)
                yield
                listener.end()
        except BaseException:
            listener.drop()
            vars(budget).update(before)
            raise

    def take(self, runs: Sequence[LaneRun]) -> list[StepAttention | None]:
        """Return what the last call has given to each of these runs; None where it was not asked for."""
        calls = self.listeners[runs[0]].take_calls()
        steps, row = [], 0
        for run in runs:
            steps.append(self._step(run, maps_of(calls, _half_rows(row, run.rows))))
            row += run.rows
        return steps

    def _step(self, run: LaneRun, kept: Mapping[Half, Mapping[str, torch.Tensor]]) -> StepAttention | None:
        if not kept:
            return None
        if run not in self.texts:  # once, so that all steps of a trace share it
            self.texts[run] = texts_of(kept, functools.partial(_texts_of_half, run))
        own = {half: {name: maps.clone() for name, maps in entries.items()} for half, entries in kept.items()}
        return self.listeners[run].step(own, self.texts[run])


def share_budget(lanes: Sequence[Unbatched], options: Attention, budgets: list[Budget]) -> None:
    """Have lanes that run alone listen to their attention; those that take the same a step have a budget in common.

    Args:
        lanes: None of them has begun.
        options: What to keep.
        budgets: Budgets of other lanes, which share the bytes; those of these lanes join them.
    """
    kinds: dict[Any, list[Unbatched]] = {}
    for alone in lanes:
        kinds.setdefault(alone.kind, []).append(alone)
    for kin in kinds.values():
        budget = Budget(options, budgets)
        budget.plan(*((1, alone.planned()) for alone in kin))
        for alone in kin:
            alone.listen = functools.partial(Listener, options=options, budget=budget)
            alone.trace.attention = options


def _half_rows(row: int, rows: int) -> dict[Half, CallRows]:
    """Return where a run's halves are in a call, of which its rows begin at ``row``: uncond first, as in `LaneRun.conditioning`."""
    if rows == 1:
        return {"cond": (0, slice(row, row + 1))}
    return {"uncond": (0, slice(row, row + 1)), "cond": (0, slice(row + 1, row + 2))}


def _texts_of_half(run: LaneRun, half: Half, rows: int, length: int) -> tuple[Text | None, ...]:
    call = {} if run.trace.origin is None else run.trace.origin.call
    return conditioning_texts(run.pipeline, call, rows, length, negative=half == "uncond")
