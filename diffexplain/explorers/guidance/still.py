"""A guidance run as one picture with words, and as a film."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diffexplain.core.film import enlarged
from diffexplain.explorers import lettering, still
from diffexplain.explorers.guidance.messages import Begin, Decoded, End, Scales
from diffexplain.explorers.pictures import opened
from diffexplain.i18n import say

if TYPE_CHECKING:
    from PIL import Image

COLUMNS, SIDE = 4, 128


def overview(messages: still.Messages) -> still.Overview | None:
    """Show the pictures of the scales with their scale, and what was clipped; of a run that was ended before, its picture alone."""
    begin, end, drawn = (still.first(messages, kind) for kind in (Begin, End, Scales))
    if not isinstance(begin, Begin) or not isinstance(end, End):
        return None
    facts = [*still.asked(begin), begin.model]
    if not isinstance(drawn, Scales):
        return still.Overview(enlarged(opened(end.image), 2 * SIDE), facts)
    scales, pictures = begin.request.scales, [opened(picture) for picture in drawn.pictures]
    tiles = still.of_one_size([enlarged(picture, SIDE) for picture in pictures], enlarged(pictures[0], SIDE), SIDE)
    labels = [say("guidance {scale:g}", scale=scale) for scale in scales]
    least, most = (at(range(len(scales)), key=lambda row: scales[row]) for at in (min, max))
    notes = [
        say(
            "One noise at several scales. Of the colours {low:.0%} are clipped at {least:g} and {high:.0%} at {most:g}.",
            low=float(drawn.clipped[least]),
            least=scales[least],
            high=float(drawn.clipped[most]),
            most=scales[most],
        )
    ]
    if drawn.enough is not None:
        notes.append(say("From {scale:g} on the picture hardly agrees better with the sentence.", scale=scales[drawn.enough]))
    return still.Overview(lettering.labelled(tiles, labels, COLUMNS), facts, notes)


def frames(messages: still.Messages) -> list[Image.Image]:
    """Return what is expected without the text, with it and under guidance, side by side at each step, and the finished picture behind."""
    end, steps = still.first(messages, End), sorted(still.every(messages, Decoded), key=lambda each: each.index)
    if end is None or not steps:
        return []
    labels = [say("without the text"), say("with the text"), say("guided")]
    boards = [[opened(picture) for picture in step.images] for step in steps]
    boards.append([*boards[-1][:2], opened(end.image)])
    like = enlarged(boards[0][0], SIDE)
    return [
        lettering.labelled(still.of_one_size([enlarged(each, SIDE) for each in board], like, SIDE), labels, 3)
        for board in boards
    ]
