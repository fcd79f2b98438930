"""When to stop: the new thing is drawn, and the old ones are not forgotten yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diffexplain.explorers.finetune.messages import Look

ALLOWED = 0.1
"""Which share of what it was before the first update the agreement of old things may lose."""


def best(looks: Sequence[Look]) -> Look:
    """Return the look with the highest agreement of the new thing among those that have forgotten no more than is allowed.

    Args:
        looks: one or more, the first before the first update.
    """
    first = float(np.mean(looks[0].old_agreement))
    floor = first - ALLOWED * abs(first)
    kept = [look for look in looks if np.mean(look.old_agreement) >= floor]
    return max(kept, key=lambda look: float(np.mean(look.new_agreement)))
