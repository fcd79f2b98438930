"""Which steps of a long run are shown."""

from __future__ import annotations


def evenly(count: int, most: int) -> list[int]:
    """Choose at most so many of the numbers below `count`, evenly spread.

    The first and the last are among them; the last alone where one is allowed. What lies in the middle between two numbers is
    rounded up, as by `spread` of the page's ``kit/film.js``, so that a film shows what was told.
    """
    if count <= most:
        return list(range(count))
    if most <= 1:
        return [count - 1]
    gaps = most - 1
    return [(2 * at * (count - 1) + gaps) // (2 * gaps) for at in range(most)]
