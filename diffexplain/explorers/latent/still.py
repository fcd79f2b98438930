"""A run of the latent explorer as one picture with words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from diffexplain.explorers import still
from diffexplain.explorers.latent.messages import Begin, Changed, Restored
from diffexplain.explorers.pictures import opened
from diffexplain.i18n import say

if TYPE_CHECKING:
    from diffexplain.live.messages import Array

SIDE, GAP = 192, 8


def overview(messages: still.Messages) -> still.Overview | None:
    """Show the picture, its channels, what comes back and what the change makes of it; None for a run that was not decoded."""
    begin, restored = still.first(messages, Begin), still.first(messages, Restored)
    if begin is None or restored is None:
        return None
    changed = still.first(messages, Changed)
    pictures = [opened(begin.original), _sheet(begin.grey), opened(restored.picture)]
    pictures += [opened(changed.picture)] if changed else []
    board = Image.new("RGB", (len(pictures) * (SIDE + GAP) - GAP, SIDE), "white")
    for at, picture in enumerate(pictures):
        board.paste(picture.resize((SIDE, SIDE), Image.Resampling.NEAREST), (at * (SIDE + GAP), 0))
    channels, rows, columns = begin.shape
    numbers, latent = 3 * begin.side**2, channels * rows * columns
    facts = [
        *(
            [still.shortened(begin.request.picture.removeprefix("prompt:"))]
            if begin.request.picture.startswith("prompt:")
            else []
        ),
        begin.model,
        say("{numbers:,} numbers become {latents:,}", numbers=numbers, latents=latent),
        *([say("PSNR {value:.1f} dB", value=restored.off.psnr)] if restored.off.psnr is not None else []),
    ]
    notes = [
        say(
            "From left to right: the picture, the channels of its latents, what is decoded from them, and what a change of them paints."
        )
    ]
    return still.Overview(board, facts, notes)


def _sheet(grey: Array) -> Image.Image:
    """Lay out channels, (C, h, w), in a square as near as can be."""
    count = len(grey)
    columns = int(np.ceil(np.sqrt(count)))
    rows = -(-count // columns)
    filled = np.concatenate([grey, np.full((rows * columns - count, *grey.shape[1:]), 255, np.uint8)])
    board = filled.reshape(rows, columns, *grey.shape[1:]).transpose(0, 2, 1, 3)
    return Image.fromarray(board.reshape(rows * grey.shape[1], columns * grey.shape[2])).convert("RGB")
