"""Scenes of one thing each, so small and of so few things that what learns them is seen to learn within two minutes."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice

import numpy as np

from diffexplain.scenes.generator import stream

SIDE = 16  # in pixels: as little as a picture can have and still be known
FEW_THINGS = ("red heart", "sun", "star")


@lru_cache(maxsize=8)
def small_pictures(count: int, seed: int) -> np.ndarray:
    """Return (count, SIDE, SIDE, 3) of 0 to 255, read-only: scenes that show one of `FEW_THINGS` each."""
    alone = (each.image for each in stream(seed, FEW_THINGS, SIDE) if len(each.objects) == 1)
    pixels = np.stack([np.asarray(image) for image in islice(alone, count)])
    pixels.flags.writeable = False
    return pixels
