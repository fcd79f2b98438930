"""Samplers side by side: the same noise, the same network, different ways down."""

from diffexplain.explorers.sampler.explorer import SamplerExplorer

__all__ = ["SamplerExplorer"]
