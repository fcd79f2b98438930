"""What a page that generates must know beside its networks: how the bundled pipeline reads, samples and is seen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from diffexplain.core import samplers
from diffexplain.core.preview import linear_map
from diffexplain.core.step_table import step_table
from diffexplain.explorers import pipelines
from diffexplain.explorers.arrays import matrix_of
from diffexplain.models import bundled_path
from diffexplain.models.learned import learned_words

if TYPE_CHECKING:
    from diffexplain.core.step_table import StepTable, TableRow

SAMPLERS = ("ddim", "euler", "euler_a", "dpmpp_2m", "heun", "ddpm")
MOST_STEPS = 50  # as far as the page's slider goes
_DIGITS = 9  # of single precision, in which a scheduler computes
_known: dict[str, dict[int, list[Any]]] = {}  # tables by name and settings of a sampler


def learned_ids() -> list[str]:
    """Return each word that captions have as the ids of its tokens, with spaces between."""
    return sorted(" ".join(map(str, ids)) for ids in learned_words())


def reading() -> dict[str, Any]:
    """Return what a page must know to read a sentence: how many tokens it takes, and `learned_ids`."""
    config = json.loads((bundled_path() / "text_encoder" / "config.json").read_text("utf-8"))
    return {"length": config["max_position_embeddings"], "learned": learned_ids()}


def facts(pipeline: Any) -> dict[str, Any]:
    """Return what a page must know of the bundled pipeline, fit for JSON.

    Returns:
        Beside `reading`: ``model`` is its class; ``latents`` and ``side``: (C, h, w), and so many pixels a side are one value;
        ``preview_matrix`` and ``preview_r2`` as in `LatentBegin`; ``tables``: of each sampler and number of steps, see `written`.
    """
    config, preview = pipeline.unet.config, linear_map(pipeline.vae)
    return {
        **reading(),
        "model": pipelines.name_of(pipeline),
        "latents": [config.in_channels, config.sample_size, config.sample_size],
        "side": pipelines.latent_side(pipeline),
        "preview_matrix": matrix_of(preview).tolist(),
        "preview_r2": preview.r2,
        "tables": {name: _tables(pipeline, name) for name in SAMPLERS},
    }


def written(table: StepTable) -> list[Any]:
    """Return a table as short as it can be: the start, then each row's numbers, in the order of `TableRow`."""
    return [table.start, [_numbers(row) for row in table.rows]]


def _numbers(row: TableRow) -> list[float]:
    levels = [row.level.a, row.level.b, row.next_level.a, row.next_level.b, row.parameterization.p, row.parameterization.q]
    coefficients = [row.x, row.prediction, row.x_before, row.prediction_before, row.fresh]
    return [float(f"{number:.{_DIGITS}g}") for number in (row.timestep, row.scale, *levels, *coefficients)] + [int(row.draws)]


def _tables(pipeline: Any, name: str) -> dict[int, list[Any]]:
    """Return a sampler's tables by the number of steps; worked out once, for that takes seconds."""
    scheduler = samplers.build(name, pipeline.scheduler)
    key = json.dumps([name, dict(scheduler.config)], default=str, sort_keys=True)
    if key not in _known:
        _known[key] = {count: written(step_table(scheduler, count)) for count in range(1, MOST_STEPS + 1)}
    return _known[key]
