"""Every step of a text-to-image pipeline, live."""

from diffexplain.explorers.denoise.explorer import DenoiseExplorer

__all__ = ["DenoiseExplorer"]
