"""Errors of the models package."""

from __future__ import annotations

from diffexplain.core.errors import DiffexplainError


class ModelError(DiffexplainError, ValueError):
    """A model, device or number format that can't be used; the message says why, what is allowed and what to do."""
