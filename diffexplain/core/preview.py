"""Latents as pictures: a linear preview that costs next to nothing, and the exact decoding.

What a VAE's latents show is to a good part linear in them: one small matrix turns each latent pixel into a colour. Fitted here
by least squares for any VAE, on pictures drawn for the purpose.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
import torch
from PIL import Image
from torch.nn import functional

from diffexplain.core import threads
from diffexplain.core.fingerprint import Fingerprint, fingerprint
from diffexplain.core.finite import is_finite, require_latents, require_picture
from diffexplain.core.placement import device_of
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

_LATENT_SIDE = 8  # side of the pictures that the map is fitted on, in latent pixels: affordable for a full-size VAE, too
_PICTURES = 32


@dataclass(frozen=True, eq=False)
class LinearMap:
    """The best linear reading of a VAE's latents as colours.

    Attributes:
        matrix: (channels + 1, 3) float32: ``rgb = [latent, 1] @ matrix``, colours from 0 to 1.
        r2: Share of the colours' variance that it explains on the pictures it was fitted on: 1 is perfect.
    """

    matrix: torch.Tensor
    r2: float

    def colours(self, latents: torch.Tensor) -> torch.Tensor:
        """Return (batch, channels, height, width) latents as (batch, 3, height, width) float32 in [0, 1], on their device."""
        matrix = self.matrix.to(latents.device)  # (channels + 1, 3)
        with torch.no_grad():
            colours = torch.einsum("bchw,cd->bdhw", latents.float(), matrix[:-1]) + matrix[-1].view(1, 3, 1, 1)
            return colours.clamp(0, 1)


_maps: WeakKeyDictionary[torch.nn.Module, tuple[Fingerprint, LinearMap]] = WeakKeyDictionary()


def latents_to_rgb(latents: torch.Tensor, vae: Any) -> torch.Tensor:
    """Return a small preview of latents: one colour for each latent pixel, by the linear map of this VAE.

    Args:
        latents: (batch, channels, height, width) as the pipeline scales them; best a predicted x0.
        vae: The pipeline's VAE.

    Returns:
        (batch, 3, height, width) float32 in [0, 1], on the device of the latents.

    Raises:
        ValueError: For latents of another shape, such as Flux's packed ones.
    """
    _require_latents(latents)
    return linear_map(vae).colours(latents)


def linear_map(vae: Any) -> LinearMap:
    """Return the linear map of a VAE, fitted on first use and kept as long as the VAE lives and is not changed.

    Synthetic pictures are encoded, their latents scaled as the pipeline has them, and fitted by least squares to the pictures
    shrunk to latent size. Draws from no global random state.
    """
    known, now = _maps.get(vae), fingerprint(vae)
    if known is None or known[0] != now:
        known = _maps[vae] = (now, _fit(vae))
    return known[1]


def unpack(latents: torch.Tensor, height: int, width: int) -> torch.Tensor:
    """Return latents as a picture of latent pixels, where a pipeline packs 2x2 of them in one token (Flux and its kin).

    Args:
        latents: (batch, tokens, channels*4), or (batch, channels, height, width), which comes back as it is.
        height: Of the picture, in pixels, as in ``trace.height``.
        width: Of the picture, in pixels.

    Returns:
        (batch, channels, height, width) in latent pixels.

    Raises:
        ValueError: Where the tokens do not fill a picture of this shape.
    """
    if latents.ndim != 3:
        return latents
    batch, tokens, packed = latents.shape
    rows = round(math.sqrt(tokens * height / width))
    columns = tokens // max(rows, 1)
    if rows * columns != tokens or packed % 4:
        raise ValueError(
            say(
                "{tokens} tokens of {packed} values do not fill a picture of {width} x {height} pixels; give the size that they were made for",
                tokens=tokens,
                packed=packed,
                width=width,
                height=height,
            )
        )
    patches = latents.view(batch, rows, columns, packed // 4, 2, 2)
    return patches.permute(0, 3, 1, 4, 2, 5).reshape(batch, packed // 4, rows * 2, columns * 2)


def decode(latents: torch.Tensor, vae: Any, batch: int = 8) -> torch.Tensor:
    """Return the exact pictures of latents, as the pipeline's own decoding and post-processing makes them.

    Args:
        latents: (n, channels, height, width) as the pipeline scales them.
        vae: The pipeline's VAE.
        batch: How many are decoded at a time.

    Returns:
        (n, 3, height*factor, width*factor) float32 in [0, 1], on the VAE's device.

    Raises:
        ValueError: For latents of another shape, such as Flux's packed ones.
        NotFiniteError: For latents with NaN or infinity, and where the VAE gives such.
    """
    _require_latents(latents)
    with torch.no_grad():
        whole = [_decode_finite(latents[start : start + batch], vae) for start in range(0, len(latents), batch)]
    return torch.cat(whole)


def encode(pictures: torch.Tensor, vae: Any) -> torch.Tensor:
    """Return the latents of pictures, as the pipeline's denoiser is given them: the most likely ones, without drawing at random.

    Args:
        pictures: (n, 3, height, width) in [0, 1], sides a multiple of the VAE's factor.
        vae: The pipeline's VAE.

    Returns:
        (n, channels, height/factor, width/factor) float32, on the VAE's device.

    Raises:
        NotFiniteError: Where the VAE gives NaN or infinity.
    """
    with torch.no_grad():
        return rescale(_encode_finite(pictures * 2 - 1, vae), vae)


def encode_spread(pictures: torch.Tensor, vae: Any) -> torch.Tensor | None:
    """Return how far each number of the latents may stray: an encoder says a distribution, whose middle `encode` gives.

    Args:
        pictures: As for `encode`.
        vae: The pipeline's VAE.

    Returns:
        Standard deviations in the shape and the scale of the latents, float32; None of an autoencoder that says one latent only.

    Raises:
        NotFiniteError: Where the VAE gives NaN or infinity.
    """

    def spread(network: Any) -> torch.Tensor:
        encoded = network.encode((pictures * 2 - 1).to(device_of(network), network.dtype))
        if hasattr(encoded, "latent_dist"):
            return encoded.latent_dist.std.float()  # type: ignore[no-any-return]
        return torch.empty(0)

    with torch.no_grad():
        codes = _finite(spread, vae, ("encode", pictures.shape))
        return rescale(codes, vae) - rescale(torch.zeros_like(codes), vae) if codes.numel() else None


def to_pil(pictures: torch.Tensor) -> list[Image.Image]:
    """Return pictures as PIL images, rounded as diffusers does.

    Args:
        pictures: (n, 3, height, width) or (3, height, width), values in [0, 1].
    """
    if pictures.ndim == 3:
        pictures = pictures[None]
    pixels = pictures.detach().cpu().permute(0, 2, 3, 1).float().numpy()  # (n, height, width, 3)
    return [Image.fromarray(picture) for picture in (pixels * 255).round().clip(0, 255).astype(np.uint8)]


def unscale(latents: torch.Tensor, vae: Any) -> torch.Tensor:
    """Turn the pipeline's latents, of about unit variance, into what ``vae.decode`` takes."""
    scaling, shift, spread = _scaling(vae, latents)
    if spread is not None:
        return latents * spread / scaling + shift
    return latents / scaling + shift  # in the pipelines' order of operations, so that the bits are the same


