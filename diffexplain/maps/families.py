"""Sixty things are too many for colours: here they are put into seven families, each of which gets one."""

from __future__ import annotations

from diffexplain.i18n import Words, say

FAMILIES: dict[str, tuple[Words, tuple[str, ...]]] = {
    "animals": (
        say("animals"),
        (
            *("fox", "cat", "dog", "panda", "frog", "owl", "whale", "penguin", "rabbit", "pig", "chicken", "bear", "lion"),
            *("elephant", "fish", "octopus", "butterfly", "bee", "turtle"),
        ),
    ),
    "fruit": (say("fruit"), ("red apple", "banana", "strawberry", "cherries", "lemon", "watermelon", "carrot")),
    "meals": (say("meals"), ("pizza", "hamburger", "doughnut", "cake")),
    "plants": (say("plants"), ("mushroom", "cactus", "sunflower", "tulip", "pine tree")),
    "signs": (say("signs"), ("star", "moon", "sun", "green heart", "red heart", "blue heart")),
    "vehicles": (say("vehicles"), ("rocket", "car", "bus", "airplane", "sailboat", "bicycle")),
    "objects": (
        say("objects"),
        (
            *("house", "castle", "balloon", "crown", "umbrella", "guitar", "book", "clock", "key", "snowman", "ghost"),
            *("soccer ball", "basketball"),
        ),
    ),
}
NAMES = tuple(FAMILIES)
_FAMILY_OF = {thing: at for at, (_, things) in enumerate(FAMILIES.values()) for thing in things}


def family_of(thing: str) -> int:
    """Return the index of a thing's family in `NAMES`.

    Raises:
        KeyError: the thing is not among the sixty that the bundled model draws best.
    """
    return _FAMILY_OF[thing]
