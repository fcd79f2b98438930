"""How is a sentence understood? A small CLIP learns it from nothing: of a batch, which text belongs to which picture?"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from diffexplain.core import similarity
from diffexplain.explorers import pipelines
from diffexplain.explorers.contrastive import still
from diffexplain.explorers.contrastive.messages import MESSAGES, Apart, Begin, Losses, Shipped
from diffexplain.explorers.contrastive.request import ContrastiveLive, ContrastiveRequest, ContrastiveView
from diffexplain.explorers.contrastive.training import EVERY, SHOWN, Picked, Training, measures, noticed
from diffexplain.explorers.contrastive.world import World, colour_of
from diffexplain.explorers.learning import is_due
from diffexplain.explorers.session_explorer import SessionExplorer
from diffexplain.explorers.small_clip import SIDE
from diffexplain.i18n import say
from diffexplain.live import sheets
from diffexplain.live.messages import quantize
from diffexplain.models.clip import bundled_clip

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

    from diffexplain.live.messages import Array, Message

TILE, COLUMNS, QUALITY = 64, 12, 80  # of sheets of pictures
FAR = 20  # updates before the CLIP that ships is looked at: it takes a second to load


class ContrastiveExplorer(SessionExplorer):
    """A small CLIP learns from nothing: the matrix of held-out pairs lights up on its diagonal while you look.

    ::

        explorer = ContrastiveExplorer(batch=64)
        explorer                        # shows it
        explorer.rate = 0.0003          # the next update uses it
        explorer.resume(200).wait()     # 200 updates more

    Args:
        pipeline: runs of explorers of the same pipeline take turns with it; it is not used otherwise.
        goal: how many updates it makes before it pauses by itself.

    Raises:
        TraitError: a value is not allowed.
    """

    Request = ContrastiveRequest
    Live = ContrastiveLive
    View = ContrastiveView
    kinds = MESSAGES
    title = say("Contrastive training explorer")
    about = say("How a CLIP learns from nothing which text belongs to which picture.")
    _module = "contrastive"
    overview = staticmethod(still.overview)
    film = staticmethod(still.frames)

    def __init__(self, pipeline: Any = None, *, goal: int = 300, **fields: Any) -> None:
        super().__init__(None if pipeline is None else pipelines.denoiser(pipeline), goal=goal, **fields)

    def begin(self, request: ContrastiveRequest, emit: Callable[[Message], None]) -> Training:
        """See `SessionExplorer.begin`."""
        session = Training(request)
        world = session.world
        held = world.rows_held()
        sheet = sheets.sheet([world.picture(int(row), TILE) for row in held], COLUMNS, TILE, QUALITY)
        said = [world.said[row] for row in held]
        colours = [colour_of(layout) for layout in world.held]
        captions, misses = [each.caption for each in said], [each.miss for each in said]
        emit(Begin(request, sheet, COLUMNS, TILE, SIDE, captions, misses, colours))
        emit(session.moment())
        return session

    def advance(self, session: Training, live: ContrastiveLive, emit: Callable[[Message], None]) -> None:
        """See `SessionExplorer.advance`."""
        session.live, session.rate = live, live.rate
        first, losses, temperatures = session.updates, [], []
        for update in session.slice(session.courses):
            losses.append(update.loss)
            temperatures.append(update.parts["temperature"])
            if session.is_broken(update.loss) or not math.isfinite(update.gradient):
                emit(session.diverged(update.loss))
            _tell(session, emit)
            if session.halted:
                break
        emit(Losses(np.arange(first, first + len(losses), dtype=np.int32), _floats(losses), _floats(temperatures)))


def _tell(session: Training, emit: Callable[[Message], None]) -> None:
    """Say what is worth seeing after an update."""
    if is_due(session.updates, EVERY):
        moment = session.moment()
        if session.is_broken(moment.held.loss) or not session.is_sound():
            emit(session.diverged(moment.held.loss))
            moment = session.moment()
        emit(moment)
    if session.picked is not None and session.picked.cosines is not None:
        emit(_apart(session, session.picked, session.picked.cosines))
    if session.updates == FAR:
        emit(_shipped(session.world))


def _apart(session: Training, picked: Picked, before: torch.Tensor) -> Apart:
    """Take the last update apart, whose pairs had these (n, n + m) cosines before it."""
    world, shown = session.world, picked.rows[:SHOWN]
    count, texts = len(shown), before.shape[1]
    logits = before * picked.temperature
    parts = (before, session.after(), logits.softmax(1), logits.softmax(0), similarity.pulls(logits))
    return Apart(
        session.updates,
        len(picked.rows),
        texts - len(picked.rows),
        sheets.sheet([world.picture(int(row), TILE) for row in shown], count, TILE, QUALITY),
        TILE,
        [world.said[row].caption for row in shown],
        picked.temperature,
        *(_floats(part[:count, :count].numpy()) for part in parts),
    )


@lru_cache(maxsize=2)
def _shipped(world: World) -> Shipped:
    """Measure the CLIP that ships on the held-out pairs."""
    clip, held = bundled_clip(), world.rows_held()
    side = clip.model.config.vision_config.image_size
    said = [world.said[row] for row in held]
    pictures = clip.embed_pictures([world.picture(int(row), side) for row in held])
    texts, misses = (clip.embed_texts(captions) for captions in ([each.caption for each in said], [each.miss for each in said]))
    cosines = pictures @ texts.T
    return Shipped(
        quantize(cosines.numpy()),
        clip.temperature,
        measures(cosines, clip.temperature),
        noticed(pictures, texts, misses),
        clip.name,
        clip.width,
        sum(weight.numel() for weight in clip.model.parameters()),
    )


def _floats(values: object) -> Array:
    array: Array = np.asarray(values, np.float32)
    return array