def rescale(codes: torch.Tensor, vae: Any) -> torch.Tensor:
    """Turn what ``vae.encode`` gives into the pipeline's latents: the inverse of `unscale`."""
    scaling, shift, spread = _scaling(vae, codes)
    latents = (codes - shift) * scaling
    return latents if spread is None else latents / spread


def synthetic_pictures(side: int, count: int = _PICTURES) -> torch.Tensor:
    """Return pictures to fit on: colour ramps, coloured blobs on a plain ground, and soft checks; always the same ones.

    Returns:
        (count, 3, side, side) float32 in [0, 1].
    """
    draw = torch.Generator().manual_seed(20)
    line = torch.linspace(-1, 1, side)
    y, x = torch.meshgrid(line, line, indexing="ij")  # (side, side) each

    def uniform(*shape: int) -> torch.Tensor:
        return torch.rand(*shape, generator=draw)

    pictures = []
    for index in range(count):
        ground, other = uniform(3, 1, 1), uniform(3, 1, 1)
        angle = 2 * math.pi * uniform(1)
        along = torch.cos(angle) * x + torch.sin(angle) * y
        if index % 4 == 0:
            share = (along + 1) / 2
        elif index % 4 == 3:
            waves = 1 + 2 * uniform(1)
            share = torch.sigmoid(8 * torch.sin(math.pi * waves * x) * torch.sin(math.pi * waves * y))
        else:
            centre, radius = uniform(2) - 0.5, 0.3 + 0.4 * uniform(1)
            distance = torch.hypot(x - centre[0], y - centre[1])
            share = torch.sigmoid((radius - distance) * side / 4)
        pictures.append((ground + (other - ground) * share.clamp(0, 1)).clamp(0, 1))
    return torch.stack(pictures)


