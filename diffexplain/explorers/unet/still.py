"""The untouched picture and those without a part of the network, on one sheet; and a run as a film of what each block hands on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from diffexplain.explorers import still
from diffexplain.explorers.lettering import labelled
from diffexplain.explorers.pictures import opened
from diffexplain.explorers.unet.messages import Begin, End, Maps, Redrawn, Step
from diffexplain.i18n import say
from diffexplain.live.messages import numbers

if TYPE_CHECKING:
    from diffexplain.i18n import Words

SIDE, COLUMNS = 112, 5


def overview(messages: still.Messages) -> still.Overview | None:
    """Show the picture beside those of a weakened network, or, where nothing was weakened, beside the feature maps of its last step."""
    begin, end = still.first(messages, Begin), still.first(messages, End)
    if begin is None or end is None:
        return None
    picture = opened(end.image)
    redrawn = [each for each in still.every(messages, Redrawn) if each.image is not None]
    tiles: list[Image.Image] = [picture]
    labels: list[str] = [say("the picture")]
    if redrawn:
        tiles += [opened(each.image) for each in redrawn if each.image is not None]
        labels += [_lane(begin, each) for each in redrawn]
        notes = [_what(begin)]
    else:
        found = still.every(messages, Maps)
        tiles += [_map(each, -1) for each in found]
        labels += [_label(begin, each.block) for each in found]
        notes = [say("What each block hands on at the last step: its three leading principal components as colours.")]
    sheet = labelled([_square(tile) for tile in tiles], labels, min(COLUMNS, len(tiles)))
    return still.Overview(sheet, [*still.asked(begin), begin.model, begin.network], notes)


def frames(messages: still.Messages) -> list[Image.Image]:
    """Return a sheet for each step that has maps: what it expects, and what each block hands on."""
    begin, end, found = still.first(messages, Begin), still.first(messages, End), still.every(messages, Maps)
    if begin is None or end is None or not found:
        return []
    decoded, steps = still.decoded(messages), {step.index: step for step in still.every(messages, Step)}
    labels = [say("the picture"), *(_label(begin, each.block) for each in found)]
    boards = []
    for at, index in enumerate(found[0].steps):
        picture = decoded.get(index) or still.coloured(numbers(steps[index].x0), begin.preview_matrix)
        tiles = [picture, *(_map(each, at) for each in found)]
        boards.append(labelled([_square(tile) for tile in tiles], labels, min(COLUMNS, len(tiles))))
    return boards


def _what(begin: Begin) -> Words:
    strength = begin.request.strength
    return {
        "block": lambda: say("What one block adds counts {strength:g} times. Below: which block, and how far the picture is off.", strength=strength),
        "skip": lambda: say("Skip connections count {strength:g} times. Below: into which block, and how far the picture is off.", strength=strength),
        "backbone": lambda: say("What comes from below counts {strength:g} times. Below: into which block, and how far the picture is off.", strength=strength),
        "text": lambda: say("The text counts {strength:g} times. Below: in which block, and how far the picture is off.", strength=strength),
    }[begin.request.weaken]()  # fmt: skip


def _lane(begin: Begin, redrawn: Redrawn) -> str:
    name = _label(begin, redrawn.block) if redrawn.block else say("all of them")
    return f"{name}: {100 * (redrawn.distance or 0):.0f} %"


def _label(begin: Begin, name: str) -> str:
    return next((block.label for block in begin.blocks if block.name == name), name)


def _map(maps: Maps, at: int) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(maps.colours[at].transpose(1, 2, 0)))


def _square(picture: Image.Image) -> Image.Image:
    """Return a picture in the size of a tile, whole; small ones keep their pixels."""
    scale = SIDE / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    filters = Image.Resampling
    drawn = picture.resize(size, filters.NEAREST if scale > 1 and max(picture.size) <= 32 else filters.LANCZOS)
    tile = Image.new("RGB", (SIDE, SIDE), "white")
    tile.paste(drawn, ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2))
    return tile
