"""The captioned picture world that the bundled model knows.

Small scenes of one or two things on a coloured ground, with a caption in English and in Chinese: what the bundled model and its
CLIP were trained on, and an endless supply of more. Needs numpy and Pillow only.

>>> from diffexplain import scenes
>>> scenes.scene(7).caption
'a book'
"""

from __future__ import annotations

from diffexplain.errors import SceneError
from diffexplain.scenes.generator import Scene, SceneObject, gallery, scene, stream
from diffexplain.scenes.sprites import sprite
from diffexplain.scenes.table import CORE_THINGS, GROUNDS, HELD_OUT, STYLES, THINGS

__all__ = [
    "CORE_THINGS",
    "GROUNDS",
    "HELD_OUT",
    "STYLES",
    "THINGS",
    "Scene",
    "SceneError",
    "SceneObject",
    "gallery",
    "scene",
    "sprite",
    "stream",
]
