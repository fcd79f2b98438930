"""Where the network looked, as a few pictures with words, and as a film."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from diffexplain.explorers import still
from diffexplain.explorers.attention.messages import Begin, End, Step
from diffexplain.explorers.lettering import labelled
from diffexplain.explorers.pictures import opened, within
from diffexplain.i18n import say
from diffexplain.live.messages import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diffexplain.explorers.attention.messages import Word
    from diffexplain.live.messages import Array, Picture

MOST_WORDS, COLUMNS = 11, 4
HEIGHT, HEIGHT_ALONE = 104, 160  # in pixels: of a picture in a figure, and where all stand on one sheet
STRENGTH, THINNER = 0.6, 3  # of the wash over the picture, as the page has it at first: frontend/kit/shares.js
# matplotlib's plasma (CC0), likewise
PLASMA = np.array([[13, 8, 135], [126, 3, 168], [204, 71, 120], [248, 149, 64], [240, 249, 33]], float)


def still_html(messages: still.Messages) -> str:
    """Show the finished picture, and over it each word's map, the mean over all steps; empty for a run without a picture."""
    told = _told(messages)
    if told is None:
        return ""
    begin, last, mean = told
    picture, words = _high(last, HEIGHT), _words(begin)
    shown = within([picture, *(_over(picture, mean[word.rows].sum(0)) for word in words)], still.MOST_BYTES)
    names = [say("the picture"), *(word.text for word in words)]
    return still.figure(f"<div>{''.join(map(_named, shown, names))}</div>", *_lines(begin))


def overview(messages: still.Messages) -> still.Overview | None:
    """Show the same on one sheet; None for a run without a picture."""
    told = _told(messages)
    if told is None:
        return None
    begin, last, mean = told
    return still.Overview(_sheet(last, mean, _words(begin)), *_lines(begin))


def frames(messages: still.Messages) -> list[Image.Image]:
    """Return a sheet for each step that has maps: what it expects, and over it where it looked for each word."""
    begin, end = still.first(messages, Begin), still.first(messages, End)
    if begin is None or end is None:
        return []
    decoded, last = still.decoded(messages), opened(end.image)
    boards = []
    for step in still.every(messages, Step):
        if step.cond is not None:
            picture = decoded.get(step.index) or still.coloured(numbers(step.x0), begin.preview_matrix)
            (picture,) = still.of_one_size([picture], last)
            boards.append(_sheet(picture, step.cond.astype(np.float32), _words(begin)))
    return boards


def _told(messages: still.Messages) -> tuple[Begin, Image.Image, Array] | None:
    """Return the head of a run, its picture, and the mean over all steps that have maps."""
    begin, end = still.first(messages, Begin), still.first(messages, End)
    maps = [step.cond.astype(np.float32) for step in still.every(messages, Step) if step.cond is not None]
    return None if begin is None or end is None or not maps else (begin, opened(end.image), np.mean(maps, axis=0))


def _lines(begin: Begin) -> tuple[list[str], list[str]]:
    note = say("Bright: where the network looked for the word, the mean over all steps, each map in its own colours.")
    return [*still.asked(begin), begin.model], [note]


def _words(begin: Begin) -> list[Word]:
    """Return the words of the first sentence that has some."""
    sentences = ([word for word in each.words if word.kind == "word"] for each in begin.sentences if each.half == "cond")
    return next((words for words in sentences if words), [])[:MOST_WORDS]


def _high(picture: Image.Image, height: int) -> Image.Image:
    return picture.resize((max(1, round(height * picture.width / picture.height)), height), Image.Resampling.BICUBIC)


def _sheet(picture: Image.Image, maps: Array, words: Sequence[Word]) -> Image.Image:
    picture = _high(picture, HEIGHT_ALONE)
    tiles = [picture, *(_over(picture, maps[word.rows].sum(0)) for word in words)]
    return labelled(tiles, [say("the picture"), *(word.text for word in words)], min(len(tiles), COLUMNS))


def _over(picture: Image.Image, weights: Array) -> Image.Image:
    low, high = float(weights.min()), float(weights.max())
    shares = Image.fromarray(((weights - low) / max(high - low, 1e-12)).astype(np.float32), "F")
    smooth = np.asarray(shares.resize(picture.size, Image.Resampling.BICUBIC)).clip(0, 1)
    stops = np.linspace(0, 1, len(PLASMA))
    colours = np.stack([np.interp(smooth, stops, channel) for channel in PLASMA.T], axis=-1)
    grey = np.asarray(picture.convert("L").convert("RGB"), float)
    cover = (STRENGTH ** (1 + THINNER * (1 - smooth)))[..., None]
    return Image.fromarray((cover * colours + (1 - cover) * grey).astype(np.uint8))


def _named(picture: Picture, name: str) -> str:
    return (
        '<span style="display:inline-block;margin:0 6px 6px 0;text-align:center;font-size:12px">'
        f"{still.image(picture, name[:24])}<br>{html.escape(name[:24])}</span>"
    )
