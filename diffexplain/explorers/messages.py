"""What several explorers say in the same words. What only one says is declared in its own ``messages.py``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from diffexplain.live.messages import Message, Picture

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, eq=False)
class Decoded(Message):
    """The latents of a step through the VAE's decoder.

    Attributes:
        index: of the step.
        image: JPEG, at most 256 pixels a side.
    """

    index: int
    image: Picture


@dataclass(frozen=True, eq=False)
class Progress(Message):
    """How far something long is.

    Attributes:
        task: what is done; the page has words for each.
        done: how much.
        total: of how much.
    """

    retain = "newest"
    newest_of = "task"

    task: str
    done: int
    total: int


def emit_progress(emit: Callable[[Message], None], task: str, done: int, total: int) -> None:
    """Say how far something is; with `functools.partial` it hears of batches and steps."""
    emit(Progress(task, done, total))
