"""How is a sentence understood? What a pipeline's text encoders read, layer by layer, and what a word more or less changes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from diffexplain.core.finite import require_states
from diffexplain.core.text import read_self_attention, read_text, rollout
from diffexplain.core.text.arithmetic import terms
from diffexplain.core.text.sentences import sentence_encoder, sentence_vectors
from diffexplain.core.text.states import encoders_of
from diffexplain.explorers import checks, known_words, pipelines
from diffexplain.explorers.explorer import Explorer
from diffexplain.explorers.messages import emit_progress
from diffexplain.explorers.text import reading, still
from diffexplain.explorers.text.captions import captions, found, sum_of
from diffexplain.explorers.text.messages import Begin, Nearest
from diffexplain.explorers.text.request import TextRequest, TextView
from diffexplain.i18n import say
from diffexplain.models.learned import is_bundled, unlearned
from diffexplain.scenes import gallery

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import torch

    from diffexplain.core.text import TextStates
    from diffexplain.explorers.remembered import Remembered
    from diffexplain.live.messages import Message
    from diffexplain.scenes.vocabulary import Unlearned

    Emit = Callable[[Message], None]

SPOKEN = (5, 19, 40)  # pictures of the gallery whose captions are offered in both languages
MOST_POINTS = 8


class TextExplorer(Explorer):
    """From a sentence to vectors: tokens, what each layer of a text encoder makes of them, and who reads whom on the way.

    ::

        explorer = TextExplorer(prompt="a fox in the snow", other_prompt="a cat in the snow")
        explorer                                   # shows it
        explorer.arithmetic = "a fox - white + red"
        TextExplorer(sdxl)                         # both encoders, and what each is used for

    Args:
        pipeline: a diffusers pipeline with CLIP or T5 text encoders, which is never changed; None for the bundled one.

    Attributes:
        states: what each encoder made of the last sentence, `diffexplain.core.text.TextStates`; empty before.

    Raises:
        UnfitPipelineError: the pipeline has no text encoder that can be read.
        NotFiniteError: out of `wait`, where an encoder gives NaN or infinity.
        TraitError: a value is not allowed.
    """

    Request = TextRequest
    View = TextView
    result = Nearest
    title = say("Text explorer")
    about = say("What the text encoder makes of a sentence: tokens, vectors layer by layer, and which word reads which.")
    _module = "text"
    overview = staticmethod(still.overview)

    def __init__(self, pipeline: Any = None, **fields: Any) -> None:
        pipeline = pipelines.bundled() if pipeline is None else pipeline
        self.require_fit(pipeline)
        self.pipeline = pipeline
        self.states: tuple[TextStates, ...] = ()
        self._points: Remembered[tuple[tuple[str, ...], torch.Tensor]] = self.memory.place(MOST_POINTS, lambda: self.pipeline)
        if "prompt" in fields:
            fields.setdefault("other_prompt", "")
        denoiser = pipelines.denoiser(pipeline)
        super().__init__(getattr(pipeline, next(iter(encoders_of(pipeline)))) if denoiser is None else denoiser, **fields)

    @classmethod
    def require_fit(cls, pipeline: Any) -> None:
        """Refuse a pipeline without a text encoder that can be read."""
        encoders_of(pipeline)

    def offer(self) -> dict[str, Any]:
        """See `Explorer.offer`."""
        scenes = gallery(max(SPOKEN) + 1)
        fields = ("prompt", "other_prompt", "arithmetic") if is_bundled(self.pipeline) else ()
        return {
            "known_words": known_words.offer(fields),
            "limits": {"text": checks.MAX_CHARACTERS},
            "spoken": [{"en": scenes[at].caption, "zh": scenes[at].caption_zh} for at in SPOKEN],
        }

    def run(self, request: TextRequest, emit: Emit) -> None:
        """Read the sentence, the one beside it, then ask what is like it, and like a sum."""
        with pipelines.without_notice_of_truncation(self.pipeline):
            self._read(request, emit)
            self._find(request, emit)

    def _read(self, request: TextRequest, emit: Emit) -> None:
        self.states = read_text(self.pipeline, request.prompt)
        for states in self.states:
            require_states(states.output)
        attention = read_self_attention(self.pipeline, request.prompt, reading.MOST)
        encoders = [reading.described(self.pipeline, *each) for each in zip(self.states, attention, strict=True)]
        emit(Begin(request, type(self.pipeline).__name__, encoders, self._unlearned(request)))
        for number, (states, seen) in enumerate(zip(self.states, attention, strict=True)):
            count = len(encoders[number].tokens)
            emit(reading.vectors(number, states, count))
            for layer in reading.layers(number, seen, rollout(seen.means), count):
                emit(layer)
        if request.other_prompt.strip():
            for number, other in enumerate(read_text(self.pipeline, request.other_prompt)):
                emit(reading.compared(self.pipeline, number, self.states[number], other, encoders[number].tokens))

    def _find(self, request: TextRequest, emit: Emit) -> None:
        name = sentence_encoder(self.pipeline)
        at_work = partial(emit_progress, emit, "captions")
        texts, points = self._points.made(name, partial(self._captions, name, at_work))
        mean, unit = points.mean(0), points / points.norm(dim=1, keepdim=True)
        sentences = [text for text in (request.prompt, request.other_prompt) if text.strip()]
        parts = terms(request.arithmetic)
        vectors = self._vectors(name, [*sentences, *(part.text for part in parts)])
        nearest = [found(vector - mean, points, mean, texts) for vector in vectors[: len(sentences)]]
        first = nearest.pop(0) if request.prompt.strip() else []
        number = [states.encoder for states in self.states].index(name)
        emit(Nearest(number, len(texts), float(unit.mean(0).square().sum()), first, nearest[0] if nearest else []))
        if parts:
            emit(sum_of(parts, vectors[len(sentences) :], points, mean, texts))

    def _captions(self, name: str, at_work: Callable[[int, int], None]) -> tuple[tuple[str, ...], torch.Tensor]:
        texts = captions(sum(each.numel() for each in getattr(self.pipeline, name).parameters()))
        return texts, sentence_vectors(self.pipeline, name, texts, on_batch=at_work)

    def _vectors(self, name: str, texts: Sequence[str]) -> torch.Tensor:
        return sentence_vectors(self.pipeline, name, texts or [""])

    def _unlearned(self, request: TextRequest) -> list[Unlearned]:
        texts = (request.prompt, request.other_prompt, *(part.text for part in terms(request.arithmetic)))
        return [word for text in texts for word in unlearned(text)] if is_bundled(self.pipeline) else []
