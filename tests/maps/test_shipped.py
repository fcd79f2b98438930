"""The map that ships is the bundled CLIP's, and comes back from its files as it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from diffexplain import scenes
from diffexplain.core.modality import PICTURE, TEXT
from diffexplain.maps import shipped
from diffexplain.maps.atlas import NEAR
from diffexplain.models.clip import bundled_clip


def test_the_shipped_map_is_the_bundled_clips() -> None:
    atlas = shipped.shipped_atlas()
    sample = [0, 7, 1999]
    seen = bundled_clip().embed_pictures([scenes.gallery(2000, things="core")[at].image for at in sample]).numpy()
    np.testing.assert_allclose(atlas.embeddings[sample], seen, atol=2e-3)
    texts = [2000, 2500, len(atlas.kinds) - 1]
    read = bundled_clip().embed_texts([atlas.captions[at].en for at in texts]).numpy()
    np.testing.assert_allclose(atlas.embeddings[texts], read, atol=2e-3)


def test_neighbours_that_ship_are_those_of_all_pairs() -> None:
    atlas = shipped.shipped_atlas()
    for at in (3, 1234, 2222, len(atlas.kinds) - 5):
        cosines = atlas.embeddings @ atlas.embeddings[at]
        cosines[at] = -2
        for kind in (PICTURE, TEXT):
            shown = atlas.near_cosines[at, kind * NEAR : (kind + 1) * NEAR]
            best = np.sort(cosines[atlas.kinds == kind])[::-1][:NEAR]
            np.testing.assert_allclose(shown, best, atol=2e-3)


def test_writing_and_reading_is_the_identity(tmp_path: Path) -> None:
    atlas = shipped.shipped_atlas()
    shipped.write(atlas, tmp_path)
    again = shipped.read(tmp_path)
    np.testing.assert_allclose(again.embeddings, atlas.embeddings, atol=1e-3)
    new = bundled_clip().embed_texts(["a fox", "a red circle"]).numpy()
    np.testing.assert_allclose(again.place(new, TEXT), atlas.place(new, TEXT), atol=1e-2)
    assert again.captions == atlas.captions
    assert sum(path.stat().st_size for path in shipped.FOLDER.iterdir() if path.suffix != ".py") < 4e6
