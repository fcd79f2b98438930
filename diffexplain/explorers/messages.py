"""What several explorers say in the same words. What only one says is declared in its own ``messages.py``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from diffexplain.live.messages import Message, Picture

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, eq=False)
class Decoded(Message):
    """The latents of a step through the VAE's decoder."""

    index: Annotated[int, "of the step."]
    image: Annotated[Picture, "JPEG, at most 256 pixels a side."]


@dataclass(frozen=True, eq=False)
class Progress(Message):
    """How far something long is."""

    retain = "newest"
    newest_of = "task"

    task: Annotated[str, "what is done; the page has words for each."]
    done: Annotated[int, "how much."]
    total: Annotated[int, "of how much."]


def emit_progress(emit: Callable[[Message], None], task: str, done: int, total: int) -> None:
    """Say how far something is; with `functools.partial` it hears of batches and steps."""
    emit(Progress(task, done, total))
