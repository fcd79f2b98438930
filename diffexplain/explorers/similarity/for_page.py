"""What a page must know beside its text tower to set a reader's sentences among pictures: the pictures as the bundled CLIP sees them."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from diffexplain.explorers.similarity import gallery
from diffexplain.models.clip import bundled_clip

if TYPE_CHECKING:
    from PIL import Image


def pictures(own: dict[str, Image.Image]) -> dict[str, Any]:
    """Return what a page knows of pictures, fit for JSON.

    Args:
        own: Pictures of the run, by reference.

    Returns:
        ``points`` are embeddings by reference, of the gallery's pictures, too; ``thumbnails`` are JPEGs in base64 of those that are not on
        the gallery's sheet; ``searched`` is how many of the gallery a text sorts, and ``shown`` what the page has beside the sheet.
    """
    clip = bundled_clip()
    seen = {f"gallery:{number}": scene.image for number, scene in enumerate(gallery.searched())} | own
    points = clip.embed_pictures(list(seen.values())).tolist()
    beside = {reference: gallery.thumbnail(image) for reference, image in seen.items() if not gallery.on_sheet(reference)}
    return {
        "points": {reference: [round(value, 7) for value in point] for reference, point in zip(seen, points, strict=True)},
        "thumbnails": {
            reference: {"content": base64.b64encode(each.data).decode("ascii"), "width": each.width, "height": each.height}
            for reference, each in beside.items()
        },
        "searched": len(gallery.searched()),
        "shown": [reference for reference in own if reference in beside],
        "temperature": clip.temperature,
        "clip": clip.name,
    }
