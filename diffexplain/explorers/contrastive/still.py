"""A session as one picture with words, and as a film: the matrix of the held-out pairs before training and now."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from diffexplain.explorers import still
from diffexplain.explorers.contrastive.messages import Begin, Moment, Shipped
from diffexplain.i18n import plural, say

if TYPE_CHECKING:
    from diffexplain.live.messages import Array, Quantized

CELL, GAP = 7, 16  # in pixels
PAPER = (255, 255, 255)
STOPS = np.array([(241, 244, 249), (141, 180, 220), (15, 58, 114)], float)  # as the page's, in its light theme


def overview(messages: still.Messages) -> still.Overview | None:
    """Show the matrix before training and now, and that of the CLIP that ships where it has come; None for a session without a moment."""
    begin, moments = still.first(messages, Begin), still.every(messages, Moment)
    if begin is None or not moments:
        return None
    now, far = moments[-1], still.first(messages, Shipped)
    count, chance = len(begin.captions), math.log(len(begin.captions))
    shown = [moments[0].cosines, now.cosines, *([far.cosines] if far else [])]
    facts = [
        plural("{count} update", "{count} updates", now.update),
        say("{right} of {count} held-out pictures find their text", right=round(now.held.texts * count), count=count),
        say("loss {loss:.2f}, chance {chance:.2f}", loss=now.held.loss, chance=chance),
        say("temperature {temperature:.1f}", temperature=now.temperature),
    ]
    notes = [
        say("Pictures from top to bottom, texts from left to right, dark where they are alike: before training and now."),
        *([say("On the right the CLIP that ships.")] if far else []),
    ]
    return still.Overview(_side_by_side([_heat(cosines) for cosines in shown]), facts, notes)


def frames(messages: still.Messages) -> list[Image.Image]:
    """Return the matrix at each moment that is kept; empty where there is none."""
    return [_heat(moment.cosines) for moment in still.every(messages, Moment)]


def _heat(cosines: Quantized) -> Image.Image:
    """Draw (N, N) cosines: 0 and less in the first colour, the highest in the last."""
    values = cosines.values
    return Image.fromarray(_colours(values / max(float(values.max()), 1e-6))).resize(
        (CELL * values.shape[1], CELL * values.shape[0]), Image.Resampling.NEAREST
    )


def _colours(shares: Array) -> np.ndarray:
    places = np.linspace(0, 1, len(STOPS))
    return np.stack([np.interp(shares, places, channel) for channel in STOPS.T], -1).round().astype(np.uint8)


def _side_by_side(pictures: list[Image.Image]) -> Image.Image:
    width, height = sum(picture.width + GAP for picture in pictures) - GAP, pictures[0].height
    board = Image.new("RGB", (width, height), PAPER)
    left = 0
    for picture in pictures:
        board.paste(picture, (left, 0))
        left += picture.width + GAP
    return board
