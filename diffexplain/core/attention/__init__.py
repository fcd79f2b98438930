"""Where a network looked: attention between picture and text, read beside the fused kernel and never inside it."""

from diffexplain.core.attention.listener import Listener, listener_of
from diffexplain.core.attention.options import Attention, Direction, attention_options
from diffexplain.core.attention.step_attention import StepAttention

__all__ = ["Attention", "Direction", "Listener", "StepAttention", "attention_options", "listener_of"]
