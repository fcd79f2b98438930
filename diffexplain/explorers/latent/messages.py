"""What a run of the latent explorer is asked and what it says: `frontend/explorers/latent/messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from diffexplain.explorers.latent.request import LatentRequest  # noqa: TC001
from diffexplain.explorers.messages import Progress
from diffexplain.i18n import Words  # noqa: TC001
from diffexplain.live.messages import Array, Message, Picture


@dataclass(frozen=True, eq=False)
class Channel:
    """The numbers of one channel."""

    low: Annotated[float, "the smallest."]
    high: Annotated[float, "the largest."]
    mean: Annotated[float, "of all."]
    deviation: Annotated[float, "standard, of all."]


@dataclass(frozen=True, eq=False)
class Off:
    """By how much two pictures differ, pixel by pixel, in the colour that differs most."""

    levels: Annotated[
        Array, "(h, w) uint8; 255 is `largest`. Of large pictures fewer, each the largest of those it stands for."
    ]
    largest: Annotated[float, "of white less black."]
    share: Annotated[float, "of the pixels that differ by more than 2 of the 255 steps of a screen."]
    psnr: Annotated[float | None, "in dB; null where they don't differ."]


@dataclass(frozen=True, eq=False)
class Begin(Message):
    """The picture is encoded."""

    request: Annotated[LatentRequest, "what this run was asked."]
    model: Annotated[str, "class name of the pipeline whose VAE it is."]
    original: Annotated[Picture, "the picture as it is used, square."]
    side: Annotated[int, "of it, in pixels."]
    shape: Annotated[list[int], "channels, rows and columns of the latents."]
    grey: Annotated[
        Array, "(C, h, w) uint8, each channel from its smallest number to its largest; of large latents evenly spread ones."
    ]
    channels: Annotated[list[Channel], "what those numbers are."]
    cell: Annotated[list[int], "row and column of what is poked."]
    partner: Annotated[int, "the channel that is swapped with."]


@dataclass(frozen=True, eq=False)
class Restored(Message):
    """The latents are decoded again."""

    picture: Annotated[Picture, "what comes back."]
    off: Annotated[Off, "by how much it is another."]
    worst: Annotated[list[int], "row and column of the cell under which it is farthest off."]


@dataclass(frozen=True, eq=False)
class Changed(Message):
    """The latents are changed as the request says, and decoded."""

    picture: Annotated[Picture, "what comes of them."]
    grey: Annotated[Array, "(h, w) uint8, the changed channel on its scale before; what lies beyond is cut off."]
    off: Annotated[Off, "by how much the picture is another than without the change."]
    before: Annotated[float, "the number that is poked, as it was."]
    after: Annotated[float, "what it has become."]
    reach: Annotated[
        int, "side in pixels of the square around a poked cell that holds nine tenths of the squared differences; 0 for none."
    ]


@dataclass(frozen=True, eq=False)
class Blended(Message):
    """From the one picture to the other on three ways."""

    shares: Annotated[list[float], "of the other one, from 0 to 1."]
    pixels: Annotated[list[Picture], "the colours mixed."]
    line: Annotated[list[Picture], "the latents mixed."]
    sphere: Annotated[list[Picture], "the latents turned from one to the other."]
    line_length: Annotated[list[float], "of the latents of `line`, in deviations of noise: 1 is what noise has."]
    sphere_length: Annotated[list[float], "the same of `sphere`."]
    angle: Annotated[float, "between both latents, in degrees."]
    line_psnr: Annotated[float | None, "in dB, of the middle of `line` beside that of `pixels`; null where they don't differ."]
    sphere_psnr: Annotated[float | None, "the same of `sphere`."]


@dataclass(frozen=True, eq=False)
class Noised(Message):
    """The same noise level in pixels and in latents."""

    log_snr: Annotated[list[float], "of each."]
    pixels: Annotated[list[Picture], "with noise in the colours."]
    latents: Annotated[list[Picture], "with noise in the latents, decoded."]
    pixels_like: Annotated[list[float | None], "correlation of each with the picture."]
    latents_like: Annotated[list[float | None], "the same."]


@dataclass(frozen=True, eq=False)
class Spread(Message):
    """The encoder says a distribution: what of it is not its mean, and what the factor is for."""

    grey: Annotated[
        Array | None,
        "(C, h, w) uint8 how far each number may stray, each channel from its smallest to its largest; null of an encoder that says one latent only.",
    ]
    channels: Annotated[list[Channel], "what those numbers are; empty then."]
    draws: Annotated[list[Picture], "drawn from it and decoded; empty then."]
    draws_psnr: Annotated[list[float | None], "of each, beside the picture of the mean; null where it is the same."]
    scaling: Annotated[float, "what codes are multiplied by."]
    shift: Annotated[float | None, "what is taken from them before; null where there is one for each channel."]
    deviation_raw: Annotated[float, "standard, of the codes as the encoder says them."]
    deviation: Annotated[float, "of the latents."]
    half: Annotated[Picture, "latents as strong as the noise that is added, decoded."]
    half_raw: Annotated[Picture, "the same with codes that were not scaled."]
    half_like: Annotated[float | None, "correlation of `half` with the picture."]
    half_raw_like: Annotated[float | None, "of `half_raw`."]
    unscaled: Annotated[Picture, "the latents decoded as if they were codes."]


@dataclass(frozen=True, eq=False)
class Size:
    """How many pixels a side become how many."""

    given: Annotated[int, "of the picture."]
    cells: Annotated[int, "of its latents."]
    back: Annotated[int, "of what is decoded from them."]


@dataclass(frozen=True, eq=False)
class Sizes(Message):
    """A picture whose sides are no multiple of the factor."""

    factor: Annotated[int, "pixels a side for a cell."]
    table: Annotated[list[Size], "small pictures of several sizes; as far as the VAE takes them."]
    odd: Annotated[Picture, "the picture, cut to a side that is no multiple."]
    given: Annotated[int, "that side in pixels."]
    back: Annotated[Picture | None, "what comes back of it; null where the VAE refuses it."]
    lost: Annotated[int, "columns and rows that are missing."]
    psnr: Annotated[float | None, "in dB of those that are there; null where they don't differ or there are none."]
    prepared: Annotated[int | None, "the side to which the pipeline's own preparation brings it; null where it has none."]
    refused: Annotated[str, "what the VAE says where it doesn't take such a picture; empty where it does."]


@dataclass(frozen=True, eq=False)
class Chance(Message):
    """Latents that no picture was encoded to."""

    random: Annotated[list[Picture], "Gaussian noise, decoded."]
    shuffled: Annotated[Picture, "the cells of the picture in another order, decoded."]
    like_own: Annotated[float | None, "correlation of neighbouring cells of the picture."]
    like_random: Annotated[float | None, "the same of the first noise."]
    like_shuffled: Annotated[float | None, "of the shuffled cells."]


@dataclass(frozen=True, eq=False)
class Cost(Message):
    """What it costs, in multiplications with an addition, counted."""

    encode: Annotated[float | None, "of the picture; null where it can't be counted, as the others."]
    decode: Annotated[float | None, "of its latents."]
    denoise: Annotated[float | None, "of one call of the denoiser on latents of this size, for one picture."]
    denoise_pixels: Annotated[float | None, "of the same network on a cell for every pixel."]
    reason: Annotated[Words | str, "why some are null; empty where none is."]


MESSAGES: tuple[type[Message], ...] = (
    Progress, Begin, Restored, Changed, Blended, Noised, Spread, Sizes, Chance, Cost,
)  # fmt: skip
