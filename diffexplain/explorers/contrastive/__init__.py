"""A small CLIP learns from nothing, live: which text belongs to which picture?"""

from diffexplain.explorers.contrastive.explorer import ContrastiveExplorer

__all__ = ["ContrastiveExplorer"]
