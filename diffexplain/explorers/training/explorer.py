"""Which noise should go? A denoiser in training: the examples that it is given, its loss, and what it draws meanwhile."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from diffexplain.explorers import checks, pipelines
from diffexplain.explorers.learnable import DATA
from diffexplain.explorers.learning import is_due
from diffexplain.explorers.learning_messages import Losses
from diffexplain.explorers.session_explorer import SessionExplorer
from diffexplain.explorers.training import still
from diffexplain.explorers.training.messages import MESSAGES
from diffexplain.explorers.training.request import TrainingLive, TrainingRequest, TrainingView
from diffexplain.explorers.training.training import Training
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from diffexplain.live.messages import Message

PROBE, SHEET = 25, 50  # updates from one look, and from one sheet of samples, to the next


class TrainingExplorer(SessionExplorer):
    """A denoiser learns while you look: from what, how well at each noise level, and what it draws meanwhile.

    ::

        explorer = TrainingExplorer(count=8)
        explorer                       # shows it
        explorer.rate = 0.001          # the next updates use it
        explorer.resume(500)           # 500 updates more
        explorer.predicts = "velocity" # begins anew

    Args:
        pipeline: runs of explorers of the same pipeline take turns with it; it is not used otherwise.
        goal: how many updates it makes before it pauses by itself.

    Raises:
        TraitError: a value is not allowed.
    """

    Request = TrainingRequest
    Live = TrainingLive
    View = TrainingView
    kinds = MESSAGES
    title = say("Training explorer")
    about = say("A denoiser learns from nothing while you look: its examples, its loss, and what it draws.")
    _module = "training"
    overview = staticmethod(still.overview)
    film = staticmethod(still.frames)

    def __init__(self, pipeline: Any = None, *, goal: int = 1000, **fields: Any) -> None:
        super().__init__(None if pipeline is None else pipelines.denoiser(pipeline), goal=goal, **fields)

    def begin(self, request: TrainingRequest, emit: Callable[[Message], None]) -> Training:
        """See `SessionExplorer.begin`."""
        session = Training(request)
        emit(session.begin())
        emit(session.probe(0))
        emit(session.sheet(0))
        return session

    def advance(self, session: Training, live: TrainingLive, emit: Callable[[Message], None]) -> None:
        """See `SessionExplorer.advance`."""
        session.rate = live.rate
        first, losses = session.updates, []
        for loss in session.slice(session.updating):
            losses.append(loss)
            if session.is_broken(loss):
                emit(session.diverged(loss))
                break
            if not self._look(session, emit):
                break
        emit(Losses(np.arange(first, session.updates, dtype=np.int32), np.array(losses, np.float32)))
        if losses and session.ahead <= 0 and not session.halted:
            emit(session.examples())  # whoever goes on by single steps sees the batch of each

    def _look(self, session: Training, emit: Callable[[Message], None]) -> bool:
        """Look where it is time, and say whether what is seen can be gone on from."""
        if is_due(session.updates, PROBE):
            probe = session.probe(session.updates // PROBE)
            worst = max(probe.held, key=lambda error: math.inf if math.isnan(error) else error)
            if session.is_broken(worst):
                emit(session.diverged(worst))
                return False
            emit(probe)
            emit(session.examples())
            session.mark()
        if is_due(session.updates, SHEET):
            emit(session.sheet(session.updates // SHEET))
        return True

    def offer(self) -> dict[str, Any]:
        """See `Explorer.offer`."""
        return {"data": list(DATA), "limits": {"seed": checks.MAX_SEED}}
