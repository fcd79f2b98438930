"""A similarity matrix as a table, for readers without a kernel."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from diffexplain.explorers import still
from diffexplain.explorers.pictures import jpeg
from diffexplain.explorers.similarity.messages import Matrix
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PIL import Image

    from diffexplain.live.messages import Message

MOST = 16  # columns and rows: with pictures of 1 KB the table stays well below the 60 KB that a notebook's output may have
SIDE = 48
TEXT_CHARACTERS = 80
LOW, HIGH = (244, 246, 250), (18, 59, 114)  # the frontend's map in the light theme, --heat-low and --heat-high


def still_html(messages: Sequence[Message], picture: Callable[[str], Image.Image | None]) -> str:
    """Show the cosines as a coloured table with the pictures above and the texts at the side; empty before the first.

    Args:
        messages: of a run.
        picture: gives a picture by its reference, None where it isn't at hand.
    """
    matrix = still.first(messages[::-1], Matrix)
    if matrix is None:
        return ""
    pictures, texts = matrix.request.pictures[:MOST], matrix.request.texts[:MOST]
    cosines = matrix.cosines[: len(pictures), : len(texts)]
    low, high = float(cosines.min()), float(cosines.max())
    head = "".join(f"<th>{_image(picture(reference), at)}</th>" for at, reference in enumerate(pictures))
    rows = "".join(
        f'<tr><th style="text-align:left;font-weight:400">{html.escape(still.shortened(text, TEXT_CHARACTERS))}</th>'
        + "".join(_cell(float(value), low, high, paired=row == column) for column, value in enumerate(cosines[:, row]))
        + "</tr>"
        for row, text in enumerate(texts)
    )
    meaning = say(
        "Cosine of each picture with each text: 1 is the same direction, 0 a right angle. In bold: picture and text of one number."
    )
    hidden = max(len(matrix.request.pictures) - MOST, len(matrix.request.texts) - MOST, 0)
    more = say("Only the first {count} are shown.", count=MOST) if hidden else ""
    facts = say("{clip} · temperature {temperature:.1f}", clip=matrix.clip, temperature=matrix.temperature)
    table = f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return still.figure(table, [facts], [" ".join(part for part in (meaning, more) if part)])


def _image(picture: Image.Image | None, at: int) -> str:
    if picture is None:
        return str(at + 1)
    return still.image(jpeg(picture.resize((SIDE, SIDE)), quality=70), say("picture {number}", number=at + 1))


def _cell(value: float, low: float, high: float, *, paired: bool) -> str:
    share = (value - low) / max(high - low, 1e-9)
    red, green, blue = (round(start + share * (end - start)) for start, end in zip(LOW, HIGH, strict=True))
    ink = "#fff" if share > 0.5 else "#1f2328"
    number = f"<b>{value:.2f}</b>" if paired else f"{value:.2f}"
    return f'<td style="background:rgb({red},{green},{blue});color:{ink};text-align:center">{number}</td>'
