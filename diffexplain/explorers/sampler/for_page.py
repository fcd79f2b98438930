"""What a page must know beside the tables of its samplers to compare them: where the long runs go, and what kind each sampler is of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from diffexplain.core import samplers
from diffexplain.core.step_table import step_table
from diffexplain.explorers.in_page.facts import written
from diffexplain.explorers.sampler.agreement import SAME
from diffexplain.explorers.sampler.plan import FAMILY_OF
from diffexplain.explorers.sampler.reference import limits, timesteps

if TYPE_CHECKING:
    from collections.abc import Mapping


def facts(pipeline: Any, tables: Mapping[str, Mapping[int, Any]], *, mapped: bool) -> dict[str, Any]:
    """Return what a page must know, fit for JSON.

    Args:
        pipeline: The bundled one.
        tables: Of its samplers, see `in_page.facts`.
        mapped: Whether the pictures are placed on the map that ships.

    Returns:
        ``long`` has the table of the long run from each timestep that one of these starts at; ``families``, ``limits`` and ``same`` as
        the messages have them.
    """
    scheduler = samplers.build("dpmpp_2m", pipeline.scheduler)
    levels = np.asarray(pipeline.scheduler.alphas_cumprod, np.float64)
    starts = {round(rows[0][0]) for of_sampler in tables.values() for _, rows in of_sampler.values()}
    return {
        "comparison": {
            "long": {start: written(step_table(scheduler, timesteps(levels, start))) for start in starts},
            "families": {name: FAMILY_OF[name] for name in tables},
            "limits": limits(pipeline.scheduler).tolist(),
            "same": SAME,
            "mapped": mapped,
        }
    }
