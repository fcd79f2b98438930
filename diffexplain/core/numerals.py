"""Is a value a number? Python's, numpy's and single values of torch alike; a truth value is none."""

from __future__ import annotations

import numbers
import operator
import sys
from typing import Any

import numpy as np


def whole_number(value: Any) -> int | None:
    """Return the whole number that a value is, as Python's own; None for what is none.

    Args:
        value: Anything. An int, numpy's integers and arrays or tensors of no dimension with one are whole numbers; truth values and
            floats, also 2.0, are not.
    """
    if isinstance(value, (bool, np.bool_)) or not _is_single(value):
        return None
    try:
        return operator.index(value)
    except (TypeError, ValueError, RuntimeError):  # RuntimeError: a tensor without storage
        return None


def real_number(value: Any) -> float | None:
    """Return the number that a value is, as Python's own float, NaN and infinities too; None for what is none, or is beyond all floats.

    Args:
        value: Anything. Whole numbers (see `whole_number`), fractions, numpy's floats, and arrays or tensors of no dimension with
            one are numbers; truth values and complex ones are not.
    """
    if isinstance(value, (bool, np.bool_)) or not _is_single(value):
        return None
    if not (isinstance(value, (numbers.Real, np.ndarray)) or is_tensor(value)) and whole_number(value) is None:
        return None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError, RuntimeError):
        return None


def plain_number(value: Any) -> Any:
    """Return a number of numpy, or a single one of torch, as Python's own, truth values too; anything else as it is."""
    if isinstance(value, np.generic) or ((isinstance(value, np.ndarray) or is_tensor(value)) and value.ndim == 0):
        return value.item()
    return value


def is_tensor(value: Any) -> bool:
    """Return whether it is one of torch's; torch itself, which is slow to import, is not needed for the answer."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def _is_single(value: Any) -> bool:
    """Return whether it can be one number: no list of them, and no truth value."""
    if is_tensor(value):
        return value.ndim == 0 and value.dtype != sys.modules["torch"].bool and not value.is_complex()
    if isinstance(value, np.ndarray):
        return value.ndim == 0 and value.dtype.kind in "iuf"
    return True
