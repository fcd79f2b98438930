"""The road to diffusion: four ways to make what was never there, learned side by side from the same data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from diffexplain.explorers import checks, pipelines
from diffexplain.explorers.generative import still
from diffexplain.explorers.generative.messages import MESSAGES, Diverged, Losses
from diffexplain.explorers.generative.request import GenerativeLive, GenerativeRequest, GenerativeView
from diffexplain.explorers.generative.training import Training, columns
from diffexplain.explorers.learnable import DATA
from diffexplain.explorers.learning import is_due
from diffexplain.explorers.session_explorer import SessionExplorer
from diffexplain.i18n import say
from diffexplain.learn.generative_models import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from diffexplain.live.messages import Message

LOOK = 60  # updates from one look to the next


class GenerativeModelsExplorer(SessionExplorer):
    """An autoencoder, a VAE, a GAN and a denoiser learn to make the same things while you look, an update of each by turns.

    ::

        explorer = GenerativeModelsExplorer(data="clusters")
        explorer                       # shows it
        explorer.penalty = 0           # the GAN loses its hold
        explorer.beta = 10             # and the VAE its sharpness
        explorer.resume(500)           # 500 updates more
        explorer.latent = 8            # begins anew

    Args:
        pipeline: runs of explorers of the same pipeline take turns with it; it is not used otherwise.
        goal: how many updates each model makes before it pauses by itself.

    Raises:
        TraitError: a value is not allowed.
    """

    Request = GenerativeRequest
    Live = GenerativeLive
    View = GenerativeView
    kinds = MESSAGES
    title = say("Generative models explorer")
    about = say("The road to diffusion: autoencoder, VAE, GAN and diffusion learn to make the same things, side by side.")
    _module = "generative"
    overview = staticmethod(still.overview)
    film = staticmethod(still.frames)

    def __init__(self, pipeline: Any = None, *, goal: int = 600, **fields: Any) -> None:
        super().__init__(None if pipeline is None else pipelines.denoiser(pipeline), goal=goal, **fields)

    def begin(self, request: GenerativeRequest, emit: Callable[[Message], None]) -> Training:
        """See `SessionExplorer.begin`."""
        session = Training(request)
        emit(session.begin())
        emit(session.look(0))
        emit(session.plane())
        return session

    def advance(self, session: Training, live: GenerativeLive, emit: Callable[[Message], None]) -> None:
        """See `SessionExplorer.advance`."""
        session.go_by(Settings(live.rate, live.beta, live.discriminations, live.penalty))
        first, costs = session.updates, []
        for cost in session.slice(session.updating):
            costs.append(cost)
            for name, loss in session.broken(cost):
                _set_back(session, name, loss, emit)
            if is_due(session.updates, LOOK):
                _look(session, emit)
            if session.halted:
                break
        emit(Losses(np.arange(first, session.updates, dtype=np.int32), **columns(costs)))
        emit(session.spent())

    def offer(self) -> dict[str, Any]:
        """See `Explorer.offer`."""
        return {"data": list(DATA), "limits": {"seed": checks.MAX_SEED}}


def _look(session: Training, emit: Callable[[Message], None]) -> None:
    for name in session.unsound():
        _set_back(session, name, math.nan, emit)
    emit(session.look(session.updates // LOOK))
    emit(session.plane())
    session.mark()


def _set_back(session: Training, name: str, loss: float, emit: Callable[[Message], None]) -> None:
    breaks, back = session.breaks, session.set_back(name)
    emit(Diverged(breaks, name, session.updates, back, session.settings.rate, loss if math.isfinite(loss) else None))
