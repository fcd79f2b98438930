"""Where the noise comes from: a picture down the forward chain."""

from diffexplain.explorers.noise.explorer import NoiseExplorer

__all__ = ["NoiseExplorer"]
