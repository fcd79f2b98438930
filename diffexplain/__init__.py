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
    from diffexplain.explorers.attention.explorer import AttentionExplorer
    from diffexplain.explorers.contrastive.explorer import ContrastiveExplorer
    from diffexplain.explorers.dataset.explorer import DatasetExplorer
    from diffexplain.explorers.denoise.explorer import DenoiseExplorer
    from diffexplain.explorers.embedding.explorer import EmbeddingExplorer
    from diffexplain.explorers.finetune.explorer import FineTuneExplorer
    from diffexplain.explorers.generative.explorer import GenerativeModelsExplorer
    from diffexplain.explorers.guidance.explorer import GuidanceExplorer
    from diffexplain.explorers.latent.explorer import LatentExplorer
    from diffexplain.explorers.noise.explorer import NoiseExplorer
    from diffexplain.explorers.registry import explorers
    from diffexplain.explorers.sampler.explorer import SamplerExplorer
    from diffexplain.explorers.seed.explorer import SeedExplorer
    from diffexplain.explorers.similarity.explorer import SimilarityExplorer
    from diffexplain.explorers.text.explorer import TextExplorer
    from diffexplain.explorers.training.explorer import TrainingExplorer
    from diffexplain.explorers.unet.explorer import UNetExplorer
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
} | {class_name: f"{registry.home(name)}.explorer" for name, class_name in registry.CLASSES.items()}

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
