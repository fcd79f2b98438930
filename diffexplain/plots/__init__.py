"""The analytical charts as Plotly figures, for notebooks and papers. The explorers draw their own; these stay put."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from diffexplain.plots.contrastive import contrastive
    from diffexplain.plots.dataset import data_sets, scores
    from diffexplain.plots.embedding import embedding, trajectories
    from diffexplain.plots.guidance import guidance
    from diffexplain.plots.noise import histogram, schedules
    from diffexplain.plots.similarity import similarity
    from diffexplain.plots.training import distances, losses
    from diffexplain.plots.unet import blocks

_HOME = {  # figure -> the module that draws it
    "blocks": "unet",
    "contrastive": "contrastive",
    "data_sets": "dataset",
    "distances": "training",
    "embedding": "embedding",
    "guidance": "guidance",
    "histogram": "noise",
    "losses": "training",
    "schedules": "noise",
    "scores": "dataset",
    "similarity": "similarity",
    "trajectories": "embedding",
}

__all__ = [
    "blocks",
    "contrastive",
    "data_sets",
    "distances",
    "embedding",
    "guidance",
    "histogram",
    "losses",
    "schedules",
    "scores",
    "similarity",
    "trajectories",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'diffexplain.plots' has no figure {name!r}; it has {', '.join(__all__)}")
    value = getattr(import_module(f"diffexplain.plots.{_HOME[name]}"), name)
    globals()[name] = value  # the module of the same name would hide the function otherwise
    return value
