"""Pictures from outside: whatever comes in is an upright RGB picture of a bearable size, or is refused in words."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from PIL import Image

import diffexplain as dx
from diffexplain import scenes
from diffexplain.core.pictures import MOST_BYTES
from diffexplain.errors import PictureError
from diffexplain.explorers.gallery_sheet import COLUMNS, captions, offer, sheet
from diffexplain.explorers.pictures import opened
from diffexplain.explorers.shelf import GALLERY, LONGEST_SIDE, MOST_UPLOADS, Shelf
from diffexplain.i18n import Words
from diffexplain.live.messages import Picture
from diffexplain.live.status import Refused


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def noise(width: int, height: int, channels: int = 3) -> Image.Image:
    values = np.random.default_rng(0).integers(0, 256, (height, width, channels), np.uint8)
    return Image.fromarray(values if channels > 1 else values[..., 0])


def test_one_picture_has_one_reference_however_it_comes(tmp_path: Path) -> None:
    shelf, image = Shelf(), noise(20, 10)
    path = tmp_path / "noise.png"
    image.save(path)
    references = {shelf.add(source) for source in (image, encoded(image), memoryview(encoded(image)), path, str(path))}
    (reference,) = references
    assert reference.startswith("upload:")
    assert len(reference) == len("upload:") + 12
    assert shelf.get(reference).tobytes() == image.tobytes()
    assert shelf.reference(reference) == shelf.reference(image) == reference
    assert shelf.add(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)) != reference


def test_pictures_of_the_gallery_are_found_by_number() -> None:
    shelf, shown = Shelf(), scenes.gallery(70)
    for number in (0, 12, 63, 64, 69):
        assert shelf.get(f"gallery:{number}").tobytes() == shown[number].image.tobytes()
        assert shelf.caption(f"gallery:{number}") == {"en": shown[number].caption, "zh": shown[number].caption_zh}
    assert shelf.get(f"gallery:{GALLERY - 1}").size == shown[0].image.size
    assert shelf.caption(shelf.add(noise(2, 2))) is None


@pytest.mark.parametrize(
    "reference", ["gallery:2000", "gallery:-1", "gallery:", "gallery:1.5", "upload:0", "upload:" + "0" * 12, "", "x"]
)
def test_a_reference_that_stands_for_nothing_is_refused(reference: str) -> None:
    with pytest.raises(PictureError) as raised:
        Shelf().get(reference)
    assert isinstance(raised.value.args[0], Words)
    assert "\n" not in str(raised.value)


def test_what_is_transparent_becomes_white() -> None:
    half = Image.new("RGBA", (2, 1), (200, 0, 0, 255))
    half.putpixel((1, 0), (0, 0, 0, 0))
    palette = Image.new("P", (2, 1), 0)
    palette.putpalette([200, 0, 0, 0, 0, 0])
    palette.putpixel((1, 0), 1)
    shelf = Shelf()
    for source in (half, encoded(half), encoded(half, "WEBP", lossless=True), encoded(palette, "PNG", transparency=1)):
        picture = shelf.get(shelf.add(source))
        assert (picture.mode, picture.getpixel((0, 0)), picture.getpixel((1, 0))) == ("RGB", (200, 0, 0), (255, 255, 255))


def test_grey_of_any_depth_keeps_its_brightness() -> None:
    shelf = Shelf()
    ramp = np.linspace(0, 255, 16).astype(np.uint8)[None]
    deep = Image.fromarray(ramp.astype(np.uint16) * 257)  # I;16
    for source in (
        Image.fromarray(ramp),
        encoded(Image.fromarray(ramp)),
        encoded(deep),
        Image.fromarray(ramp.astype(np.int32)),
    ):
        picture = np.asarray(shelf.get(shelf.add(source)))
        assert np.abs(picture[..., 0].astype(int) - ramp.astype(int)).max() <= 1
        assert (picture[..., 0] == picture[..., 2]).all()
    (black, white) = np.asarray(shelf.get(shelf.add(Image.fromarray(np.array([[0, 255]], np.uint8)).convert("1"))))[0]
    assert (tuple(black), tuple(white)) == ((0, 0, 0), (255, 255, 255))


def test_a_camera_held_sideways_is_turned_upright() -> None:
    image = Image.new("RGB", (40, 20), "white")
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise to see it upright
    shelf = Shelf()
    assert shelf.get(shelf.add(encoded(image, "JPEG", exif=exif))).size == (20, 40)


def test_forty_megapixels_are_scaled_down_and_one_pixel_is_enough() -> None:
    shelf = Shelf()
    large = Image.new("RGB", (8000, 5000), (10, 200, 30))
    for source in (encoded(large, "JPEG"), encoded(large, "PNG"), large):
        picture = shelf.get(shelf.add(source))
        assert picture.size == (LONGEST_SIDE, LONGEST_SIDE * 5 // 8)
        assert np.abs(np.asarray(picture).reshape(-1, 3).mean(0) - (10, 200, 30)).max() < 3
    assert large.size == (8000, 5000)  # the caller's own picture stays as it is
    assert shelf.get(shelf.add(Image.new("L", (1, 1), 7))).getpixel((0, 0)) == (7, 7, 7)
    assert shelf.get(shelf.add(Image.new("RGB", (5000, 1)))).size == (LONGEST_SIDE, 1)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (b"", "no picture"),
        (b"\x89PNG\r\n\x1a\nnot really", "no picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture"),
        (encoded(noise(64, 64))[:-900], "damaged"),
        (encoded(Image.new("1", (9000, 8000))), "64 megapixels"),
        (encoded(Image.new("1", (20000, 20000))), "64 megapixels"),
        (Image.new("1", (9000, 8000)), "64 megapixels"),
        (Image.new("RGB", (0, 5)), "no pixels"),
        ("no/such/picture.png", "can't be read"),
        ("nul\0byte", "can't be read"),
        (7, "int"),
        (None, "NoneType"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_what_is_no_picture_is_refused_in_words(source: Any, words: str) -> None:
    with pytest.raises(PictureError, match=words) as raised:
        Shelf().add(source)
    assert isinstance(raised.value.args[0], Words)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 300


@settings(max_examples=100)
@given(st.binary(max_size=200), st.sampled_from(["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"]), st.integers(0, 400))
def test_damaged_files_are_pictures_or_refused(damage: bytes, kind: str, at: int) -> None:
    good = encoded(noise(12, 9), kind)
    bad = good[:at] + damage + good[at + len(damage) :]
    try:
        reference = (shelf := Shelf()).add(bad)
    except PictureError:
        return
    picture = shelf.get(reference)
    assert picture.mode == "RGB"
    assert 1 <= max(picture.size) <= LONGEST_SIDE


def test_the_oldest_of_many_uploads_goes() -> None:
    shelf = Shelf()
    references = [shelf.add(Image.new("RGB", (1, 1), (number, 0, 0))) for number in range(MOST_UPLOADS)]
    shelf.get(references[0])  # just looked at: not the oldest any more
    shelf.add(Image.new("RGB", (1, 1), (0, 200, 0)))
    assert shelf.get(references[0]).getpixel((0, 0)) == (0, 0, 0)
    with pytest.raises(PictureError, match="any more"):
        shelf.get(references[1])


def test_the_sheet_holds_the_gallery_in_order() -> None:
    picture, shown = opened(sheet(30, 32)), scenes.gallery(30)
    assert picture.size == (COLUMNS * 32, 3 * 32)
    for at, scene in enumerate(shown):
        left, top = at % COLUMNS * 32, at // COLUMNS * 32
        cut = np.asarray(picture.crop((left, top, left + 32, top + 32)), float)
        errors = [
            np.abs(cut - np.asarray(other.image.resize((32, 32), Image.Resampling.LANCZOS), float)).mean() for other in shown
        ]
        assert errors[at] == min(errors)
        assert captions(30)[at] == (scene.caption, scene.caption_zh)
    offered = offer(30, 32)
    assert [entry["reference"] for entry in offered["pictures"]] == [f"gallery:{at}" for at in range(30)]
    assert isinstance(sheet(), Picture)
    assert len(sheet().data) < 40_000


def page_sends(explorer: Any, data: bytes, field: str = "picture") -> None:
    content = {"data": {"method": "custom", "content": {"kind": "picture", "field": field}}}
    explorer._handle_msg({"content": content, "buffers": [memoryview(data)] if data else []})


class Taking(dx.DenoiseExplorer):
    """Notes what it is given."""

    takes_pictures = frozenset({"picture"})

    def take_picture(self, field: str, reference: str) -> None:
        assert field == "picture"
        self.taken = reference


def test_a_page_can_hand_over_a_picture(pipe: Any) -> None:
    explorer = Taking(pipe, steps=1).wait(60)
    told: list[Any] = []
    assert explorer._runs is not None
    explorer._runs.history.aside = told.append  # type: ignore[method-assign, assignment]
    image = noise(8, 8)
    page_sends(explorer, encoded(image))
    assert explorer.shelf.get(explorer.taken).tobytes() == image.tobytes()
    assert told == []
    for data, field in ((b"no picture", "picture"), (b"", "picture"), (encoded(image), "other")):
        page_sends(explorer, data, field)
    assert [(type(message), message.field) for message in told] == [
        (Refused, "picture"),
        (Refused, "picture"),
        (Refused, "other"),
    ]
    assert explorer.taken == explorer.shelf.add(image)
    explorer.close()


def test_a_file_that_is_too_large_is_measured_as_a_file() -> None:
    with pytest.raises(PictureError, match="at most 64 MiB, not 65; scale the picture down"):
        Shelf().add(bytes(MOST_BYTES + 2**20))
