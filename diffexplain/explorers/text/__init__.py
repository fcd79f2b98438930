"""From a sentence to vectors: what a pipeline's text encoders read, layer by layer."""

from diffexplain.explorers.text.explorer import TextExplorer

__all__ = ["TextExplorer"]
