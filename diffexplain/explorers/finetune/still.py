"""A fine-tuning as one picture with words, and as a film of what it draws."""

from __future__ import annotations

import numpy as np
from PIL import Image

from diffexplain.explorers import lettering, still
from diffexplain.explorers.finetune.messages import Begin, Look
from diffexplain.explorers.finetune.stopping import best
from diffexplain.explorers.pictures import opened
from diffexplain.i18n import plural, say

SIDE = 120


def overview(messages: still.Messages) -> still.Overview | None:
    """Show the newest samples, the new thing's first, each with its agreement."""
    begin, looks = still.first(messages, Begin), still.every(messages, Look)
    if begin is None or not looks:
        return None
    first, look = looks[0], looks[-1]
    facts = [
        say("“{prompt}”", prompt=still.shortened(begin.prompt)),
        plural("{count} picture to learn from", "{count} pictures to learn from", len(begin.captions)),
        plural("{count} update", "{count} updates", look.update),
        say("seed {seed}", seed=begin.request.seed),
    ]
    notes = [
        say(
            "Agreement of the new thing: {first:.2f} before the first update, {now:.2f} now; of old things: {old_first:.2f} and {old:.2f}.",
            first=float(np.mean(first.new_agreement)),
            now=float(np.mean(look.new_agreement)),
            old_first=float(np.mean(first.old_agreement)),
            old=float(np.mean(look.old_agreement)),
        ),
        plural(
            "So far it was best to stop after {count} update.",
            "So far it was best to stop after {count} updates.",
            best(looks).update,
        ),
    ]
    tiles = [opened(picture).resize((SIDE, SIDE)) for picture in (*look.news, *look.olds)]
    labels = [f"{value:.2f}" for value in (*look.new_agreement, *look.old_agreement)]
    return still.Overview(lettering.labelled(tiles, labels, len(look.news)), facts, notes)


def frames(messages: still.Messages) -> list[Image.Image]:
    """Return the samples of each look, in order: the new thing above, old ones below."""
    return [_board(look) for look in still.every(messages, Look)]


def _board(look: Look) -> Image.Image:
    columns = max(len(look.news), len(look.olds))
    board = Image.new("RGB", (columns * SIDE, 2 * SIDE), "white")
    for row, pictures in enumerate((look.news, look.olds)):
        for column, picture in enumerate(pictures):
            board.paste(opened(picture).resize((SIDE, SIDE)), (column * SIDE, row * SIDE))
    return board
