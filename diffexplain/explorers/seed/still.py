"""A wall of seeds as one picture with words, and as a film."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from diffexplain.core.film import enlarged
from diffexplain.explorers import still
from diffexplain.explorers.pictures import opened
from diffexplain.explorers.seed.messages import Begin, End, Pictures, Spread
from diffexplain.i18n import say

if TYPE_CHECKING:
    from PIL import Image

MOST_SHOWN = 16
LONGEST = 512  # side in pixels of a wall that moves, at most


def overview(messages: still.Messages) -> still.Overview | None:
    """Show the pictures of the first seeds, the mean of all, and what was asked; None for a run without an end."""
    begin = still.first(messages, Begin)
    if begin is None or still.first(messages, End) is None:
        return None
    last = len(begin.told) - 1
    finished = next(each for each in still.every(messages, Pictures) if (each.which, each.place) == ("first", last))
    spread = next(m for m in still.every(messages, Spread) if m.exact and (m.which, m.place) == ("first", last))
    board, seeds = opened(finished.sheet), begin.seeds
    width, height = board.width // finished.columns, board.height // -(-len(seeds) // finished.columns)
    count = min(len(seeds), MOST_SHOWN) // 2 * 2
    corners = ((at % finished.columns * width, at // finished.columns * height) for at in range(count))
    tiles = [board.crop((x, y, x + width, y + height)) for x, y in corners]
    whole = spread.fixed + spread.chance
    facts = [
        *still.asked(begin, say("seeds {first} to {last}", first=seeds[0], last=seeds[-1])),
        say("standard deviation of a pixel over the seeds {deviation:.2f}", deviation=math.sqrt(spread.chance)),
        *([say("{share:.0%} of all differences lie between the seeds", share=spread.chance / whole)] if whole else []),
    ]
    note = say("Small: the same sentence from {count} seeds. Large: the mean of all {all}.", count=count, all=len(seeds))
    mean = opened(spread.mean)
    return still.Overview(still.film(tiles, mean, max(still.FRAME_HEIGHT, height)), facts, [note])


def frames(messages: still.Messages) -> list[Image.Image]:
    """Return the wall at each step that was told, as far as it is decoded, the finished one last; empty for a run without an end."""
    begin = still.first(messages, Begin)
    if begin is None or still.first(messages, End) is None:
        return []
    walls = {each.place: each.sheet for each in still.every(messages, Pictures) if each.which == "first"}
    boards = [opened(walls[place]) for place in sorted(walls)]
    return still.of_one_size(boards, enlarged(boards[-1], LONGEST), LONGEST)
