"""Where the network looked, word by word."""

from diffexplain.explorers.attention.explorer import AttentionExplorer

__all__ = ["AttentionExplorer"]
