"""See `diffexplain.errors`."""

from __future__ import annotations

from diffexplain.errors import TrainingError

__all__ = ["TrainingError"]
