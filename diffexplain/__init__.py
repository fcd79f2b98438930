"""diffexplain: live widgets that show what happens inside text-to-image diffusion while it runs.

Names load on first use, so that ``import diffexplain`` costs milliseconds and takes no torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from diffexplain.explorers import registry

__version__ = "0.1.0.dev0"

if TYPE_CHECKING:
    from diffexplain import models, plots, scenes
    from diffexplain.core.attention import Attention
    from diffexplain.core.features import Features
    from diffexplain.core.lanes import Lane, sample
    from diffexplain.core.mixing import Mixing
    from diffexplain.core.record import record
    from diffexplain.core.trace import Step, Trace
    from diffexplain.explorers.attention import AttentionExplorer
    from diffexplain.explorers.contrastive import ContrastiveExplorer
    from diffexplain.explorers.dataset import DatasetExplorer
    from diffexplain.explorers.denoise import DenoiseExplorer
    from diffexplain.explorers.embedding import EmbeddingExplorer
    from diffexplain.explorers.finetune import FineTuneExplorer
    from diffexplain.explorers.generative import GenerativeModelsExplorer
    from diffexplain.explorers.guidance import GuidanceExplorer
    from diffexplain.explorers.latent import LatentExplorer
    from diffexplain.explorers.noise import NoiseExplorer
    from diffexplain.explorers.registry import explorers
    from diffexplain.explorers.sampler import SamplerExplorer
    from diffexplain.explorers.seed import SeedExplorer
    from diffexplain.explorers.similarity import SimilarityExplorer
    from diffexplain.explorers.text import TextExplorer
    from diffexplain.explorers.training import TrainingExplorer
    from diffexplain.explorers.unet import UNetExplorer
    from diffexplain.explorers.workbench import explore
    from diffexplain.i18n import set_language
    from diffexplain.models.loading import load

_HOME = {  # public name -> the module that holds it
    "Attention": "diffexplain.core.attention",
    "Features": "diffexplain.core.features",
    "Lane": "diffexplain.core.lanes",
    "Mixing": "diffexplain.core.mixing",
    "Step": "diffexplain.core.trace",
    "Trace": "diffexplain.core.trace",
    "explore": "diffexplain.explorers.workbench",
    "load": "diffexplain.models.loading",
    "models": "",
    "plots": "",
    "record": "diffexplain.core.record",
    "sample": "diffexplain.core.lanes",
    "scenes": "",
    "set_language": "diffexplain.i18n",
} | {class_name: registry.home(name) for name, class_name in registry.CLASSES.items()}

__all__ = [
    "Attention",
    "AttentionExplorer",
    "ContrastiveExplorer",
    "DatasetExplorer",
    "DenoiseExplorer",
    "EmbeddingExplorer",
    "Features",
    "FineTuneExplorer",
    "GenerativeModelsExplorer",
    "GuidanceExplorer",
    "Lane",
    "LatentExplorer",
    "Mixing",
    "NoiseExplorer",
    "SamplerExplorer",
    "SeedExplorer",
    "SimilarityExplorer",
    "Step",
    "TextExplorer",
    "Trace",
    "TrainingExplorer",
    "UNetExplorer",
    "__version__",
    "explore",
    "explorers",
    "load",
    "models",
    "plots",
    "record",
    "sample",
    "scenes",
    "set_language",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'diffexplain' has no attribute {name!r}; it has {', '.join(sorted(_HOME))}")
    home = _HOME[name]
    value = getattr(import_module(home), name) if home else import_module(f"diffexplain.{name}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
