"""Which explorers there are, in the order of the questions that they answer. Loads nothing until a class is asked for."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from diffexplain.explorers.explorer import Explorer

CLASSES: Mapping[str, str] = MappingProxyType(
    {
        "text": "TextExplorer",
        "similarity": "SimilarityExplorer",
        "embedding": "EmbeddingExplorer",
        "contrastive": "ContrastiveExplorer",
        "noise": "NoiseExplorer",
        "latent": "LatentExplorer",
        "denoise": "DenoiseExplorer",
        "attention": "AttentionExplorer",
        "unet": "UNetExplorer",
        "guidance": "GuidanceExplorer",
        "seed": "SeedExplorer",
        "sampler": "SamplerExplorer",
        "training": "TrainingExplorer",
        "generative": "GenerativeModelsExplorer",
        "finetune": "FineTuneExplorer",
        "dataset": "DatasetExplorer",
    }
)
"""Name of an explorer, which is also that of its folders and of its page -> name of its class."""

QUESTION: Mapping[str, int] = MappingProxyType(
    {
        "text": 1,
        "similarity": 1,
        "embedding": 1,
        "contrastive": 1,
        "noise": 2,
        "latent": 2,
        "denoise": 3,
        "attention": 4,
        "unet": 4,
        "guidance": 5,
        "seed": 5,
        "sampler": 3,
        "training": 4,
        "generative": 4,
        "finetune": 5,
        "dataset": 4,
    }
)
"""Name of an explorer -> which of the five questions it answers, see `QUESTIONS` of `diffexplain.explorers.workbench.questions`."""


def home(name: str) -> str:
    """Return the package of an explorer."""
    return f"diffexplain.explorers.{name}"


def class_of(name: str) -> type[Explorer]:
    """Return the class of an explorer."""
    found: type[Explorer] = getattr(import_module(f"{home(name)}.explorer"), CLASSES[name])
    return found


def explorers() -> dict[str, type[Explorer]]:
    """Return all explorers by name, in the order of the lessons: ``dx.explorers()["seed"]`` is `SeedExplorer`."""
    return {name: class_of(name) for name in CLASSES}
