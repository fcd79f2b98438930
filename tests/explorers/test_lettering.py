"""Words in pictures."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from PIL import Image, ImageChops

from diffexplain.explorers import lettering

LATIN = st.text(st.characters(min_codepoint=32, max_codepoint=0x17F, exclude_characters="\x7f"), max_size=120)


@settings(max_examples=30)
@given(st.lists(LATIN, max_size=3), st.integers(20, 500))
def test_a_caption_leaves_the_picture_and_stays_within_the_sheet(lines: list[str], width: int) -> None:
    picture = Image.new("RGB", (width, 40), "teal")
    sheet = lettering.captioned(picture, lines)
    left = (sheet.width - width) // 2
    assert ImageChops.difference(sheet.crop((left, 0, left + width, 40)), picture).getbbox() is None
    below = np.asarray(sheet.crop((0, 40, sheet.width, sheet.height)))
    inked = (below != 255).any(-1)
    assert inked.any() == any(line.strip("\x20\xa0\xad") for line in lines)
    if inked.any():
        edge = lettering.MARGIN // 2
        assert not inked[:, :edge].any()
        assert not inked[:, -edge:].any()
        assert not inked[:edge].any()


def test_a_line_that_no_font_can_write_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lettering, "_of_the_machine", lambda size: None)
    picture = Image.new("RGB", (400, 40), "teal")
    assert lettering.captioned(picture, ["一只狐狸"]) is picture
    assert lettering.captioned(picture, ["一只狐狸", "a fox"]).size == lettering.captioned(picture, ["a fox"]).size


@settings(max_examples=30)
@given(LATIN, st.integers(30, 300))
def test_a_fitted_line_is_the_beginning_and_fits(text: str, width: int) -> None:
    fitted = lettering.fitted(text, 14, width)
    font = lettering.font_for(fitted, 14)
    assert font is not None
    assert font.getlength(fitted) <= width
    assert fitted == text or text.startswith(fitted.removesuffix("…"))


@pytest.mark.parametrize(("count", "columns", "rows"), [(1, 1, 1), (5, 3, 2), (6, 3, 2), (7, 3, 3)])
def test_labelled_tiles_keep_their_pixels_and_their_order(count: int, columns: int, rows: int) -> None:
    tiles = [Image.new("RGB", (40, 30), (at * 20, 90, 160)) for at in range(count)]
    sheet = lettering.labelled(tiles, [f"tile {at}" for at in range(count)], columns)
    found = [sheet.getpixel((8 + at % columns * 48 + 20, 8 + at // columns * 52 + 15)) for at in range(count)]
    assert found == [(at * 20, 90, 160) for at in range(count)]
    assert sheet.size == (columns * 48 + 8, rows * 52 + 8)
