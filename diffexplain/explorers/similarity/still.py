"""A similarity matrix as a table for readers without a kernel, and as one picture."""

from __future__ import annotations

import html
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from diffexplain.explorers import lettering, still
from diffexplain.explorers.pictures import jpeg
from diffexplain.explorers.similarity.messages import Matrix
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from diffexplain.live.messages import Array

MOST = 16  # columns and rows: with pictures of 1 KB the table stays well below the 60 KB that a notebook's output may have
SIDE = 48
TEXTS, WIDTH, HEIGHT, LETTERS = 260, 72, 36, 14  # in pixels, of the picture: the texts, a column, a row, letters
TEXT_CHARACTERS = 80
LOW, HIGH = (244, 246, 250), (18, 59, 114)  # the frontend's map in the light theme, --heat-low and --heat-high


def still_html(messages: still.Messages, picture: Callable[[str], Image.Image | None]) -> str:
    """Show the cosines as a coloured table with the pictures above and the texts at the side; empty before the first.

    Args:
        messages: of a run.
        picture: gives a picture by its reference, None where it isn't at hand.
    """
    table = _table(messages)
    if table is None:
        return ""
    head = "".join(f"<th>{_image(picture(reference), at)}</th>" for at, reference in enumerate(table.pictures))
    rows = "".join(
        f'<tr><th style="text-align:left;font-weight:400">{html.escape(still.shortened(text, TEXT_CHARACTERS))}</th>'
        + "".join(_cell(*table.cell(row, column), paired=row == column) for column in range(len(table.pictures)))
        + "</tr>"
        for row, text in enumerate(table.texts)
    )
    body = f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return still.figure(body, table.facts, [table.note])


def overview(messages: still.Messages, picture: Callable[[str], Image.Image | None]) -> still.Overview | None:
    """Draw the same as one picture; None before the first.

    Args:
        messages: of a run.
        picture: see `still_html`.
    """
    table = _table(messages)
    if table is None:
        return None
    board = Image.new("RGB", (TEXTS + len(table.pictures) * WIDTH, WIDTH + len(table.texts) * HEIGHT), lettering.PAPER)
    pen = ImageDraw.Draw(board)
    for column, reference in enumerate(table.pictures):
        x, image = TEXTS + column * WIDTH, picture(reference)
        if image is None:
            lettering.write(pen, (x + WIDTH / 2, WIDTH / 2), str(column + 1), LETTERS, "mm")
        else:
            board.paste(image.convert("RGB").resize((WIDTH - 4, WIDTH - 4), Image.Resampling.LANCZOS), (x + 2, 2))
    for row, text in enumerate(table.texts):
        y = WIDTH + row * HEIGHT
        line = lettering.fitted(text, LETTERS, TEXTS - 2 * lettering.MARGIN)
        lettering.write(pen, (lettering.MARGIN, y + HEIGHT / 2), line, LETTERS, "lm", say("text {number}", number=row + 1))
        for column in range(len(table.pictures)):
            value, share = table.cell(row, column)
            x, ink = TEXTS + column * WIDTH, _ink(share)
            pen.rectangle((x + 1, y + 1, x + WIDTH - 2, y + HEIGHT - 2), _colour(share))
            if row == column:
                pen.rectangle((x + 4, y + 4, x + WIDTH - 5, y + HEIGHT - 5), None, ink, 2)
            font = ImageFont.load_default(LETTERS)
            pen.text((x + WIDTH / 2, y + HEIGHT / 2), f"{value:.2f}", ink, font, anchor="mm")
    return still.Overview(board, table.facts, [table.note_of_picture])


@dataclass(frozen=True, eq=False)
class _Table:
    """What is shown of a matrix: its beginning, where it is large."""

    matrix: Matrix

    @property
    def pictures(self) -> list[str]:
        return self.matrix.request.pictures[:MOST]

    @property
    def texts(self) -> list[str]:
        return self.matrix.request.texts[:MOST]

    @cached_property
    def cosines(self) -> Array:
        shown: Array = self.matrix.cosines[: len(self.pictures), : len(self.texts)]
        return shown

    def cell(self, row: int, column: int) -> tuple[float, float]:
        """Return the cosine of a text and a picture, and where it lies between the least and the largest shown, 0 to 1."""
        value, low, high = float(self.cosines[column, row]), float(self.cosines.min()), float(self.cosines.max())
        return value, (value - low) / max(high - low, 1e-9)

    @property
    def facts(self) -> list[str]:
        return [say("{clip} · temperature {temperature:.1f}", clip=self.matrix.clip, temperature=self.matrix.temperature)]

    @property
    def note(self) -> str:
        return self._cut(
            say(
                "Cosine of each picture with each text: 1 is the same direction, 0 a right angle. In bold: picture and text of one number."
            )
        )

    @property
    def note_of_picture(self) -> str:
        return self._cut(
            say(
                "Cosine of each picture with each text: 1 is the same direction, 0 a right angle. Framed: picture and text of one number."
            )
        )

    def _cut(self, note: str) -> str:
        whole = max(len(self.matrix.request.pictures), len(self.matrix.request.texts)) <= MOST
        return note if whole else " ".join([note, say("Only the first {count} are shown.", count=MOST)])


def _table(messages: still.Messages) -> _Table | None:
    matrix = still.first(messages[::-1], Matrix)
    return None if matrix is None else _Table(matrix)


def _image(picture: Image.Image | None, at: int) -> str:
    if picture is None:
        return str(at + 1)
    return still.image(jpeg(picture.resize((SIDE, SIDE)), quality=70), say("picture {number}", number=at + 1))


def _cell(value: float, share: float, *, paired: bool) -> str:
    number = f"<b>{value:.2f}</b>" if paired else f"{value:.2f}"
    colours = [f"rgb({','.join(map(str, colour))})" for colour in (_colour(share), _ink(share))]
    return f'<td style="background:{colours[0]};color:{colours[1]};text-align:center">{number}</td>'


def _colour(share: float) -> tuple[int, int, int]:
    red, green, blue = (round(start + share * (end - start)) for start, end in zip(LOW, HIGH, strict=True))
    return red, green, blue


def _ink(share: float) -> tuple[int, int, int]:
    return lettering.PAPER if share > 0.5 else lettering.INK
