"""Models: the bundled one, and loading of any other diffusers pipeline.

Names load on first use, so that asking where the bundled model lies takes no torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from diffexplain.models.bundle import bundled_path, clip_path

if TYPE_CHECKING:
    from diffexplain.errors import ModelError
    from diffexplain.models.devices import best_device, default_dtype
    from diffexplain.models.loading import load

_HOME = {  # public name -> the module that holds it
    "ModelError": "diffexplain.errors",
    "best_device": "diffexplain.models.devices",
    "default_dtype": "diffexplain.models.devices",
    "load": "diffexplain.models.loading",
}

__all__ = ["ModelError", "best_device", "bundled_path", "clip_path", "default_dtype", "load"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'diffexplain.models' has no attribute {name!r}; it has {', '.join(__all__)}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
