"""What a network is built of, as a page is told it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diffexplain.core.evenly import evenly
from diffexplain.explorers.unet.messages import Block, Skip
from diffexplain.i18n import Words, say

if TYPE_CHECKING:
    from diffexplain.core import anatomy as core

MOST_LANES = 12  # blocks that are weakened one after the other: of more, evenly spread ones
MOST_HEARD = 16  # blocks whose feature maps are kept


def blocks_of(whole: core.Anatomy, having: dict[Any, list[str]]) -> list[Block]:
    """Return the parts of a network.

    Args:
        whole: The network, taken apart.
        having: Which blocks have a part that can be weakened; see `diffexplain.core.weakening.weakenable`.
    """
    return [
        Block(
            name=block.name,
            label=label_of(block.name, block.role),
            role=block.role,
            parameters=block.parameters,
            multiply_adds=block.multiply_adds,
            channels=block.channels,
            height=block.height,
            width=block.width,
            resnets=block.layers.get("resnet", 0),
            transformers=block.layers.get("transformer", 0),
            reads_text=block.reads_text,
            reads_time=block.reads_time,
            weakenable=[part for part, names in having.items() if block.name in names],
        )
        for block in whole.blocks
    ]


def skips_of(whole: core.Anatomy) -> list[Skip]:
    """Return the skip connections of a network."""
    return [Skip(skip.source, skip.target, skip.channels, skip.height, skip.width) for skip in whole.skips]


def label_of(name: str, role: str) -> Words | str:
    """Return what people call a part of a network: counted from 1, as they count."""
    number = name.rpartition(".")[2]
    at = int(number) + 1 if number.isdigit() else 0
    return {
        "in": lambda: say("entrance"),
        "out": lambda: say("exit"),
        "time": lambda: say("timestep"),
        "text": lambda: say("text"),
        "middle": lambda: say("middle"),
        "down": lambda: say("down {number}", number=at),
        "up": lambda: say("up {number}", number=at),
        "block": lambda: say("block {number}", number=at),
        "joint": lambda: say("joint {number}", number=at),
        "single": lambda: say("single {number}", number=at),
    }.get(role, lambda: say("other"))()


def lanes_of(having: dict[Any, list[str]], weaken: str, only: str) -> list[str]:
    """Return which blocks are weakened, one after the other; an empty name stands for all of them at once.

    Without its blocks nothing is left of a network, so those are never weakened all at once.
    """
    names = having.get(weaken, [])
    if only or not names:
        return [only] if only in names else []  # a block may not have the part
    chosen = [names[at] for at in evenly(len(names), MOST_LANES)]
    return chosen if weaken == "block" or len(names) == 1 else ["", *chosen]


def heard(names: list[str]) -> tuple[str, ...]:
    """Return the blocks whose feature maps are kept, of the names of all: the first and the last are among them."""
    return tuple(names[at] for at in evenly(len(names), MOST_HEARD))