def _fit(vae: Any) -> LinearMap:
    side = _LATENT_SIDE * factor(vae)
    pictures = synthetic_pictures(side)
    with torch.no_grad():
        latents = rescale(_encode_finite(pictures * 2 - 1, vae), vae).double().cpu()  # (n, channels, height, width)
        colours = functional.adaptive_avg_pool2d(pictures.double(), (latents.shape[-2], latents.shape[-1]))
        rows = latents.movedim(1, -1).flatten(0, -2)  # (n*height*width, channels)
        rows = torch.cat([rows, torch.ones_like(rows[:, :1])], dim=1)
        wanted = colours.movedim(1, -1).flatten(0, -2)  # (n*height*width, 3)
        matrix = torch.linalg.lstsq(rows, wanted).solution
        left = ((rows @ matrix - wanted) ** 2).sum() / ((wanted - wanted.mean(0)) ** 2).sum()
    return LinearMap(matrix.float(), 1 - float(left))


def factor(vae: Any) -> int:
    """Return the picture pixels per latent pixel along a side: every block of the encoder but one halves the picture."""
    config = vae.config
    blocks = config.get("block_out_channels") or config.get("encoder_block_out_channels") or (0,) * 4
    return int(2 ** (len(blocks) - 1))


def _scaling(vae: Any, like: torch.Tensor) -> tuple[float, torch.Tensor | float, torch.Tensor | None]:
    """Return ``(scaling, shift, spread)``: one shift for all channels, or (SDXL's fine-tuned VAEs) a mean and a spread for each."""
    config = vae.config
    scaling = config.get("scaling_factor") or 1.0
    norm = getattr(vae, "bn", None)
    if norm is not None:
        return _scaling_of_patches(norm, config, like)
    mean, spread = (_numbers(vae, name) for name in ("latents_mean", "latents_std"))
    if mean is None or spread is None:
        return scaling, config.get("shift_factor") or 0.0, None
    shape = (1, -1, *(1,) * (like.ndim - 2))
    mean, spread = (values.view(shape).to(like.device, like.dtype) for values in (mean, spread))
    return scaling, mean, spread


def _numbers(vae: Any, name: str) -> torch.Tensor | None:
    """Return one number for each channel, from the VAE's configuration or (LTX) its weights."""
    values = vae.config.get(name)
    if values is None:
        values = dict(vae.named_buffers(recurse=False)).get(name)
    return None if values is None else torch.as_tensor(values).flatten()


def _scaling_of_patches(norm: Any, config: Any, like: torch.Tensor) -> tuple[float, torch.Tensor, torch.Tensor]:
    """Return the scaling of Flux 2, which has one for each of the 2x2 of a patch, with the statistics of a batch norm that it never runs."""
    height, width = like.shape[-2] // 2, like.shape[-1] // 2
    mean = norm.running_mean.to(like.device, like.dtype)
    spread = torch.sqrt(norm.running_var + config.get("batch_norm_eps", norm.eps)).to(like.device, like.dtype)
    mean, spread = (values.view(1, -1, 2, 2).repeat(1, 1, height, width) for values in (mean, spread))
    return 1.0, mean, spread


def _encode_finite(pictures: torch.Tensor, vae: Any) -> torch.Tensor:
    def encode(network: Any) -> torch.Tensor:
        encoded = network.encode(pictures.to(device_of(network), network.dtype))
        if hasattr(encoded, "latent_dist"):
            return encoded.latent_dist.mode().float()  # type: ignore[no-any-return]
        codes: torch.Tensor = (
            encoded.latent if hasattr(encoded, "latent") else encoded.latents
        )  # Sana's autoencoder has the one
        return codes.float()

    return _finite(encode, vae, ("encode", pictures.shape))


def _decode_finite(latents: torch.Tensor, vae: Any) -> torch.Tensor:
    def run(network: Any) -> torch.Tensor:
        codes = unscale(latents.to(device_of(network), network.dtype), network)
        decoded: torch.Tensor = network.decode(codes, return_dict=False)[0]
        return decoded

    require_latents(latents)
    return (_finite(run, vae, ("decode", latents.shape)) * 0.5 + 0.5).clamp(0, 1).float()


def _finite(run: Callable[[Any], torch.Tensor], vae: Any, kind: Hashable) -> torch.Tensor:
    """Return what ``run`` makes with the VAE, or where half precision overflows (SDXL's does) with a float32 copy of it.

    A copy, for the VAE may be at work on another thread.
    """
    threads.settle(vae, lambda: run(vae), kind)
    result = run(vae)
    if vae.dtype == torch.float16 and not is_finite(result):
        result = run(copy.deepcopy(vae).float())
    require_picture(result, vae.dtype)
    return result


def _require_latents(latents: torch.Tensor) -> None:
    if latents.ndim != 4:
        raise ValueError(
            say(
                "Latents must be (batch, channels, height, width), not {shape}. Unpack Flux's first: "
                "preview.unpack(latents, trace.height, trace.width).",
                shape=tuple(latents.shape),
            )
        )
