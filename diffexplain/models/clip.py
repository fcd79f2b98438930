"""CLIP: texts and pictures as points of one space (Radford et al. 2021, "Learning Transferable Visual Models ...").

The bundled CLIP, a folder, a name on the hub, or a `transformers.CLIPModel` that is loaded already. What comes out has unit length,
so that a dot product is the cosine of the angle between two of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core import threads
from diffexplain.core.fingerprint import Fingerprint, fingerprint
from diffexplain.core.pictures import picture_of
from diffexplain.core.twins import own_tokenizer
from diffexplain.errors import ModelError
from diffexplain.i18n import say
from diffexplain.models.bundle import clip_path
from diffexplain.models.clip_folder import clip_folder, no_vision_tower
from diffexplain.models.devices import choose_device, choose_dtype
from diffexplain.models.quiet import quiet
from diffexplain.models.reading import ONE_AT_A_TIME
from diffexplain.models.variants import variant_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from os import PathLike

    from PIL import Image

    from diffexplain.core.pictures import Source

_LONGEST = 16  # a picture more elongated than this is cut to it before a processor blows its short side up
_UNLIMITED = 1_000_000  # tokenizers without a limit say 1e30


@dataclass(frozen=True)
class Reading:
    """How much of a text the text encoder takes in.

    Attributes:
        tokens: how many the text has, the marks of beginning and end included.
        read: how many of them are read; fewer than `tokens` where the text was cut off.
        characters: how many characters of the text are read; all of them where the tokenizer gives no positions.
    """

    tokens: int
    read: int
    characters: int

    @property
    def truncated(self) -> bool:
        """Whether the end of the text is never seen."""
        return self.read < self.tokens


@dataclass(frozen=True, eq=False)
class Clip:
    """A CLIP that is ready to embed. Never trained and never changed here.

    Attributes:
        model: a `transformers.CLIPModel`.
        tokenizer: its tokenizer.
        processor: its image processor.
        name: what to call it in front of people.
    """

    model: Any = field(repr=False)
    tokenizer: Any = field(repr=False)
    processor: Any = field(repr=False)
    name: str

    @property
    def temperature(self) -> float:
        """What cosines are multiplied by before a softmax, exp(logit_scale): it was learnt with the weights."""
        return float(self.model.logit_scale.detach().float().exp())

    @property
    def width(self) -> int:
        """How many numbers an embedding has."""
        return int(self.model.config.projection_dim)

    @property
    def token_limit(self) -> int:
        """How many tokens are read of a text, the marks of beginning and end included."""
        positions = int(self.model.config.text_config.max_position_embeddings)
        own = int(getattr(self.tokenizer, "model_max_length", _UNLIMITED))
        return min(positions, own)

    def embed_texts(
        self, texts: Sequence[str], batch: int = 64, on_batch: Callable[[int, int], None] | None = None
    ) -> torch.Tensor:
        """Return the points of texts; what lies beyond `token_limit` is cut off, see `readings`.

        Args:
            texts: any.
            batch: how many at a time.
            on_batch: called with how many are done and how many there are; what it raises ends the work.

        Returns:
            (N, D) float32 on the CPU, each row of unit length.
        """
        limit, device, tokenizer = self.token_limit, self.model.device, own_tokenizer(self.tokenizer)

        def features(part: Sequence[str]) -> torch.Tensor:
            encoding = tokenizer(list(part), padding=True, truncation=True, max_length=limit, return_tensors="pt")
            ids, mask = encoding["input_ids"].to(device), encoding["attention_mask"].to(device)  # (n, tokens)
            return _pooled(self.model.get_text_features(input_ids=ids, attention_mask=mask))  # (n, D)

        return self._embed(texts, features, batch, on_batch)

    def embed_pictures(
        self, pictures: Sequence[Source], batch: int = 64, on_batch: Callable[[int, int], None] | None = None
    ) -> torch.Tensor:
        """Return the points of pictures.

        Args:
            pictures: what `diffexplain.core.pictures.picture_of` takes; the processor scales and crops as the model was trained.
            batch: how many at a time.
            on_batch: as for `embed_texts`.

        Returns:
            (N, D) float32 on the CPU, each row of unit length.
        """

        def features(part: Sequence[Source]) -> torch.Tensor:
            return _pooled(self.model.get_image_features(pixel_values=self.pixels(part)))  # (n, D)

        return self._embed(pictures, features, batch, on_batch)

    def pixels(self, pictures: Sequence[Source]) -> torch.Tensor:
        """Return what the vision tower is given: (N, 3, H, W), in the model's dtype and on its device."""
        fit = [_not_too_long(picture_of(picture), self.processor) for picture in pictures]
        # A picture of 1 or 3 rows would be taken for one whose channels come first.
        prepared = self.processor(images=fit, return_tensors="pt", input_data_format="channels_last")
        pixels: torch.Tensor = prepared["pixel_values"]
        return pixels.to(self.model.device, self.model.dtype)

    def readings(self, texts: Sequence[str]) -> list[Reading]:
        """Return how much of each text is read."""
        limit = self.token_limit
        tokenizer = own_tokenizer(self.tokenizer)
        has_offsets = bool(getattr(tokenizer, "is_fast", False))
        readings = []
        for text in texts:
            encoding = tokenizer(text, truncation=False, verbose=False, return_offsets_mapping=has_offsets)
            count = len(encoding["input_ids"])
            read = min(count, limit)
            # the last one is that of the end mark
            offsets = encoding["offset_mapping"][: read - 1] if has_offsets and read < count else []
            readings.append(Reading(count, read, max((end for _, end in offsets), default=0) if offsets else len(text)))
        return readings

    @torch.inference_mode()
    def _embed(
        self, items: Sequence[Any], features: Callable[[Sequence[Any]], torch.Tensor], batch: int, on_batch: Any
    ) -> torch.Tensor:
        parts = [torch.empty(0, self.width)]
        for start in range(0, len(items), batch):
            part = items[start : start + batch]
            threads.settle(self.model, partial(features, part), (features.__qualname__, len(part)))
            points = features(part).float()
            parts.append(torch.nn.functional.normalize(points, dim=-1).cpu())
            if on_batch is not None:
                on_batch(min(start + batch, len(items)), len(items))
        return torch.cat(parts)


