"""Drawing the sheet; without npm, which the smoke run doesn't use either."""

from __future__ import annotations

import io
import json
import tarfile
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from diffexplain.errors import TrainingError
from diffexplain.scenes import STYLES, THINGS, sprite
from diffexplain.scenes.table import COLUMNS, SHEET_ORDER, TILE
from diffexplain.training.data import sprites
from diffexplain.training.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

ICON = '<rect x="4" y="8" width="8" height="4" fill="#ff0000"/>'


def packages(root: Path, icons: dict[str, object]) -> None:
    """Packages of all five sets, as npm writes them."""
    for package in sprites.PACKAGES.values():
        name, _, version = package.rpartition("@")
        content = json.dumps({"width": 16, "height": 16, **icons}).encode()
        root.mkdir(parents=True, exist_ok=True)
        with tarfile.open(root / f"{name[1:].replace('/', '-')}-{version}.tgz", "w:gz") as archive:
            about = tarfile.TarInfo("package/icons.json")
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))


def test_an_icon_is_cropped_and_centred() -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" width="128" height="128">{ICON}</svg>'
    pixels = np.asarray(sprites.draw(svg))
    assert pixels.shape == (TILE, TILE, 4)
    middle, edge = TILE // 2, TILE // 10
    assert pixels[middle, [0, TILE - 1], 3].min() == 255  # as wide as the square
    assert pixels[[edge, TILE - 1 - edge], middle].max() == 0  # half as high, in the middle
    assert tuple(pixels[middle, middle]) == (255, 0, 0, 255)


def test_every_thing_has_an_icon_name_and_every_style_a_pinned_package() -> None:
    assert {*sprites.PACKAGES} == {*STYLES}
    assert all(package.rpartition("@")[2].count(".") == 2 for package in sprites.PACKAGES.values())
    assert len({sprites.icon_of(name) for name in THINGS}) == len(THINGS)
    assert sprites.icon_of("cat") == "cat-face"
    assert sprites.icon_of("red apple") == "red-apple"


def test_the_shipped_drawings_are_like_themselves() -> None:
    few = {key: sprite(*key) for key in SHEET_ORDER[:5]}
    found = sprites.compare(few)
    assert (found.drawings, found.mean, found.largest) == (5, 0.0, 0.0)
    few[SHEET_ORDER[3]] = Image.new("RGBA", (TILE, TILE), "white")
    assert sprites.compare(few).furthest == ", ".join(SHEET_ORDER[3])


def test_the_sheet_holds_each_drawing_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    few = {key: sprite(*key) for key in SHEET_ORDER[:40]}
    monkeypatch.setattr(sprites, "SHEET_ORDER", SHEET_ORDER[:40])
    whole = sprites.sheet(few)
    assert whole.size == (COLUMNS * TILE, 2 * TILE)
    assert whole.crop((TILE, TILE, 2 * TILE, 2 * TILE)).tobytes() == few[SHEET_ORDER[37]].tobytes()


def test_aliases_are_followed_and_packages_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    icon = sprites.icon_of(SHEET_ORDER[0][0])
    packages(
        tmp_path / "sprites" / "packages",
        {"icons": {"real": {"body": ICON}}, "aliases": {icon: {"parent": "middle"}, "middle": {"parent": "real"}}},
    )
    monkeypatch.setattr(sprites, "SHEET_ORDER", SHEET_ORDER[:3])
    found = sprites.make(Workspace(tmp_path), lambda _: None)
    assert found.drawings == 3
    with Image.open(tmp_path / "sprites" / "sprites.webp") as sheet:
        assert sheet.convert("RGBA").getpixel((TILE // 2, TILE // 2))[0] > 240


def test_a_missing_icon_is_named(tmp_path: Path) -> None:
    packages(tmp_path / "sprites" / "packages", {"icons": {}})
    with pytest.raises(TrainingError, match=r"no icon 'ant' for the ant of @iconify-json/noto@"):
        sprites.make(Workspace(tmp_path), lambda _: None)


def test_without_npm_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TrainingError, match=r"Install Node\.js"):
        sprites.make(Workspace(tmp_path), lambda _: None)
