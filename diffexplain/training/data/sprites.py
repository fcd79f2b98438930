"""The sheet of drawings: npm packages of the Iconify sets, rasterised with resvg, as `diffexplain.scenes` reads it.

Which things there are, and in which style each was drawn, stands in ``diffexplain/scenes/sprites.json``; here is what their icons are
called. The sheet that comes out is compared with the one that ships: same drawings, up to the loss of WebP.
"""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from diffexplain.errors import TrainingError
from diffexplain.scenes import sprite
from diffexplain.scenes.table import COLUMNS, SHEET_ORDER, TILE
from diffexplain.training.workspace import Workspace, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable

_ICONS = json.loads((Path(__file__).parent / "icons.json").read_text("utf-8"))
PACKAGES: dict[str, str] = _ICONS["packages"]  # style -> npm package with its version
_CANVAS = 256  # pixels that an icon is drawn with before it is cropped and shrunk
_QUALITY = 90


@dataclass(frozen=True)
class Likeness:
    """How near a sheet is to the one that ships, over all drawings; differences of pixels on black, 0 to 255.

    Attributes:
        drawings: how many.
        mean: mean absolute difference.
        largest: mean absolute difference of the drawing that differs most.
        furthest: its thing and style.
    """

    drawings: int
    mean: float
    largest: float
    furthest: str


def make(workspace: Workspace, report: Callable[[str], None]) -> Likeness:
    """Fetch the packages that are not there yet, draw the sheet, compare it.

    Raises:
        TrainingError: npm or resvg is missing, or a package lacks an icon.
    """
    drawings = {}
    icons = {style: _icons(workspace.sprites / "packages", package, report) for style, package in PACKAGES.items()}
    report(f"drawing {len(SHEET_ORDER)} sprites")
    for name, style in SHEET_ORDER:
        drawings[name, style] = draw(_svg(icons[style], icon_of(name), f"{name} of {PACKAGES[style]}"))
    content = io.BytesIO()
    sheet(drawings).save(content, "WEBP", quality=_QUALITY, method=6, exact=False)
    write_whole(workspace.sprites / "sprites.webp", content.getvalue())
    likeness = compare(drawings)
    write_whole(workspace.sprites / "likeness.json", json.dumps(asdict(likeness), indent=1))
    return likeness


def icon_of(name: str) -> str:
    """Return what the icon of a thing is called in all five sets."""
    icon: str = _ICONS["icons"].get(name, name.replace(" ", "-"))
    return icon


def draw(svg: str) -> Image.Image:
    """Draw an icon, cropped to its content and centred on a transparent square: RGBA, 128x128 pixels."""
    try:
        import resvg_py
    except ModuleNotFoundError:
        raise TrainingError("Drawing icons takes resvg_py. Install it with: pip install 'diffexplain[train]'") from None
    with Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=svg)))) as drawn:
        picture = drawn.convert("RGBA")
    picture = picture.crop(picture.getbbox())
    side = max(picture.size)
    square = Image.new("RGBA", (side, side))
    square.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
    return square.resize((TILE, TILE), Image.Resampling.LANCZOS)


def sheet(drawings: dict[tuple[str, str], Image.Image]) -> Image.Image:
    """Put all drawings on one sheet, row by row in the order of the table."""
    rows = -(-len(SHEET_ORDER) // COLUMNS)
    whole = Image.new("RGBA", (COLUMNS * TILE, rows * TILE))
    for number, key in enumerate(SHEET_ORDER):
        row, column = divmod(number, COLUMNS)
        whole.paste(drawings[key], (column * TILE, row * TILE))
    return whole


def compare(drawings: dict[tuple[str, str], Image.Image]) -> Likeness:
    """Compute how near drawings are to those that ship."""
    off = {key: float(np.abs(_on_black(drawing) - _on_black(sprite(*key))).mean()) for key, drawing in drawings.items()}
    furthest = max(off, key=lambda key: off[key])
    return Likeness(len(off), float(np.mean([*off.values()])), off[furthest], f"{furthest[0]}, {furthest[1]}")


def _on_black(drawing: Image.Image) -> np.ndarray:
    pixels = np.asarray(drawing, np.float32)  # (128, 128, 4)
    shown: np.ndarray = pixels[..., :3] * pixels[..., 3:] / 255
    return shown


def _icons(folder: Path, package: str, report: Callable[[str], None]) -> Any:
    """Return what an Iconify package holds: ``icons``, ``aliases``, ``width``, ``height``."""
    name, _, version = package.rpartition("@")
    archive = folder / f"{name.removeprefix('@').replace('/', '-')}-{version}.tgz"
    if not archive.exists():
        report(f"fetching {package}")
        folder.mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True, text=True)
        except FileNotFoundError:
            raise TrainingError("Icons come as npm packages, and there is no npm here. Install Node.js.") from None
        except subprocess.CalledProcessError as error:
            raise TrainingError(f"npm could not fetch {package}: {error.stderr.strip()}") from None
    with tarfile.open(archive) as packed:
        member = packed.extractfile("package/icons.json")
        assert member is not None
        return json.load(member)


def _svg(icons: Any, icon: str, what: str) -> str:
    aliases = icons.get("aliases", {})
    while icon in aliases:
        icon = aliases[icon]["parent"]
    if icon not in icons["icons"]:
        raise TrainingError(
            f"There is no icon {icon!r} for the {what}: its name goes into diffexplain/training/data/icons.json."
        )
    drawing = icons["icons"][icon]
    width, height = (drawing.get(side, icons.get(side, 16)) for side in ("width", "height"))
    box = f"{drawing.get('left', 0)} {drawing.get('top', 0)} {width} {height}"
    links = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<svg {links} viewBox="{box}" width="{_CANVAS}" height="{_CANVAS}">{drawing["body"]}</svg>'
