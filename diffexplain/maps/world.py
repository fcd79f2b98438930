"""What is known of scenes of the bundled world besides their captions: what to colour them by, and what to write on their map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from diffexplain import scenes
from diffexplain.core.modality import PICTURE, TEXT
from diffexplain.maps import families
from diffexplain.maps.atlas import kind_category
from diffexplain.maps.names import Category, Labels, Name, name_of
from diffexplain.scenes.table import STYLES_IN_CHINESE, find_ground, find_thing

if TYPE_CHECKING:
    from collections.abc import Sequence

NONE = 255


def categories(gallery: Sequence[scenes.Scene], texts: Sequence[str]) -> list[Category]:
    """Return what the points can be coloured by. A caption has the style or ground that it names, and none where it names none."""
    first = {scene.caption: scene for scene in reversed(gallery)}
    captioned = [first[text] for text in texts]
    every = [*gallery, *captioned]
    kinds = np.array([PICTURE] * len(gallery) + [TEXT] * len(texts), np.uint8)
    of_families = [families.family_of(scene.objects[0].name) for scene in every]
    styles = [scenes.STYLES.index(scene.objects[0].style) for scene in gallery] + [_style_in(scene) for scene in captioned]
    grounds = [scenes.GROUNDS.index(scene.ground) for scene in gallery] + [_ground_in(scene) for scene in captioned]
    family_names = [name_of(words) for words, _ in families.FAMILIES.values()]
    return [
        Category("concept", family_names, [], np.array(of_families, np.uint8)),
        Category("style", [Name(name, STYLES_IN_CHINESE[name]) for name in scenes.STYLES], [], np.array(styles, np.uint8)),
        Category(
            "ground",
            [Name(name, f"{find_ground(name).chinese}色") for name in scenes.GROUNDS],
            ["#{:02x}{:02x}{:02x}".format(*find_ground(name).rgb) for name in scenes.GROUNDS],
            np.array(grounds, np.uint8),
        ),
        kind_category(kinds),
    ]


def labels(gallery: Sequence[scenes.Scene], texts: Sequence[str]) -> Labels:
    """Return the thing that stands first in each point, for those that show one thing only: the others lie between clusters."""
    first = {scene.caption: scene for scene in reversed(gallery)}
    every = [*gallery, *(first[text] for text in texts)]
    numbers = {name: at for at, name in enumerate(scenes.CORE_THINGS)}
    values = [numbers[scene.objects[0].name] if len(scene.objects) == 1 else NONE for scene in every]
    return Labels([Name(name, find_thing(name).chinese) for name in scenes.CORE_THINGS], np.array(values, np.uint8))


def _style_in(scene: scenes.Scene) -> int:
    thing = scene.objects[0]
    return scenes.STYLES.index(thing.style) if f"{thing.style} {thing.name}" in scene.caption else NONE


def _ground_in(scene: scenes.Scene) -> int:
    return scenes.GROUNDS.index(scene.ground) if "background" in scene.caption else NONE
