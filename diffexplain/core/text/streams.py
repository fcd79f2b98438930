"""Which token stands at which position of a denoiser's text: one or two encoders' tokens, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from diffexplain.core.text.tokens import Tokens, spans_of, tokenize
from diffexplain.errors import AttentionError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Stream:
    """The tokens of one text encoder among those that a denoiser is given.

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
    """What a denoiser was given for one picture, in tokens.

    Attributes:
        streams: By position. Positions behind a stream's end token are padding.
        length: How many positions there are in all.
    """

    streams: tuple[Stream, ...]
    length: int

    def find(self, words: str, occurrence: int | None = None, stream: str | None = None) -> tuple[int, ...]:
        """Return the positions of a word's tokens: of all occurrences, or of one (counted from 0), in all streams or in one.

        Raises:
            AttentionError: Where the text has no such word, or the encoder never read it.
        """
        chosen = [each for each in self.streams if stream in (None, each.name)]
        if not chosen:
            names = ", ".join(each.name for each in self.streams)
            raise AttentionError(say("there is no stream {name!r} of tokens; there are: {names}", name=stream, names=names))
        matches: list[int] = []
        counts = []
        for each in chosen:
            occurrences = each.tokens.find(words)
            counts.append(len(occurrences))
            wanted = occurrences if occurrence is None else occurrences[occurrence : occurrence + 1]
            matches += [each.offset + position for positions in wanted for position in positions]
        if not matches or (occurrence is not None and occurrence < 0):
            raise AttentionError(self._missing(words, occurrence, max(counts), chosen))
        return tuple(dict.fromkeys(matches))  # two words may share a token

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
        if any(spans_of(each.tokens.prompt, words) for each in streams):
            if any(each.tokens.tokens for each in streams):
                return say(
                    "the text encoder reads only {limit} tokens and never saw {word!r}; move it forward in the prompt {prompt!r}",
                    limit=streams[0].tokens.limit,
                    word=words,
                    prompt=prompt,
                )
            return say("this tokenizer tells no places of words; give a token's number instead of {word!r}", word=words)
        return say(
            "{word!r} is not in the prompt {prompt!r}; give one of its words, or several in a row", word=words, prompt=prompt
        )


def conditioning_texts(
    pipe: Any, call: Mapping[str, Any], rows: int, length: int, *, negative: bool
) -> tuple[Text | None, ...]:
    """Return what a denoiser was given for each picture of a batch.

    Args:
        pipe: The pipeline.
        call: Arguments of its call, by name; the prompts as strings or lists of them.
        rows: How many pictures there are; those of one prompt stand together.
        length: How many tokens the denoiser was given.
        negative: Whether the negative prompts are meant.

    Returns:
        One for each picture; None where the prompt was given as embeddings, or its tokens are not those of the pipeline's tokenizer.
    """
    beginning = "negative_" if negative else ""
    streams = _layout(pipe, length)
    given: dict[str, Any] = {name: call.get(beginning + name) for each in streams for name in each.prompts}
    empty = all(value is None for value in given.values())
    if empty and (not negative or call.get("negative_prompt_embeds") is not None or _zeros(pipe)):
        return (None,) * rows
    counts = [len(call[name]) for name in ("prompt", "prompt_2", "prompt_3") if isinstance(call.get(name), (list, tuple))]
    repeated = max(rows // max(counts, default=1), 1)  # num_images_per_prompt
    texts: dict[int, Text | None] = {}
    for row in range(rows):
        index = row // repeated
        if index not in texts:
            texts[index] = _text_of(pipe, streams, given, index, length)
    return tuple(texts[row // repeated] for row in range(rows))


def _text_of(pipe: Any, layout: list[_Segment], given: Mapping[str, Any], index: int, length: int) -> Text | None:
    streams = []
    for segment in layout:
        prompt = next((given[name] for name in segment.prompts if given[name] is not None), "")
        if isinstance(prompt, (list, tuple)):
            prompt = prompt[index] if index < len(prompt) else None
        tokenizer = getattr(pipe, segment.tokenizer, None)
        if not isinstance(prompt, str) or tokenizer is None:
            return None
        words = prepared(pipe, prompt)
        streams.append(Stream(segment.stream, segment.offset, tokenize(words, tokenizer, limit=segment.length)))
    return Text(tuple(streams), length) if streams else None


@dataclass(frozen=True)
class _Segment:
    """Where a stream stands: its name, its first token, its tokenizer, its length, and the arguments that may hold its prompt."""

    stream: str
    offset: int
    tokenizer: str
    length: int
    prompts: tuple[str, ...]


def _layout(pipe: Any, length: int) -> list[_Segment]:
    if hasattr(pipe, "tokenizer_3"):  # Stable Diffusion 3: CLIP's tokens, then T5's
        clip = min(int(getattr(pipe, "tokenizer_max_length", 77)), length)
        segments = [_Segment("clip", 0, "tokenizer", clip, ("prompt",))]
        if length > clip and pipe.text_encoder_3 is not None:  # it is given zeros otherwise
            segments.append(_Segment("t5", clip, "tokenizer_3", length - clip, ("prompt_3", "prompt")))
        return segments
    if getattr(pipe, "transformer", None) is not None and getattr(pipe, "tokenizer_2", None) is not None:  # Flux: T5's alone
        return [_Segment("text", 0, "tokenizer_2", length, ("prompt_2", "prompt"))]
    if getattr(pipe, "tokenizer", None) is None:  # the refiner of Stable Diffusion XL
        return [_Segment("text", 0, "tokenizer_2", length, ("prompt", "prompt_2"))]
    return [_Segment("text", 0, "tokenizer", length, ("prompt", "prompt_2"))]  # XL's two encoders have the same positions


def _zeros(pipe: Any) -> bool:
    """Return whether no negative prompt is zeros, and not the states of an empty one."""
    return bool(getattr(getattr(pipe, "config", None), "force_zeros_for_empty_prompt", False))


def prepared(pipe: Any, words: str) -> str:
    """Return a prompt as the pipeline hands it to its tokenizer, but for words that were learnt as several tokens (see `spelled_out`)."""
    if hasattr(pipe, "_text_preprocessing"):  # PixArt: lower case, without spaces around
        return str(pipe._text_preprocessing(words, clean_caption=False)[0])
    return words
