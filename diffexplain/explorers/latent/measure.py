"""What is computed of a picture and its latents, one function a message."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
import torch
from PIL import ImageOps
from PIL.Image import Resampling
from torch.nn import functional

from diffexplain.core import costs, latents, preview
from diffexplain.core.interpolation import lerp, relative_length, slerp
from diffexplain.explorers import pipelines, previews
from diffexplain.explorers.decoding import SIDE, batches
from diffexplain.explorers.drawn_picture import picture_side
from diffexplain.explorers.latent.messages import (
    Begin,
    Blended,
    Chance,
    Changed,
    Channel,
    Cost,
    Noised,
    Off,
    Restored,
    Size,
    Sizes,
    Spread,
)  # fmt: skip
from diffexplain.explorers.messages import Progress
from diffexplain.explorers.pictures import jpeg, png
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from PIL import Image

    from diffexplain.explorers.latent.request import LatentRequest
    from diffexplain.live.messages import Array, Message, Picture

STRIP_SIDE, QUALITY = 128, 80  # of a picture among many
_GREY_SIDE, _OFF_SIDE = 64, 128  # most cells and most pixels a side that a page is sent of arrays which are only drawn
_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
_LEVELS = (4.0, 2.0, 0.0, -2.0, -4.0)
_VISIBLE = 2 / 255
_CELLS = 4  # a side, of the smallest pictures that are encoded to see what sizes become
_REFUSED = 200  # characters of what a VAE says


@dataclass(frozen=True, eq=False)
class Subject:
    """A picture with its latents.

    Attributes:
        picture: square, RGB.
        colours: (3, side, side) the same, 0 to 1.
        latents: (C, h, w) float32 on the CPU, as the denoiser is given them.
        restored: (3, H, W) what is decoded from them.
    """

    picture: Image.Image
    colours: torch.Tensor
    latents: torch.Tensor
    restored: torch.Tensor


@dataclass(frozen=True, eq=False)
class Maker:
    """A VAE at work for a run.

    Attributes:
        pipeline: whose VAE it is.
        emit: hears how far it is, and raises where nobody waits any more.
    """

    pipeline: Any
    emit: Callable[[Message], None]

    @property
    def vae(self) -> Any:
        """The VAE as it is now."""
        return self.pipeline.vae

    def encoded(self, picture: Image.Image) -> Subject:
        """Encode the middle of a picture at the model's own size, and decode that."""
        side = picture_side(self.pipeline)
        square = ImageOps.fit(picture, (side, side), Resampling.LANCZOS)
        colours = _colours(square)
        codes = preview.encode(colours[None], self.vae)[0].cpu()
        return Subject(square, colours, codes, self.decoded([codes])[0])

    def decoded(self, codes: Sequence[torch.Tensor]) -> list[torch.Tensor]:
        """Decode latents, (C, h, w) each, a few at a time; colours from 0 to 1 on the CPU."""
        made: list[torch.Tensor] = []
        for indices in batches(range(len(codes)), codes[0]):
            self.emit(Progress("decoding", len(made), len(codes)))
            made += preview.decode(torch.stack([codes[index] for index in indices]), self.vae, len(indices)).cpu()
        return made

    def strip(self, codes: Sequence[torch.Tensor]) -> list[Picture]:
        """Decode latents for a row of small pictures."""
        return [_small(colours) for colours in self.decoded(codes)]


def begin(request: LatentRequest, subject: Subject, change: latents.Change, model: str) -> Begin:
    """Say what the picture and its latents are."""
    return Begin(
        request=request,
        model=model,
        original=_large(subject.picture),
        side=subject.picture.width,
        shape=list(subject.latents.shape),
        grey=_grey(subject.latents),
        channels=_channels(subject.latents),
        cell=list(change.cell),
        partner=change.partner,
    )


def restored(subject: Subject) -> Restored:
    """Hold what comes back beside what was given."""
    picture, wanted = _overlap(subject.restored, subject.colours)
    worst = latents.worst_cell(latents.difference(picture, wanted), subject.latents.shape[1:])
    return Restored(_large(_picture(subject.restored)), _off(picture, wanted), list(worst))


def changed(subject: Subject, other: Subject, change: latents.Change, maker: Maker) -> Changed:
    """Change the latents and hold their picture beside that of the latents as they were."""
    codes = latents.changed(subject.latents, change, other.latents)
    (picture,) = maker.decoded([codes])
    row, column = change.cell
    before, after = (float(each[change.channel, row, column]) for each in (subject.latents, codes))
    off = latents.difference(picture, subject.restored)
    poked = change.operation == "poke"
    return Changed(
        picture=_large(_picture(picture)),
        grey=_grey(codes[change.channel][None], subject.latents[change.channel][None])[0],
        off=_off(picture, subject.restored),
        before=before,
        after=after,
        reach=latents.reach(off, change.cell, subject.latents.shape[1:]) if poked else 0,
    )


