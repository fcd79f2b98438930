"""Pictures and texts in one space: how alike each pair is, live."""

from diffexplain.explorers.similarity.explorer import SimilarityExplorer

__all__ = ["SimilarityExplorer"]
