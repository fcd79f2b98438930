"""What goes wrong while a model is made, and can be mended by whoever makes it."""

from __future__ import annotations

from diffexplain.core.errors import DiffexplainError


class TrainingError(DiffexplainError, RuntimeError):
    """A stage that can't begin or go on; the message says why and what to do."""
