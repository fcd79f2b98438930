"""Layers and heads apart: the same run again, in which a few steps keep all of it and are told at once."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from diffexplain.core.attention import Attention
from diffexplain.core.record import record
from diffexplain.errors import AttentionError
from diffexplain.explorers import pipelines
from diffexplain.explorers.attention.maps import apart_maps, apart_plan, described
from diffexplain.explorers.attention.messages import Apart, ApartStep
from diffexplain.explorers.evenly import evenly
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
    steps, side = apart_plan(heads, reading.row_count, reading.grid, reading.step_count)
    said = False

    def tell(message: Message) -> None:
        nonlocal said
        said = True
        emit(message)

    while True:
        try:
            return _run(pipeline, reading, steps, side, budget_bytes, tell)
        except AttentionError as error:
            if said or len(steps) == 1:
                raise _with_remedy(error) from error
            steps = evenly(reading.step_count, len(steps) // 2)


def _run(
    pipeline: Any, reading: Reading, steps: list[int], side: int, budget_bytes: int, tell: Callable[[Message], None]
) -> None:
    request = reading.request
    call = pipelines.call_of(pipeline, request)
    pipe = call.pipeline
    asked = Attention(full=True, steps=tuple(steps), budget_bytes=budget_bytes)

    def on_step(step: core.Step) -> None:
        attention = step.attention
        if attention is None:
            return
        entries = {half: list(kept.values()) for half, kept in attention.kept.items()}
        layers = described(attention.kept["cond"], [entry.shape for entry in entries["cond"]], side)
        if step.index == steps[0]:
            tell(Apart(layers, steps))
        told = {half: apart_maps(entries[half], layers, reading.rows[half]) for half in attention.halves}
        tell(ApartStep(step.index, *told["cond"], *told.get("uncond", (None, None))))
        trace.steps[step.index] = dataclasses.replace(step, attention=None)  # it is told, and may be 100 MB

    with pipelines.without_notice_of_truncation(pipe), record(pipe, attention=asked, on_step=on_step) as trace:
        call(output_type="latent")


def _with_remedy(error: AttentionError) -> AttentionError:
    """A refusal of the core, and what it means here, where nobody calls `record`."""
    return AttentionError(
        say(
            "{why} In this explorer: take a smaller height and width, or make it anew with AttentionExplorer(..., budget_bytes=...).",
            why=words_of(error),
        )
    )
