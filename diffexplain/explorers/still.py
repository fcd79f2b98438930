"""A finished run as a figure for readers without a kernel: pictures within a size, a line of facts, and what is to be seen.

What an explorer shows is its own; how it becomes HTML is said here. Words may come from anywhere, so all are escaped here.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from PIL import Image

from diffexplain.explorers.messages import Decoded
from diffexplain.explorers.pictures import address, opened, within
from diffexplain.i18n import plural, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from diffexplain.explorers.pipeline_messages import PipelineBegin
    from diffexplain.live.messages import Array, Message, Picture

    Messages: TypeAlias = Sequence[Message]

MOST_BYTES = 36_000  # a third more as base64, and the words: below the 60 KB that a notebook's output may have
CHARACTERS = 300  # of a text from outside
FRAMES, FRAME_HEIGHT = 8, 96
WIDTH = 720  # in pixels, of a figure's picture
FILM_SIDE = 256  # in pixels, of a frame that moves, at most: as large as what is decoded on the way

Kind = TypeVar("Kind", bound="Message")
Item = TypeVar("Item")


def first(messages: Messages, kind: type[Kind]) -> Kind | None:
    """Return the first message of a kind; None where there is none."""
    return next((message for message in messages if isinstance(message, kind)), None)


def every(messages: Messages, kind: type[Kind]) -> list[Kind]:
    """Return all messages of a kind, in order."""
    return [message for message in messages if isinstance(message, kind)]


def decoded(messages: Messages) -> dict[int, Image.Image]:
    """Return step -> its latents through the VAE's decoder, of the steps for which that has come."""
    return {message.index: opened(message.image) for message in every(messages, Decoded)}


def coloured(latents: Array, matrix: Array) -> Image.Image:
    """Return (C, h, w) latents in the colours of a linear map, (C + 1, 3), a pixel each."""
    colours = np.einsum("chw,cd->hwd", latents.astype(np.float32), matrix[:-1]) + matrix[-1]
    return Image.fromarray((np.nan_to_num(colours).clip(0, 1) * 255).round().astype(np.uint8))


def chosen(items: Sequence[Item], count: int = FRAMES) -> list[Item]:
    """Return so many of at least one, evenly spread, the first and the last among them; of fewer some stand twice."""
    return [items[round(at * (len(items) - 1) / (count - 1))] for at in range(count)]


def frame_height(last: Image.Image) -> int:
    """Return how high the small frames of a `film` are, so that the large one has all its pixels."""
    return max(FRAME_HEIGHT, last.height // 2)


def of_one_size(pictures: Sequence[Image.Image], like: Image.Image, longest: int = FILM_SIDE) -> list[Image.Image]:
    """Return pictures in the size of one of them, with no side longer than so many pixels; a pixel that grows stays a square."""
    scale = min(1.0, longest / max(like.size))
    size = (max(1, round(like.width * scale)), max(1, round(like.height * scale)))
    filters = Image.Resampling
    return [picture.resize(size, filters.NEAREST if picture.width < size[0] else filters.LANCZOS) for picture in pictures]


def film(frames: Sequence[Image.Image], last: Image.Image, height: int = FRAME_HEIGHT) -> Image.Image:
    """Lay out frames in two rows and a last one, twice as high, behind them, without gaps: good on light and on dark pages.

    Args:
        frames: An even number of pictures of one size, row by row.
        last: The large one, of the same proportions.
        height: Of a small frame in pixels.
    """
    width = max(1, round(height * last.width / last.height))
    columns = len(frames) // 2
    board = Image.new("RGB", ((columns + 2) * width, 2 * height))
    for at, frame in enumerate(frames):
        row, column = divmod(at, columns)
        board.paste(frame.resize((width, height), Image.Resampling.BICUBIC), (column * width, row * height))
    board.paste(last.resize((2 * width, 2 * height), Image.Resampling.BICUBIC), (columns * width, 0))
    return board


def shortened(text: str, most: int = CHARACTERS) -> str:
    """Return the beginning of a text, with a mark where it goes on."""
    return text if len(text) <= most else f"{text[:most]}…"


def asked(begin: PipelineBegin, chance: str = "") -> list[str]:
    """Return the facts of what a pipeline was asked; `chance` says what decided the noise, where that is not one seed."""
    request = begin.request
    return [
        say("“{prompt}”", prompt=shortened(request.prompt)),
        *([say("not “{prompt}”", prompt=shortened(request.negative_prompt))] if request.negative_prompt else []),
        *([chance or say("seed {seed}", seed=request.seed)] if chance or request.seed is not None else []),
        *([begin.sampler_label] if begin.sampler_label else []),
        plural("{count} step", "{count} steps", request.steps),
        say("guidance {scale:g}", scale=request.guidance_scale),
    ]


@dataclass(frozen=True, eq=False)
class Overview:
    """A finished run as one picture, with words.

    Attributes:
        picture: Without words that stand in `facts` and `notes`, RGB.
        facts: What the run was asked and what came out, plain text.
        notes: What is to be seen, a line each.
    """

    picture: Image.Image
    facts: Sequence[str]
    notes: Sequence[str] = ()


def overview_figure(overview: Overview | None) -> str:
    """Return it as a figure, at most as wide as a notebook shows it; empty for None."""
    if overview is None:
        return ""
    board = overview.picture.copy()
    board.thumbnail((WIDTH, WIDTH), Image.Resampling.LANCZOS)
    return picture_figure(board, overview.facts, overview.notes)


def picture_figure(board: Image.Image, facts: Sequence[str], notes: Sequence[str] = ()) -> str:
    """Return one picture as a figure; see `figure`."""
    (picture,) = within([board], MOST_BYTES)
    return figure(image(picture, " ".join([*notes, " · ".join(facts)]), "max-width:100%;height:auto"), facts, notes)


def figure(body: str, facts: Sequence[str], notes: Sequence[str] = ()) -> str:
    """Return a figure without scripts and without an address outside itself.

    Args:
        body: HTML.
        facts: What the run was asked and what came out, in one line; plain text.
        notes: What is to be seen, a line each, in small print; plain text.
    """
    lines = [html.escape(" · ".join(facts)), *(f"<small>{html.escape(note)}</small>" for note in notes)]
    return f"<figure>{body}<figcaption>{'<br>'.join(lines)}</figcaption></figure>"


def image(picture: Picture, words: str, style: str = "") -> str:
    """Return a picture as HTML that holds its bytes; `words` are plain text for who can't see it."""
    attributes = f'width="{picture.width}" height="{picture.height}" alt="{html.escape(words)}"'
    if style:
        attributes += f' style="{style}"'
    return f'<img src="{address(picture)}" {attributes}>'