def load_clip(
    source: str | PathLike[str] | Clip | Any | None = None,
    device: torch.device | str | None = None,
    dtype: torch.dtype | str | None = None,
    *,
    tokenizer: Any = None,
    processor: Any = None,
) -> Clip:
    """Load a CLIP: both of its towers, its tokenizer and its image processor.

    Args:
        source: None for the bundled one; a folder that ``CLIPModel.save_pretrained`` wrote, with tokenizer and processor; a name
            on the hub, such as ``openai/clip-vit-base-patch32`` or a checkpoint of OpenCLIP in transformers' format; or a
            ``CLIPModel``, which stays where it is unless `device` or `dtype` is given. A `Clip` is given back.
        device: as for `diffexplain.load`.
        dtype: as for `diffexplain.load`.
        tokenizer: of a ``CLIPModel`` that is handed over; not needed if `processor` holds one.
        processor: of a ``CLIPModel`` that is handed over: a ``CLIPProcessor`` or a ``CLIPImageProcessor``.

    Weights are read from safetensors files only and no code that comes with a model is ever run.

    Raises:
        ModelError: it can't be used, e.g. because it has no vision tower; the message says why and what to do.
    """
    if isinstance(source, Clip):
        return source
    if isinstance(source, torch.nn.Module):
        return _of_model(source, tokenizer, processor, device, dtype)
    chosen_device = choose_device(device)
    chosen_dtype = choose_dtype(dtype, chosen_device)
    with quiet():
        from safetensors import SafetensorError
        from transformers import CLIPImageProcessor, CLIPModel, CLIPTokenizer

        folder = clip_path() if source is None else clip_folder(source)
        try:
            variant = variant_of(entry.name for entry in Path(folder).iterdir())
            with ONE_AT_A_TIME:
                model = CLIPModel.from_pretrained(folder, dtype=chosen_dtype, use_safetensors=True, variant=variant)
            words = tokenizer or CLIPTokenizer.from_pretrained(folder)
            pictures = processor or CLIPImageProcessor.from_pretrained(folder)
        except (OSError, ValueError, ImportError, AttributeError, TypeError, RuntimeError, SafetensorError) as error:
            raise ModelError(
                say("The CLIP {source!r} could not be loaded by transformers: {error}", source=str(source), error=str(error))
            ) from error
    name = "CLIP (bundled)" if source is None else str(source)
    return Clip(model.to(chosen_device).eval(), words, pictures, name)


