"""Which values a similarity explorer takes: lists of pictures and texts, and where one is in the matrix."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image

from diffexplain.explorers import checks
from diffexplain.i18n import say

if TYPE_CHECKING:
    from diffexplain.explorers.shelf import Shelf

MOST = 64  # a side of the matrix
DRAWN = "drawn:"
PICTURES: Any = str | PathLike | Image.Image | bytes | np.ndarray | torch.Tensor  # what stands for one


def texts(field: str, value: object) -> list[str]:
    """Return one to 64 texts.

    Raises:
        ValueError: it is something else.
    """
    return [checks.text(field, text) for text in several(field, value, str)]


def pictures(field: str, value: object, shelf: Shelf) -> list[str]:
    """Return references of one to 64 pictures.

    Args:
        field: its name.
        value: references, pictures, or paths of pictures.
        shelf: where pictures are kept and looked up.

    Raises:
        ValueError: it is something else.
    """
    references = []
    for item in several(field, value, PICTURES):
        if isinstance(item, str) and item.startswith(DRAWN):
            drawn(field, item)
            references.append(item)
        else:
            references.append(shelf.reference(item))
    return references


def drawn(field: str, reference: str) -> tuple[int, str]:
    """Return seed and prompt of ``drawn:7:a fox``.

    Raises:
        ValueError: it is not of this form.
    """
    seed, colon, prompt = reference.removeprefix(DRAWN).partition(":")
    if not colon or not (seed.isascii() and seed.isdecimal()):
        raise ValueError(
            say(
                "{field} must name a drawn picture as drawn:SEED:PROMPT, not {value}; for example drawn:7:a fox",
                field=field,
                value=checks.shown(reference),
            )
        )
    return checks.seed(field, int(seed[:20])), checks.text(field, prompt)


def pair(field: str, value: object) -> list[int]:
    """Return the selected picture and text, each counted from 0."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise checks.refusal(field, say("two whole numbers, [picture, text]"), value, say("count from 0"))
    return [checks.index(field, each) for each in value]


def several(field: str, value: object, kinds: Any) -> list[Any]:
    """Return one to 64 things of some kinds, in a list.

    Raises:
        ValueError: it is something else.
    """
    numbers = isinstance(value, np.ndarray | torch.Tensor) and value.ndim < 4  # of one picture
    if numbers or isinstance(value, str | bytes | PathLike | Image.Image) or not isinstance(value, Iterable):
        raise checks.refusal(field, say("a list"), value, say("put it in square brackets"))
    items = list(value)
    if not items:
        raise ValueError(say("{field} must hold 1 to {most}, and it is empty; give at least one", field=field, most=MOST))
    if len(items) > MOST:
        raise ValueError(
            say("{field} must hold 1 to {most}, not {count}; leave some out", field=field, most=MOST, count=len(items))
        )
    odd = [item for item in items if not isinstance(item, kinds)]
    if odd:
        raise ValueError(
            say("{field} can't hold {value}; give texts, or pictures and their paths", field=field, value=checks.shown(odd[0]))
        )
    return items
