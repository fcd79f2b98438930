"""What is taught and what is not to be forgotten: pictures with captions, as the denoiser is given them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import ImageOps

from diffexplain import scenes
from diffexplain.core.fingerprint import fingerprint
from diffexplain.core.lanes import Lane
from diffexplain.core.lanes.calls import own_size
from diffexplain.core.lanes.pipelines import class_for
from diffexplain.core.lanes.preparing import prepare
from diffexplain.core.preview import encode
from diffexplain.core.twins import own_pipeline
from diffexplain.learn.denoiser import Batch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from PIL import Image

    from diffexplain.core.fingerprint import Fingerprint

    Captioned: TypeAlias = tuple[Image.Image, str]

HELD = 4  # pictures that are looked at and never learned from
REPLAYED = 32  # old scenes to repeat
REFERENCES = 6  # pictures of a thing that samples are compared with
_STYLES = ("flat", "glossy")  # of the same drawing: a dragon of each style is another animal
_LARGEST_SCENE = 512


@dataclass(frozen=True, eq=False)
class Given(Batch):
    """A batch with all that a denoiser is told beside the noise level.

    Attributes:
        conditioning: by the names of its arguments; tensors of N rows, or mappings of such.
    """

    conditioning: Any = None

    def rows(self, rows: Any) -> Given:
        """Return some of it."""
        return Given(self.latents[rows], self.states[rows], conditioning=_rows(self.conditioning, rows))


@dataclass(frozen=True, eq=False)
class Pictures:
    """Pictures by what they are for, each with its caption.

    Attributes:
        train: to learn from.
        held: of the same kind, held out; empty where there are too few.
        references: what samples of the new thing are compared with.
        prompt: what is drawn of it.
    """

    train: Sequence[Captioned]
    held: Sequence[Captioned]
    references: Sequence[Image.Image]
    prompt: str


def called(thing: str) -> str:
    """Return a thing's name with its article."""
    return f"{'an' if thing[0] in 'aeiou' else 'a'} {thing}"


def recaptioned(pictures: Pictures, captions: Sequence[str]) -> Pictures:
    """Return the same pictures with other captions: one for all of them, or one each."""
    cycle = itertools.chain(captions, itertools.repeat(captions[-1]))
    train, held = ([(image, next(cycle)) for image, _ in pairs] for pairs in (pictures.train, pictures.held))
    return Pictures(train, held, pictures.references, captions[0])


def of_thing(thing: str, count: int, seed: int) -> Pictures:
    """Return scenes of one thing of the scene world, in one drawing of it."""
    train = _alone([thing], count, 2 * seed, _STYLES)
    held = _alone([thing], REFERENCES, 2 * seed + 1, _STYLES)
    return Pictures(train, held[:HELD], [image for image, _ in held], called(thing))


def of_own(pictures: Sequence[Image.Image], captions: Sequence[str], count: int) -> Pictures:
    """Return one's own pictures: of four or more the last quarter is held out."""
    pairs = list(zip(pictures, itertools.chain(captions, itertools.repeat(captions[-1])), strict=False))
    out = len(pairs) // 4
    train, held = pairs[: len(pairs) - out], pairs[len(pairs) - out :]
    return Pictures(train[:count], held[:HELD], [image for image, _ in held or train], captions[0])


def of_old_world(seed: int) -> tuple[list[Captioned], list[Captioned]]:
    """Return scenes of what the bundled model draws best: some to repeat, and some to look at."""
    both = [(each.image, each.caption) for each in scenes.gallery(REPLAYED + HELD, seed, "core", _LARGEST_SCENE // 4)]
    return both[:REPLAYED], both[REPLAYED:]


def references_of(prompt: str, seed: int) -> list[Image.Image]:
    """Return scenes of the thing that a prompt names; none where it names none that the world has."""
    named = max((name for name in scenes.THINGS if f" {name} " in f" {prompt} "), key=len, default=None)
    return [] if named is None else [image for image, _ in _alone([named], REFERENCES, seed)]


def encoded(pipeline: Any, pairs: Sequence[Captioned]) -> Given:
    """Return captioned pictures as the denoiser is given them.

    Args:
        pipeline: of the Stable Diffusion families.
        pairs: one or more.
    """
    height, width = own_size(pipeline, class_for(Lane(), pipeline)) or (512, 512)
    own, networks = own_pipeline(pipeline), fingerprint(pipeline)
    texts: dict[Any, Any] = {}
    device, dtype = pipeline._execution_device, pipeline.vae.dtype
    latents = torch.cat([encode(_pixels(image, width, height).to(device, dtype), pipeline.vae) for image, _ in pairs]).float()
    told = {caption: _told(own, caption, texts, networks) for _, caption in pairs}
    conditioning = _joined([told[caption] for _, caption in pairs])
    return Given(latents, conditioning["encoder_hidden_states"], conditioning=conditioning)


@torch.no_grad()
def _told(pipeline: Any, caption: str, texts: dict[Any, Any], networks: Fingerprint) -> dict[str, Any]:
    """Return what a denoiser is given at its first call of a run with this prompt; of one row."""
    lane = Lane(prompt=caption, steps=1, guidance=1.0, seed=0)
    return prepare(lane, pipeline, texts, networks).conditioning


def _pixels(image: Image.Image, width: int, height: int) -> torch.Tensor:
    """Return (1, 3, height, width) in 0 to 1: cut to the shape, and scaled."""
    fitted = ImageOps.fit(image.convert("RGB"), (width, height))
    return torch.from_numpy(np.array(fitted)).permute(2, 0, 1)[None].float() / 255


def _alone(things: list[str], count: int, seed: int, styles: Sequence[str] = scenes.STYLES) -> list[Captioned]:
    """Return scenes in which one thing stands by itself."""
    found = (
        (each.image, each.caption)
        for each in scenes.stream(seed, things)
        if each.relation is None and each.objects[0].style in styles
    )
    return list(itertools.islice(found, count))


def _rows(value: Any, rows: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rows(inner, rows) for name, inner in value.items()}
    return value[rows]


def _joined(all_told: Sequence[dict[str, Any]]) -> dict[str, Any]:
    first = all_told[0]
    return {
        name: _joined([each[name] for each in all_told])
        if isinstance(value, dict)
        else torch.cat([each[name] for each in all_told])
        for name, value in first.items()
    }