def blended(subject: Subject, other: Subject, maker: Maker) -> Blended:
    """Go from one picture to the other in pixels, on the line through the latents, and on their sphere."""
    ends = (subject.latents, other.latents)
    line, sphere = ([way(*ends, share) for share in _SHARES] for way in (lerp, slerp))
    between = slice(1, len(_SHARES) - 1)
    decoded = maker.decoded([*line[between], *sphere[between]])
    on_line, on_sphere = decoded[: len(decoded) // 2], decoded[len(decoded) // 2 :]
    mixed = [lerp(subject.colours, other.colours, share) for share in _SHARES]
    first, last = (_small(each.restored) for each in (subject, other))
    cosine = torch.cosine_similarity(ends[0].double().flatten(), ends[1].double().flatten(), 0)
    like = [_finite(latents.psnr(*_overlap(way[len(way) // 2], mixed[len(mixed) // 2]))) for way in (on_line, on_sphere)]
    return Blended(
        shares=list(_SHARES),
        pixels=[_small(each) for each in mixed],
        line=[first, *map(_small, on_line), last],
        sphere=[first, *map(_small, on_sphere), last],
        line_length=[relative_length(each) for each in line],
        sphere_length=[relative_length(each) for each in sphere],
        angle=math.degrees(math.acos(max(-1.0, min(1.0, float(cosine))))),
        line_psnr=like[0],
        sphere_psnr=like[1],
    )


def noised(subject: Subject, seed: int, maker: Maker) -> Noised:
    """Add noise to the colours and to the latents, at the same levels."""
    colours = subject.colours * 2 - 1
    in_pixels = [latents.noisy(colours, latents.noise_like(colours, seed), level) for level in _LEVELS]
    in_latents = [latents.noisy(subject.latents, latents.noise_like(subject.latents, seed), level) for level in _LEVELS]
    decoded = maker.decoded(in_latents)
    return Noised(
        log_snr=list(_LEVELS),
        pixels=[_small(each / 2 + 0.5) for each in in_pixels],
        latents=[_small(each) for each in decoded],
        pixels_like=[_like(each, colours) for each in in_pixels],
        latents_like=[_like(each, subject.colours) for each in decoded],
    )


def spread(subject: Subject, seed: int, maker: Maker) -> Spread:
    """Draw from what the encoder says, and leave the factor out."""
    own, vae = subject.latents, maker.vae
    stray = preview.encode_spread(subject.colours[None], vae)
    stray = None if stray is None else stray[0].cpu()
    draws = [] if stray is None else [latents.drawn(own, stray, seed + at) for at in range(2)]
    raw = preview.unscale(own[None], vae)[0]  # as the encoder says them
    noise = latents.noise_like(own, seed)
    half, half_raw = (latents.noisy(each, noise, 0.0) for each in (own, raw))
    again = [half, *preview.rescale(torch.stack([half_raw, own]), vae)]
    *pictures, half_picture, half_raw_picture, unscaled = maker.decoded([*draws, *again])
    config = vae.config
    return Spread(
        grey=None if stray is None else _grey(stray),
        channels=[] if stray is None else _channels(stray),
        draws=[_small(each) for each in pictures],
        draws_psnr=[_finite(latents.psnr(each, subject.restored)) for each in pictures],
        scaling=float(config.get("scaling_factor") or 1.0),
        shift=None if config.get("latents_mean") is not None else float(config.get("shift_factor") or 0.0),
        deviation_raw=float(raw.std()),
        deviation=float(own.std()),
        half=_small(half_picture),
        half_raw=_small(half_raw_picture),
        half_like=_like(half_picture, subject.colours),
        half_raw_like=_like(half_raw_picture, subject.colours),
        unscaled=_small(unscaled),
    )


def sizes(subject: Subject, maker: Maker) -> Sizes:
    """Encode pictures whose sides are no multiple of the factor, and see what comes back."""
    cells, side = subject.latents.shape[1], subject.picture.width
    factor = subject.restored.shape[1] // cells
    given = side - max(1, factor // 2)
    odd = subject.picture.crop((0, 0, given, given))
    table: list[Size] = []
    back: torch.Tensor | None = None
    refused = ""
    try:
        steps = sorted({0, 1, factor // 2, factor - 1, factor})
        table += [_size(subject.picture, _CELLS * factor - less, maker) for less in steps]
        colours = _colours(odd)
        (back,) = maker.decoded([preview.encode(colours[None], maker.vae)[0].cpu()])
    except RuntimeError as error:  # of torch, where the shapes of a network's layers don't meet
        refused = " ".join(str(error).split())[:_REFUSED]
    processor = getattr(maker.pipeline, "image_processor", None)
    prepared = None if processor is None else int(processor.preprocess(odd).shape[-1])
    return Sizes(
        factor=factor,
        table=table,
        odd=_large(odd),
        given=given,
        back=None if back is None else _large(_picture(back)),
        lost=0 if back is None else given - int(back.shape[-1]),
        psnr=None if back is None else _finite(latents.psnr(*_overlap(back, _colours(odd)))),
        prepared=prepared,
        refused=refused,
    )


def chance(subject: Subject, seed: int, maker: Maker) -> Chance:
    """Decode latents that no picture was encoded to."""
    own = subject.latents
    noise = [latents.noise_like(own, seed + at) for at in range(3)]
    mixed = latents.shuffled(own, seed)
    *random, last = maker.strip([*noise, mixed])
    alike = [_finite(latents.likeness_of_neighbours(each)) for each in (own, noise[0], mixed)]
    return Chance(random, last, *alike)


def cost(pipeline: Any, codes: torch.Tensor) -> Cost:
    """Count what encoding, decoding and denoising take; what can't be counted, as an unusual network, is left out."""
    vae, side = pipeline.vae, picture_side(pipeline)
    factor = max(1, side // codes.shape[-1])

    def coding(method: str, *shape: int) -> float:
        return costs.multiply_adds(vae, torch.zeros(1, *shape, dtype=vae.dtype, device="meta"), method=method)[0]

    encode = _counted(vae, ("encode", side), lambda: coding("encode", 3, side, side))
    decode = _counted(vae, ("decode", codes.shape), lambda: coding("decode", *codes.shape))
    denoise, denoise_pixels = (
        _counted(pipelines.denoiser(pipeline), each, partial(_denoising, pipeline, each)) for each in (side, side * factor)
    )
    whole = None not in (encode, decode, denoise, denoise_pixels)
    reason = "" if whole else say("this network doesn't take such a size, or can't be counted")
    return Cost(encode, decode, denoise, denoise_pixels, reason)


def _denoising(pipeline: Any, side: int) -> float:
    call = pipelines.drawing(pipeline, [""], [0], 1, 1.0)
    call = replace(call, arguments={**call.arguments, "height": side, "width": side})
    name = "unet" if getattr(call.pipeline, "unet", None) is not None else "transformer"
    given, named = costs.first_call(call, name)
    count, output = costs.multiply_adds(getattr(call.pipeline, name), *given, **named)
    first = output[0] if isinstance(output, tuple) else output.sample
    return count / len(first)


_known: WeakKeyDictionary[torch.nn.Module, dict[Hashable, float | None]] = WeakKeyDictionary()


def _counted(network: Any, key: Hashable, count: Callable[[], float]) -> float | None:
    """Return what a network's call costs: it hangs on its layers alone, so it is counted once for all explorers."""
    if not isinstance(network, torch.nn.Module):
        return None
    known, full = _known.setdefault(network, {}), (key, sum(1 for _ in network.modules()))
    if full not in known:
        try:
            known[full] = float(count())
        except Exception:  # noqa: BLE001 - a pipeline of its own kind; what it costs is no reason to fail a run
            known[full] = None
    return known[full]


def _size(picture: Image.Image, side: int, maker: Maker) -> Size:
    codes = preview.encode(_colours(picture.resize((side, side)))[None], maker.vae)[0].cpu()
    (back,) = maker.decoded([codes])
    return Size(side, int(codes.shape[-1]), int(back.shape[-1]))


def _overlap(one: torch.Tensor, other: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return what two pictures have in common, from the top left."""
    rows, columns = (min(one.shape[axis], other.shape[axis]) for axis in (1, 2))
    return one[:, :rows, :columns], other[:, :rows, :columns]


def _off(picture: torch.Tensor, wanted: torch.Tensor) -> Off:
    off = latents.difference(picture, wanted)
    largest = float(off.max())
    few = [min(side, _OFF_SIDE) for side in off.shape]
    shown = functional.adaptive_max_pool2d(off[None, None], few)[0, 0]
    share = float((off > _VISIBLE).double().mean())
    return Off(_levels(shown, 0.0, largest), largest, share, _finite(latents.psnr(picture, wanted)))


def _grey(values: torch.Tensor, scale: torch.Tensor | None = None) -> Array:
    """Return (C, h, w) in bytes, each channel from the smallest number to the largest of `scale`, or its own."""
    scale = values if scale is None else scale
    rows, columns = (min(side, _GREY_SIDE) for side in values.shape[1:])
    levels = [_levels(each, float(own.min()), float(own.max())) for each, own in zip(values, scale, strict=True)]
    return previews.sampled(np.stack(levels), (rows, columns))


def _levels(values: torch.Tensor, low: float, high: float) -> Array:
    array: Array = ((values - low) / ((high - low) or 1.0) * 255).round().clamp(0, 255).to(torch.uint8).numpy()
    return array


def _channels(values: torch.Tensor) -> list[Channel]:
    return [Channel(float(each.min()), float(each.max()), float(each.mean()), float(each.std(correction=0))) for each in values]


def _like(one: torch.Tensor, other: torch.Tensor) -> float | None:
    return _finite(latents.correlation(one, other))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _colours(picture: Image.Image) -> torch.Tensor:
    return torch.from_numpy(np.array(picture, np.float32) / 255).permute(2, 0, 1).contiguous()


def _picture(colours: torch.Tensor) -> Image.Image:
    (picture,) = preview.to_pil(colours.clamp(0, 1))
    return picture


def _small(colours: torch.Tensor) -> Picture:
    return jpeg(_picture(colours), STRIP_SIDE, QUALITY)


def _large(picture: Image.Image) -> Picture:
    """Encode a picture that is held beside another: without loss where it is small."""
    return png(picture) if max(picture.size) <= STRIP_SIDE else jpeg(picture, SIDE)
