"""What explorers of a diffusers pipeline share: the pipeline, its samplers and sizes, and how much of a prompt it reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from diffexplain.core.text import tokenize
from diffexplain.core.twins import own_tokenizer
from diffexplain.explorers import checks, fitness, known_words, pipelines
from diffexplain.explorers.arrays import matrix_of
from diffexplain.explorers.explorer import Explorer
from diffexplain.explorers.in_page.facts import facts
from diffexplain.explorers.sources import Live
from diffexplain.models.learned import is_bundled, unlearned

if TYPE_CHECKING:
    import torch

    from diffexplain.core.text import Tokens
    from diffexplain.explorers.requests import PromptRequest
    from diffexplain.explorers.sources import Source
    from diffexplain.scenes.vocabulary import Unlearned


class PipelineExplorer(Explorer):
    """An explorer of what a text-to-image pipeline does.

    Attributes:
        pipeline: The user's own, which is never changed, or the bundled one.
        packed: Whether the explorer can show latents that come packed into patches, as Flux's.
        prompts: Fields in which the page offers the words that the bundled model knows.
    """

    packed: ClassVar[bool] = True
    prompts: ClassVar[tuple[str, ...]] = ("prompt",)

    def __init__(self, pipeline: Any = None, **fields: Any) -> None:
        pipeline = pipelines.bundled() if pipeline is None else pipeline
        self.require_fit(pipeline)
        self.pipeline = pipeline
        self._choices = pipelines.choices(pipeline)
        super().__init__(self.owner(), **fields)

    @classmethod
    def require_fit(cls, pipeline: Any) -> None:
        """See `Explorer.require_fit` and `fitness.require_fit`."""
        fitness.require_fit(pipeline, packed=cls.packed)

    def owner(self) -> object:
        """Return what runs of several explorers may not touch at once."""
        return pipelines.denoiser(self.pipeline)

    def source(self, request: PromptRequest) -> Source:
        """Return what the steps of a run come from."""
        return Live(self.pipeline, request)

    def model_name(self) -> str:
        """Return the class name of the pipeline that runs."""
        return pipelines.name_of(self.pipeline)

    def check_sampler(self, field: str, value: Any) -> str:
        """Allow one of those that fit the pipeline's model; None stands for its own."""
        if value is None:
            return pipelines.first_choice(self.pipeline)
        return checks.choice(field, value, [choice.name for choice in self._choices])

    def check_height(self, field: str, value: Any) -> int | None:
        """Allow a multiple of what the pipeline's latents stand for."""
        return checks.size(field, value, pipelines.size_multiple(self.pipeline))

    check_width = check_height

    def offer(self) -> dict[str, Any]:
        """See `Explorer.offer`."""
        return {
            "known_words": known_words.offer(self.prompts if is_bundled(self.pipeline) else ()),
            "samplers": pipelines.offer(self._choices),
            "limits": {"prompt": checks.MAX_CHARACTERS, "seed": checks.MAX_SEED},
        }

    def in_page(self) -> dict[str, Any] | None:
        """See `Saving.in_page`."""
        return facts(self.pipeline) if is_bundled(self.pipeline) else None

    def sampler_label(self, name: str) -> str:
        """Return the name of a sampler as people write it."""
        return next(choice.label for choice in self._choices if choice.name == name)

    def read(self, prompt: str) -> Tokens:
        """Return what the text encoder reads of a prompt; for runs."""
        tokenizer = own_tokenizer(getattr(self.pipeline, "tokenizer", None))
        return tokenize(prompt, tokenizer, getattr(self.pipeline, "text_encoder", None))

    def unlearned(self, prompt: str) -> list[Unlearned]:
        """Return the words of a prompt that the bundled model never learned; none where it is another pipeline."""
        return unlearned(prompt) if is_bundled(self.pipeline) else []

    def opening(self, request: PromptRequest, text: Tokens) -> dict[str, Any]:
        """Return what the `Begin` of each run says; see `PipelineBegin`.

        Args:
            request: What the run is asked.
            text: What `read` gives for its prompt.
        """
        sampler = getattr(request, "sampler", None)
        return {
            "request": request,
            "model": self.model_name(),
            "sampler_label": "" if sampler is None else self.sampler_label(sampler),
            "token_limit": text.limit,
            "truncated": text.truncated,
            "unlearned": self.unlearned(request.prompt),
            "negative_unlearned": self.unlearned(request.negative_prompt) if request.guidance_scale > 1 else [],
        }

    def latent_opening(
        self, request: PromptRequest, text: Tokens, source: Source, step_count: int, latents: torch.Tensor
    ) -> dict[str, Any]:
        """Return what the `Begin` of one run says whose latents a page draws; see `LatentBegin`.

        Args:
            request: As in `opening`.
            text: As in `opening`.
            source: What the steps come from.
            step_count: How many steps the run will have.
            latents: (C, h, w) of a step, unpacked.
        """
        preview, side = source.preview(), source.side
        channels, rows, columns = latents.shape
        return self.opening(request, text) | {
            "step_count": step_count,
            "preview_matrix": matrix_of(preview),
            "preview_r2": preview.r2,
            "latent_shape": (channels, rows, columns),
            "picture_size": (rows * side, columns * side),
        }

    def network(self) -> Any:
        """Return whose results are remembered; see `Memory.place`."""
        return self.pipeline
