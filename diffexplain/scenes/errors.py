"""Errors of the scenes package."""

from __future__ import annotations

from diffexplain.core.errors import DiffexplainError


class SceneError(DiffexplainError, ValueError):
    """A scene that can't be made as asked; the message says why, what is allowed and what to do."""
