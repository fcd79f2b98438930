"""A filtered run as one picture with words: how right and wrong pairs score, and where the threshold cuts."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from diffexplain.core.filtering import outcome
from diffexplain.explorers import lettering, still
from diffexplain.explorers.dataset.messages import Batch, Begin, Scored
from diffexplain.explorers.dataset.pairs import KINDS, RIGHT
from diffexplain.i18n import plural, say

WIDTH, HEIGHT, MARGIN, FOOT = still.WIDTH, 260, 24, 28  # in pixels
BINS = 48
SIGNAL, NOISE, CUT = (15, 123, 108), (154, 93, 0), (31, 35, 40)  # the frontend's, in its light theme


def overview(messages: still.Messages, threshold: float) -> still.Overview | None:
    """Draw both histograms over each other with the threshold; None before all pairs have a score.

    Args:
        messages: of a run.
        threshold: where it is cut.
    """
    begin, done = still.first(messages, Begin), still.first(messages, Scored)
    if begin is None or done is None:
        return None
    batches = still.every(messages, Batch)
    scores = np.concatenate([batch.scores for batch in batches])
    right = np.isin(np.concatenate([batch.kinds for batch in batches]), [KINDS.index(kind) for kind in RIGHT])
    found = outcome(scores, right, threshold)
    caption = begin.request.caption
    facts = [
        *([say("“{prompt}”", prompt=still.shortened(caption))] if caption.strip() else []),
        plural("{count} pair", "{count} pairs", done.count),
        begin.clip,
        say("threshold {threshold:.2f}", threshold=threshold),
    ]
    notes = [
        say(
            "Green: {right} right pairs; brown: {wrong} wrong ones, by their cosine. Kept: {kept_right} right and {kept_wrong} wrong.",
            right=int(right.sum()),
            wrong=int((~right).sum()),
            kept_right=found.kept_right,
            kept_wrong=found.kept_wrong,
        )
    ]
    return still.Overview(_drawn(scores, right, threshold), facts, notes)


def _drawn(scores: np.ndarray, right: np.ndarray, threshold: float) -> Image.Image:
    low, high = min(float(scores.min()), threshold) - 0.02, max(float(scores.max()), threshold) + 0.02
    counts = [np.histogram(scores[own], BINS, (low, high))[0] for own in (right, ~right)]
    top = max(1, *(int(each.max()) for each in counts))
    floor = HEIGHT - FOOT

    def x(value: float) -> float:
        return MARGIN + (WIDTH - 2 * MARGIN) * (value - low) / (high - low)

    board = Image.new("RGB", (WIDTH, HEIGHT), lettering.PAPER)
    for each, colour in zip(counts, (SIGNAL, NOISE), strict=True):
        layer = Image.new("RGBA", board.size, (*colour, 0))
        pen = ImageDraw.Draw(layer)
        for at, count in enumerate(each):
            left, end = (x(low + (high - low) * (at + edge) / BINS) for edge in (0, 1))
            if count:
                pen.rectangle((left + 1, floor - (floor - MARGIN) * count / top, end - 1, floor), (*colour, 150))
        board.paste(layer, (0, 0), layer)
    pen = ImageDraw.Draw(board)
    pen.line((MARGIN, floor, WIDTH - MARGIN, floor), CUT)
    pen.line((x(threshold), 6, x(threshold), floor), CUT, 2)
    for tenth in range(int(np.ceil(10 * low)), int(np.floor(10 * high)) + 1, 2):
        lettering.write(pen, (x(tenth / 10), floor + FOOT / 2), f"{tenth / 10:.1f}".replace("-", "−"), lettering.CAPTION, "mm")
    return board