@cache
def bundled_clip() -> Clip:
    """Return the bundled CLIP on the CPU, loaded once and shared."""
    global _shipped
    clip = load_clip(device="cpu")
    _shipped = (clip, fingerprint(clip))
    return clip


_shipped: tuple[Clip, Fingerprint] | None = None  # the bundled CLIP, and what it was like when it was loaded


def loaded() -> Clip | None:
    """Return the bundled CLIP; None before it is loaded."""
    return None if _shipped is None else _shipped[0]


def as_shipped() -> bool:
    """Return whether the bundled CLIP is still what it was when it was loaded: only then do maps that ship fit it."""
    return _shipped is None or fingerprint(_shipped[0]) == _shipped[1]


def _of_model(model: Any, tokenizer: Any, processor: Any, device: Any, dtype: Any) -> Clip:
    kind = type(model).__name__
    _require_clip(model, kind)
    words = tokenizer or getattr(processor, "tokenizer", None)
    pictures = getattr(processor, "image_processor", processor)
    if words is None or pictures is None:
        raise ModelError(
            say(
                "a {kind} by itself reads neither texts nor pictures: give its processor too, "
                "load_clip(model, processor=CLIPProcessor.from_pretrained(...))",
                kind=kind,
            )
        )
    if device is not None or dtype is not None:
        chosen = choose_device(device if device is not None else model.device)
        model = model.to(chosen, choose_dtype(dtype if dtype is not None else model.dtype, chosen))
    return Clip(model.eval(), words, pictures, kind)


def _require_clip(model: Any, kind: str) -> None:
    """Refuse what is no CLIP as transformers has it, for what it is."""
    if hasattr(model, "encode_image") or hasattr(model, "encode_text"):
        raise ModelError(
            say(
                "{kind} is a CLIP of another library (it has encode_image and encode_text, as open_clip's and OpenAI's have), and only "
                "transformers' CLIPModel is read here; most are on the hub in that format too: load_clip('laion/CLIP-ViT-B-32-laion2B-s34B-b79K')",
                kind=kind,
            )
        )
    if hasattr(model, "logit_bias"):
        raise ModelError(
            say(
                "{kind} was trained with a sigmoid for each pair, as SigLIP is, and not with a softmax over all, so its values can't be read "
                "as a CLIP's; take a CLIPModel such as openai/clip-vit-base-patch32",
                kind=kind,
            )
        )
    if not hasattr(model, "vision_model"):
        raise no_vision_tower(kind)
    parts = ("get_text_features", "get_image_features", "logit_scale")
    config = getattr(model, "config", None)
    if not all(hasattr(model, part) for part in parts) or not all(
        hasattr(config, part) for part in ("projection_dim", "text_config")
    ):
        raise ModelError(
            say("{kind} is no CLIPModel: it has no text tower or no temperature; hand a CLIPModel over", kind=kind)
        )


def _pooled(output: Any) -> torch.Tensor:
    """Return the projection: transformers 5 gives an output whose pooled part it is, transformers 4 gives it itself."""
    pooled: torch.Tensor = getattr(output, "pooler_output", output)
    return pooled


def _not_too_long(picture: Image.Image, processor: Any) -> Image.Image:
    """Return the middle of a very elongated picture, for processors that read no more than that: 1 x 2,000 would become 224 x 448,000."""
    short, long = sorted(picture.size)
    size = getattr(processor, "size", None) or {}
    if long <= _LONGEST * short or "shortest_edge" not in dict(size):
        return picture
    width, height = (min(side, _LONGEST * short) for side in picture.size)
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    return picture.crop((left, top, left + width, top + height))
