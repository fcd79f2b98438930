"""Make the map that ships: ``python -m diffexplain.maps.make_map``, with a checkout; about a minute.

Two thousand scenes of the sixty things that the bundled model draws best, and their captions, each once: embedded by the bundled
CLIP, laid out by UMAP under seed 0. Run it again after a change of the scene world, of the CLIP, or of `core/projection.py`.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from rich.progress import Progress

from diffexplain import scenes
from diffexplain.core.modality import PICTURE, TEXT
from diffexplain.maps import world
from diffexplain.maps.fitting import Points, fit_atlas
from diffexplain.maps.names import Name
from diffexplain.maps.shipped import FOLDER, write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from diffexplain.maps.atlas import Atlas

SCENES, SEED = 2000, 0


def main(folder: Path = FOLDER) -> Atlas:
    """Make the map and writes it."""
    from diffexplain.models.clip import bundled_clip

    gallery = scenes.gallery(SCENES, SEED, things="core")
    first = {scene.caption: at for at, scene in reversed(list(enumerate(gallery)))}  # caption -> the first scene that has it
    texts = sorted(first, key=first.__getitem__)
    clip = bundled_clip()
    with Progress() as progress:
        bars = {name: progress.add_task(name, total=1) for name in ("pictures", "texts", "umap", "closed")}

        def tell(task: str, done: int, total: int) -> None:
            progress.update(bars[task], completed=done, total=total)

        seen = clip.embed_pictures([scene.image for scene in gallery], on_batch=lambda done, all_: tell("pictures", done, all_))
        read = clip.embed_texts(texts, on_batch=lambda done, all_: tell("texts", done, all_))
        points = points_of(clip.name, gallery, texts, seen.numpy(), read.numpy())
        atlas = fit_atlas(points, [scene.image for scene in gallery], tell)
    atlas = dataclasses.replace(atlas, categories=world.categories(gallery, texts), labels=world.labels(gallery, texts))
    write(atlas, folder)
    return atlas


def points_of(clip: str, gallery: Sequence[scenes.Scene], texts: Sequence[str], seen: np.ndarray, read: np.ndarray) -> Points:
    """Return scenes and their captions, each caption once, as points."""
    index = {text: len(gallery) + at for at, text in enumerate(texts)}
    first = {scene.caption: at for at, scene in reversed(list(enumerate(gallery)))}
    kept = np.concatenate([seen, read]).astype(np.float16).astype(np.float32)  # what is shipped is what is fitted
    chinese = {scene.caption: scene.caption_zh for scene in gallery}
    captions = [Name(scene.caption, scene.caption_zh) for scene in gallery] + [Name(text, chinese[text]) for text in texts]
    return Points(
        clip=clip,
        embeddings=kept / np.linalg.norm(kept, axis=1, keepdims=True),
        kinds=np.array([PICTURE] * len(gallery) + [TEXT] * len(texts), np.uint8),
        captions=captions,
        partner=np.array([index[scene.caption] for scene in gallery] + [first[text] for text in texts], np.int32),
    )


if __name__ == "__main__":
    main()
