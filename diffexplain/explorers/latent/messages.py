"""What a run of the latent explorer is asked and what it says: `frontend/explorers/latent/messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass

from diffexplain.explorers.latent.request import LatentRequest  # noqa: TC001
from diffexplain.explorers.messages import Progress
from diffexplain.i18n import Words  # noqa: TC001
from diffexplain.live.messages import Array, Message, Picture


@dataclass(frozen=True, eq=False)
class Channel:
    """The numbers of one channel.

    Attributes:
        low: the smallest.
        high: the largest.
        mean: of all.
        deviation: standard, of all.
    """

    low: float
    high: float
    mean: float
    deviation: float


@dataclass(frozen=True, eq=False)
class Off:
    """By how much two pictures differ, pixel by pixel, in the colour that differs most.

    Attributes:
        levels: (h, w) uint8; 255 is `largest`. Of large pictures fewer, each the largest of those it stands for.
        largest: of white less black.
        share: of the pixels that differ by more than 2 of the 255 steps of a screen.
        psnr: in dB; null where they don't differ.
    """

    levels: Array
    largest: float
    share: float
    psnr: float | None


@dataclass(frozen=True, eq=False)
class Begin(Message):
    """The picture is encoded.

    Attributes:
        request: what this run was asked.
        model: class name of the pipeline whose VAE it is.
        original: the picture as it is used, square.
        side: of it, in pixels.
        shape: channels, rows and columns of the latents.
        grey: (C, h, w) uint8, each channel from its smallest number to its largest; of large latents evenly spread ones.
        channels: what those numbers are.
        cell: row and column of what is poked.
        partner: the channel that is swapped with.
    """

    request: LatentRequest
    model: str
    original: Picture
    side: int
    shape: list[int]
    grey: Array
    channels: list[Channel]
    cell: list[int]
    partner: int


@dataclass(frozen=True, eq=False)
class Restored(Message):
    """The latents are decoded again.

    Attributes:
        picture: what comes back.
        off: by how much it is another.
        worst: row and column of the cell under which it is farthest off.
    """

    picture: Picture
    off: Off
    worst: list[int]


@dataclass(frozen=True, eq=False)
class Changed(Message):
    """The latents are changed as the request says, and decoded.

    Attributes:
        picture: what comes of them.
        grey: (h, w) uint8, the changed channel on its scale before; what lies beyond is cut off.
        off: by how much the picture is another than without the change.
        before: the number that is poked, as it was.
        after: what it has become.
        reach: side in pixels of the square around a poked cell that holds nine tenths of the squared differences; 0 for none.
    """

    picture: Picture
    grey: Array
    off: Off
    before: float
    after: float
    reach: int


@dataclass(frozen=True, eq=False)
class Blended(Message):
    """From the one picture to the other on three ways.

    Attributes:
        shares: of the other one, from 0 to 1.
        pixels: the colours mixed.
        line: the latents mixed.
        sphere: the latents turned from one to the other.
        line_length: of the latents of `line`, in deviations of noise: 1 is what noise has.
        sphere_length: the same of `sphere`.
        angle: between both latents, in degrees.
        line_psnr: in dB, of the middle of `line` beside that of `pixels`; null where they don't differ.
        sphere_psnr: the same of `sphere`.
    """

    shares: list[float]
    pixels: list[Picture]
    line: list[Picture]
    sphere: list[Picture]
    line_length: list[float]
    sphere_length: list[float]
    angle: float
    line_psnr: float | None
    sphere_psnr: float | None


@dataclass(frozen=True, eq=False)
class Noised(Message):
    """The same noise level in pixels and in latents.

    Attributes:
        log_snr: of each.
        pixels: with noise in the colours.
        latents: with noise in the latents, decoded.
        pixels_like: correlation of each with the picture.
        latents_like: the same.
    """

    log_snr: list[float]
    pixels: list[Picture]
    latents: list[Picture]
    pixels_like: list[float | None]
    latents_like: list[float | None]


@dataclass(frozen=True, eq=False)
class Spread(Message):
    """The encoder says a distribution: what of it is not its mean, and what the factor is for.

    Attributes:
        grey: (C, h, w) uint8 how far each number may stray, each channel from its smallest to its largest; null of an encoder that
            says one latent only.
        channels: what those numbers are; empty then.
        draws: drawn from it and decoded; empty then.
        draws_psnr: of each, beside the picture of the mean; null where it is the same.
        scaling: what codes are multiplied by.
        shift: what is taken from them before; null where there is one for each channel.
        deviation_raw: standard, of the codes as the encoder says them.
        deviation: of the latents.
        half: latents as strong as the noise that is added, decoded.
        half_raw: the same with codes that were not scaled.
        half_like: correlation of `half` with the picture.
        half_raw_like: of `half_raw`.
        unscaled: the latents decoded as if they were codes.
    """

    grey: Array | None
    channels: list[Channel]
    draws: list[Picture]
    draws_psnr: list[float | None]
    scaling: float
    shift: float | None
    deviation_raw: float
    deviation: float
    half: Picture
    half_raw: Picture
    half_like: float | None
    half_raw_like: float | None
    unscaled: Picture


@dataclass(frozen=True, eq=False)
class Size:
    """How many pixels a side become how many.

    Attributes:
        given: of the picture.
        cells: of its latents.
        back: of what is decoded from them.
    """

    given: int
    cells: int
    back: int


@dataclass(frozen=True, eq=False)
class Sizes(Message):
    """A picture whose sides are no multiple of the factor.

    Attributes:
        factor: pixels a side for a cell.
        table: small pictures of several sizes; as far as the VAE takes them.
        odd: the picture, cut to a side that is no multiple.
        given: that side in pixels.
        back: what comes back of it; null where the VAE refuses it.
        lost: columns and rows that are missing.
        psnr: in dB of those that are there; null where they don't differ or there are none.
        prepared: the side to which the pipeline's own preparation brings it; null where it has none.
        refused: what the VAE says where it doesn't take such a picture; empty where it does.
    """

    factor: int
    table: list[Size]
    odd: Picture
    given: int
    back: Picture | None
    lost: int
    psnr: float | None
    prepared: int | None
    refused: str


@dataclass(frozen=True, eq=False)
class Chance(Message):
    """Latents that no picture was encoded to.

    Attributes:
        random: Gaussian noise, decoded.
        shuffled: the cells of the picture in another order, decoded.
        like_own: correlation of neighbouring cells of the picture.
        like_random: the same of the first noise.
        like_shuffled: of the shuffled cells.
    """

    random: list[Picture]
    shuffled: Picture
    like_own: float | None
    like_random: float | None
    like_shuffled: float | None


@dataclass(frozen=True, eq=False)
class Cost(Message):
    """What it costs, in multiplications with an addition, counted.

    Attributes:
        encode: of the picture; null where it can't be counted, as the others.
        decode: of its latents.
        denoise: of one call of the denoiser on latents of this size, for one picture.
        denoise_pixels: of the same network on a cell for every pixel.
        reason: why some are null; empty where none is.
    """

    encode: float | None
    decode: float | None
    denoise: float | None
    denoise_pixels: float | None
    reason: Words | str


MESSAGES: tuple[type[Message], ...] = (
    Progress, Begin, Restored, Changed, Blended, Noised, Spread, Sizes, Chance, Cost,
)  # fmt: skip
