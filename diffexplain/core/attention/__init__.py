"""Where a network looked: attention between picture and text, read beside the fused kernel and never inside it."""

from diffexplain.core.attention.kept import StepAttention
from diffexplain.core.attention.listener import Listener
from diffexplain.core.attention.options import Attention, Direction, attention_options

__all__ = ["Attention", "Direction", "Listener", "StepAttention", "attention_options"]
