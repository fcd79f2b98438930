"""Which steps of a long run are shown; see `diffexplain.core.evenly`."""

from diffexplain.core.evenly import evenly

__all__ = ["evenly"]
