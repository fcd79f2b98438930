"""What a text encoder reads: tokens with their positions in the prompt, its hidden states layer by layer, and who reads whom."""

from diffexplain.core.text.self_attention import SelfAttention, read_self_attention, rollout
from diffexplain.core.text.states import TextStates, read_text
from diffexplain.core.text.streams import Stream, Text
from diffexplain.core.text.tokens import Token, TokenKind, Tokens, Truncated, tokenize
from diffexplain.core.text.uses import Use

__all__ = [
    "SelfAttention",
    "Stream",
    "Text",
    "TextStates",
    "Token",
    "TokenKind",
    "Tokens",
    "Truncated",
    "Use",
    "read_self_attention",
    "read_text",
    "rollout",
    "tokenize",
]
