"""The road as one picture with words, and as a film of its looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from diffexplain.core.film import enlarged
from diffexplain.explorers import lettering, still
from diffexplain.explorers.generative.messages import Begin, Look
from diffexplain.i18n import plural, say
from diffexplain.live.messages import numbers

if TYPE_CHECKING:
    from diffexplain.live.messages import Array

COLUMNS, SIDE = 2, 64  # of a model's samples
_PLANE, _REACH = 240, 2.6  # pixels, and what of the plane they show
_GREY, _GREEN = (138, 147, 158), (11, 122, 108)
_NAMES = (say("Autoencoder"), say("VAE"), say("GAN"), say("Diffusion"))


def overview(messages: still.Messages) -> still.Overview | None:
    """Show the newest samples of all four, side by side."""
    begin, looks = still.first(messages, Begin), still.every(messages, Look)
    if begin is None or not looks:
        return None
    look = looks[-1]
    facts = [
        plural("{count} update", "{count} updates", look.update),
        say("a training set of {count:,}", count=begin.request.count),
        say("seed {seed}", seed=begin.request.seed),
    ]
    labels = [
        say("{name}: {distance:.2f}", name=name, distance=value) for name, value in zip(_NAMES, look.quality, strict=True)
    ]
    note = say(
        "Samples of each after as many updates, and how far they are from held-out data. Fresh real data come to {real:.2f}.",
        real=max(begin.real),
    )
    return still.Overview(lettering.labelled(_boards(begin, look), labels, 4), facts, [note])


def frames(messages: still.Messages) -> list[Image.Image]:
    """Return the samples of each look, in order."""
    begin = still.first(messages, Begin)
    return [] if begin is None else [_beside(_boards(begin, look)) for look in still.every(messages, Look)]


def _boards(begin: Begin, look: Look) -> list[Image.Image]:
    board = _rows if begin.request.data == "pictures" else lambda samples: _plane(numbers(begin.held), samples)
    return [board(samples) for samples in numbers(look.samples)]


def _beside(boards: list[Image.Image]) -> Image.Image:
    whole = Image.new("RGB", (sum(each.width for each in boards) + 8 * (len(boards) - 1), boards[0].height), "white")
    for at, board in enumerate(boards):
        whole.paste(board, (at * (board.width + 8), 0))
    return whole


def _rows(samples: Array) -> Image.Image:
    """Show (n, 3, h, w) of -1 to 1."""
    board = Image.new("RGB", (COLUMNS * SIDE, -(-len(samples) // COLUMNS) * SIDE), "white")
    for at, colours in enumerate(samples):
        pixels = ((np.nan_to_num(colours.astype(np.float32)).clip(-1, 1) + 1) * 127.5).round().astype(np.uint8)
        board.paste(enlarged(Image.fromarray(pixels.transpose(1, 2, 0)), SIDE), (at % COLUMNS * SIDE, at // COLUMNS * SIDE))
    return board


def _plane(held: Array, samples: Array) -> Image.Image:
    """Draw held-out points in grey and samples in green."""
    board = Image.new("RGB", (_PLANE, _PLANE), "white")
    pen = ImageDraw.Draw(board)
    for points, colour, size in ((held, _GREY, 1.0), (samples, _GREEN, 1.5)):
        for x, y in points.reshape(-1, 2).astype(float).tolist():
            at = ((x / _REACH + 1) * _PLANE / 2, (1 - y / _REACH) * _PLANE / 2)
            if max(abs(x), abs(y)) < _REACH:  # who has learned nothing puts them anywhere
                pen.ellipse((at[0] - size, at[1] - size, at[0] + size, at[1] + size), colour)
    return board
