"""Layers and heads apart: the same run again, in which a few steps keep all of it and say it at once."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from diffexplain.core.attention import Attention
from diffexplain.core.evenly import evenly
from diffexplain.core.record import record
from diffexplain.errors import AttentionError
from diffexplain.explorers import pipelines
from diffexplain.explorers.attention.maps import apart_maps, apart_plan, described
from diffexplain.explorers.attention.messages import Apart, ApartStep
from diffexplain.i18n import say, words_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from diffexplain.core import trace as core
    from diffexplain.explorers.attention.reading import Reading
    from diffexplain.live.messages import Message


def run_apart(pipeline: Any, reading: Reading, budget_bytes: int, emit: Callable[[Message], None]) -> None:
    """Run a pipeline as it ran before. Of a large model fewer steps are kept, down to one, before it is refused.

    Args:
        pipeline: never changed.
        reading: of the run before.
        budget_bytes: what layers and heads may take in main memory.
        emit: takes each message.

    Raises:
        AttentionError: they would take more than that, or a layer can't be read by itself.
    """
    network = pipelines.denoiser(pipeline)
    heads = sum(int(network.get_submodule(name).heads) for name in reading.layers)
    steps, side = apart_plan(heads, sum(map(len, reading.rows.values())), reading.grid, reading.step_count)
    begun = False

    def on_step(step: core.Step) -> None:
        nonlocal begun
        attention = step.attention
        if attention is None:
            return
        entries = {half: list(kept.values()) for half, kept in attention.kept.items()}
        layers = described(attention.kept["cond"], [entry.shape for entry in entries["cond"]], side)
        if not begun:
            begun = True
            emit(Apart(layers, steps))
        maps = {half: apart_maps(entries[half], layers, reading.rows[half]) for half in attention.halves}
        emit(ApartStep(step.index, *maps["cond"], *maps.get("uncond", (None, None))))
        trace.steps[step.index] = dataclasses.replace(step, attention=None)  # it is said, and may be 100 MB

    while True:
        call = pipelines.call_of(pipeline, reading.request)
        asked = Attention(full=True, steps=tuple(steps), budget_bytes=budget_bytes)
        try:
            with (
                pipelines.without_notice_of_truncation(call.pipeline),
                record(call.pipeline, attention=asked, on_step=on_step) as trace,
            ):
                call(output_type="latent")
            return
        except AttentionError as error:
            if begun or len(steps) == 1:
                raise AttentionError(  # what it means here, where nobody calls `record`
                    say(
                        "{why} In this explorer: take a smaller height and width, or make it anew with AttentionExplorer(..., budget_bytes=...).",
                        why=words_of(error),
                    )
                ) from error
            steps = evenly(reading.step_count, len(steps) // 2)
