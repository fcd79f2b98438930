"""Trees of dicts, lists, numbers, texts and tensors, taken apart into tensors by name and plain JSON: what can be saved without code.

Tensors go into a file as they are; the rest, with a reference in the place of each tensor, goes beside them as JSON. Loading runs no code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from collections.abc import Mapping


def split(tree: Any) -> tuple[dict[str, torch.Tensor], Any]:
    """Take a tree apart.

    Returns:
        Its tensors, the very ones, each by its path in the tree, such as ``optimizers/0/state/3/exp_avg``; and the rest as JSON can hold
        it: dicts as lists of pairs, since the keys of an optimizer are numbers; tuples as lists.

    Raises:
        TypeError: the tree holds something else.
        ValueError: two tensors have the same path, because a key has a slash in it.
    """
    tensors: dict[str, torch.Tensor] = {}
    return tensors, _split(tree, "", tensors)


def join(tensors: Mapping[str, torch.Tensor], rest: Any) -> Any:
    """Put a tree together again; the inverse of `split`, but for tuples, which come back as lists.

    Raises:
        KeyError: a tensor is missing.
    """
    if isinstance(rest, list):
        return [join(tensors, inner) for inner in rest]
    if isinstance(rest, dict):
        return tensors[rest["tensor"]] if "tensor" in rest else {key: join(tensors, inner) for key, inner in rest["pairs"]}
    return rest


def _split(value: Any, path: str, tensors: dict[str, torch.Tensor]) -> Any:
    if isinstance(value, torch.Tensor):
        if path in tensors:
            raise ValueError(f"two tensors are called {path}")
        tensors[path] = value
        return {"tensor": path}
    start = f"{path}/" if path else ""
    if isinstance(value, dict):
        return {"pairs": [[key, _split(inner, f"{start}{key}", tensors)] for key, inner in value.items()]}
    if isinstance(value, (list, tuple)):
        return [_split(inner, f"{start}{number}", tensors) for number, inner in enumerate(value)]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"a tree can't hold a {type(value).__name__}")
