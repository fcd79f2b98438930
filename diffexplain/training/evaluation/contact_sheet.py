"""A sheet of 64 prompts to look at, and the failures that the judge sees on it, by name."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from diffexplain.training.evaluation.questions import Question, exam, mark, named

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from diffexplain.training.evaluation.evaluation import Evaluation

_COUNTS = {"core": 36, "others": 12, "pairs": 16}
_COLUMNS, _SIDE, _ROOM, _GAP = 8, 128, 44, 8


def questions() -> list[Question]:
    """Return the 64 prompts, every other one in Chinese: 36 core things, 12 others, 16 pairs."""
    return list(chain.from_iterable(exam(kind, count).questions for kind, count in _COUNTS.items()))


def make(evaluation: Evaluation) -> tuple[Path, list[str]]:
    """Draw and judge them; returns the sheet and a line for each failure."""
    asked = questions()
    pictures = evaluation.drawn("sheet", asked)
    verdict = evaluation.judged(pictures)
    marks = mark(asked, verdict)
    good = marks.relation & marks.ground
    folder = evaluation.workspace.evaluation
    sheet(asked, pictures, good).save(folder / "sheet.png")
    failures = [
        f"{question.prompt} ({question.english}): the judge sees {named(verdict, number)}"
        for number, question in enumerate(asked)
        if not good[number]
    ]
    (folder / "sheet.md").write_text("".join(f"- {line}\n" for line in failures) or "No failures.\n", "utf-8")
    return folder / "sheet.png", failures


def sheet(asked: list[Question], pictures: np.ndarray, good: np.ndarray) -> Image.Image:
    """Show pictures with their prompts in English, marked where asked in Chinese; failures have a red frame."""
    width, height = _SIDE + _GAP, _SIDE + _ROOM
    whole = Image.new("RGB", (_COLUMNS * width + _GAP, -(-len(asked) // _COLUMNS) * height + _GAP), "white")
    pen, font = ImageDraw.Draw(whole), ImageFont.load_default(size=11)
    for number, question in enumerate(asked):
        row, column = divmod(number, _COLUMNS)
        left, top = column * width + _GAP, row * height + _GAP
        picture = Image.fromarray(pictures[number]).resize((_SIDE, _SIDE), Image.Resampling.NEAREST)
        whole.paste(picture, (left, top))
        if not good[number]:
            pen.rectangle((left - 2, top - 2, left + _SIDE + 1, top + _SIDE + 1), outline=(200, 30, 30), width=2)
        words = question.english + ("" if question.prompt == question.english else " (zh)")
        pen.multiline_text((left, top + _SIDE + 3), _wrapped(words, font), fill=(40, 40, 40), font=font, spacing=1)
    return whole


def _wrapped(words: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    lines: list[str] = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= _SIDE:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)
