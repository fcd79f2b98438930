"""The denoiser of a cloud of points learns while you look: its loss, what it draws, and which noise it sees where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from diffexplain.explorers.session_explorer import SessionExplorer
from diffexplain.i18n import say
from diffexplain.learn.clouds import grid
from docs.examples.point_cloud.messages import MESSAGES, Begin, CloudLive, CloudRequest, CloudView, Field, Losses, Sheet
from docs.examples.point_cloud.training import Training

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

    from diffexplain.live.messages import Array, Message

EVERY = 100  # updates from one sheet of samples to the next
TIMESTEP = 30  # of the field


class PointCloudExplorer(SessionExplorer):
    """The denoiser of a cloud of points in the plane, in training.

    ::

        explorer = PointCloudExplorer(data="roll")
        explorer                       # shows it
        explorer.rate = 0.01           # the next slice reads it
        explorer.resume(500)           # 500 updates more

    Args:
        owner: explorers of the same owner take turns; None for one of its own.
    """

    Request = CloudRequest
    Live = CloudLive
    View = CloudView
    kinds = MESSAGES
    title = say("Point cloud explorer")
    _module = Path(__file__).with_name("page.js")

    def __init__(self, owner: object = None, **fields: Any) -> None:
        super().__init__(owner, **fields)

    def begin(self, request: CloudRequest, emit: Callable[[Message], None]) -> Training:
        """See `SessionExplorer.begin`."""
        session = Training(request)
        emit(Begin(request, _array(session.cloud), _array(grid())))
        emit(Sheet(0, 0, _array(session.samples())))
        emit(Field(TIMESTEP, _array(session.noise(grid(), TIMESTEP))))
        return session

    def advance(self, session: Training, live: CloudLive, emit: Callable[[Message], None]) -> None:
        """See `SessionExplorer.advance`."""
        session.rate = live.rate
        first, losses = session.updates, []
        for loss in session.slice(session.losses):
            losses.append(loss)
            if session.updates % EVERY == 0:
                emit(Sheet(session.updates // EVERY, session.updates, _array(session.samples())))
        emit(Losses(np.arange(first, session.updates, dtype=np.int32), np.array(losses, np.float32)))
        emit(Field(TIMESTEP, _array(session.noise(grid(), TIMESTEP))))

    def still(self, messages: list[Message]) -> str:
        """See `Explorer.still`."""
        sheets = [message for message in messages if isinstance(message, Sheet)]
        clouds = [message.cloud for message in messages if isinstance(message, Begin)] + [sheets[-1].points]
        dots = ["".join(f'<circle cx="{x:.2f}" cy="{-y:.2f}" r=".03"/>' for x, y in cloud[:300].tolist()) for cloud in clouds]
        return (
            f'<figure><svg viewBox="-3 -3 6 6" width="320"><g fill="#8a939e">{dots[0]}</g><g fill="#0b7a6c">{dots[1]}</g></svg>'
            f"<figcaption>{sheets[-1].update}</figcaption></figure>"
        )


def _array(points: torch.Tensor) -> Array:
    array: Array = points.numpy().astype(np.float16)
    return array
