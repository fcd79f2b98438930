"""Which token stands at which place of the text that a denoiser is told: one or two encoders' tokens, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from diffexplain.core.errors import AttentionError
from diffexplain.core.text.tokens import Tokens, places, tokenize
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Stream:
    """The tokens of one text encoder among those that a denoiser is told.

    Attributes:
        name: ``"text"`` where there is one; ``"clip"`` and ``"t5"`` in Stable Diffusion 3.
        offset: Place of its first token.
        tokens: Its tokens.
    """

    name: str
    offset: int
    tokens: Tokens


@dataclass(frozen=True)
class Text:
    """What a denoiser was told for one picture, in tokens.

    Attributes:
        streams: By place. Places behind a stream's end token are padding.
        length: How many places there are in all.
    """

    streams: tuple[Stream, ...]
    length: int

    def find(self, words: str, occurrence: int | None = None, stream: str | None = None) -> tuple[int, ...]:
        """The places of a word's tokens: of all its occurrences, or of one (counted from 0), in all streams or in one.

        Raises:
            AttentionError: Where the text has no such word, or the encoder never read it.
        """
        chosen = [each for each in self.streams if stream in (None, each.name)]
        if not chosen:
            names = ", ".join(each.name for each in self.streams)
            raise AttentionError(say("there is no stream {name!r} of tokens; there are: {names}", name=stream, names=names))
        found: list[int] = []
        counts = []
        for each in chosen:
            occurrences = each.tokens.find(words)
            counts.append(len(occurrences))
            wanted = occurrences if occurrence is None else occurrences[occurrence : occurrence + 1]
            found += [each.offset + position for positions in wanted for position in positions]
        if not found or (occurrence is not None and occurrence < 0):
            raise AttentionError(self._missing(words, occurrence, max(counts), chosen))
        return tuple(dict.fromkeys(found))  # two words may share a token

    def _missing(self, words: str, occurrence: int | None, count: int, streams: Sequence[Stream]) -> str:
        prompt = streams[0].tokens.prompt
        if occurrence is not None and count:
            return say(
                "{word!r} stands {count} times in the prompt {prompt!r}; give an occurrence from 0 to {most}, not {occurrence}",
                word=words,
                count=count,
                prompt=prompt,
                most=count - 1,
                occurrence=occurrence,
            )
        if any(places(each.tokens.prompt, words) for each in streams):
            if any(each.tokens.tokens for each in streams):
                return say(
                    "the text encoder reads only {limit} tokens and never saw {word!r}; move it forward in the prompt {prompt!r}",
                    limit=streams[0].tokens.limit,
                    word=words,
                    prompt=prompt,
                )
            return say("this tokenizer tells no places of words; give a token's number instead of {word!r}", word=words)
        return say("{word!r} is not in the prompt {prompt!r}; give one of its words, or several in a row", word=words, prompt=prompt)


def text_told(pipe: Any, call: Mapping[str, Any], index: int, length: int, *, negative: bool) -> Text | None:
    """What a denoiser was told for one picture.

    Args:
        pipe: The pipeline.
        call: Arguments of its ``encode_prompt``, the prompts as strings or lists of them.
        index: Which prompt of a list.
        length: How many tokens the denoiser was told.
        negative: Whether the negative prompt is meant.

    Returns:
        None where the prompt was given as embeddings, or another number of tokens than its encoders give.
    """
    beginning = "negative_" if negative else ""

    def prompt(*names: str) -> str | None:
        given = next((value for name in names if (value := call.get(beginning + name)) is not None), "" if negative else None)
        if isinstance(given, (list, tuple)):
            given = given[index] if index < len(given) else None
        return given if isinstance(given, str) else None

    streams: list[Stream] = []
    for name, offset, number, size, names in _layout(pipe, length):
        words = prompt(*names)
        tokenizer = getattr(pipe, f"tokenizer{number}", None)
        if words is None:
            return None
        if tokenizer is not None:
            words = _prepared(pipe, words, tokenizer)
            streams.append(Stream(name, offset, tokenize(words, tokenizer, limit=size)))
    return Text(tuple(streams), length) if streams else None


def _layout(pipe: Any, length: int) -> list[tuple[str, int, str, int, tuple[str, ...]]]:
    """``(stream, offset, number of its tokenizer, length, arguments that may hold its prompt)`` of each stream."""
    if getattr(pipe, "text_encoder_3", None) is not None or hasattr(pipe, "tokenizer_3"):  # Stable Diffusion 3
        clip = int(getattr(pipe, "tokenizer_max_length", 77))
        long = length - clip
        first = [("clip", 0, "", clip, ("prompt",))] if long >= 0 else []
        told_t5 = long > 0 and getattr(pipe, "text_encoder_3", None) is not None  # it is told zeros otherwise
        return [*first, *([("t5", clip, "_3", long, ("prompt_3", "prompt"))] if told_t5 else [])]
    if getattr(pipe, "transformer", None) is not None and getattr(pipe, "tokenizer_2", None) is not None:  # Flux
        return [("text", 0, "_2", length, ("prompt_2", "prompt"))]
    number = "" if getattr(pipe, "tokenizer", None) is not None else "_2"  # the refiner of SDXL has the second one only
    return [("text", 0, number, length, ("prompt", "prompt_2"))]


def _prepared(pipe: Any, words: str, tokenizer: Any) -> str:
    """A prompt as the pipeline hands it to its tokenizer."""
    if hasattr(pipe, "_text_preprocessing"):  # PixArt: lower case, without spaces around
        return str(pipe._text_preprocessing(words, clean_caption=False)[0])
    if hasattr(pipe, "maybe_convert_prompt"):  # an embedding that was learnt as several tokens becomes several words
        return str(pipe.maybe_convert_prompt(words, tokenizer))
    return words
