"""What a text encoder reads: tokens with their positions in the prompt, and its hidden states layer by layer."""

from diffexplain.core.text.states import TextStates, read_text
from diffexplain.core.text.streams import Stream, Text
from diffexplain.core.text.tokens import Token, TokenKind, Tokens, Truncated, tokenize

__all__ = ["Stream", "Text", "TextStates", "Token", "TokenKind", "Tokens", "Truncated", "read_text", "tokenize"]
