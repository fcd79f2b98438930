"""Guidance: what the network says with the text and without it, and what becomes of the two."""

from diffexplain.explorers.guidance.explorer import GuidanceExplorer

__all__ = ["GuidanceExplorer"]
