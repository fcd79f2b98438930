"""Scenes as the denoiser sees them: latents and text states, which are computed once and kept in files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from diffexplain.training.data import captions, scene_sets, tokenizer
from diffexplain.training.data.arrays import as_tensor, filled
from diffexplain.training.networks import clip, vae
from diffexplain.training.workspace import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable

    from diffexplain.training.data.scene_sets import Scenes
    from diffexplain.training.settings import SceneSet
    from diffexplain.training.workspace import Workspace


@dataclass(frozen=True, eq=False)
class Encoded:
    """A set of scenes as the denoiser sees it.

    Attributes:
        latents: (N, 4, 16, 16) float16, scaled.
        states: (N, 2, 24, D) float16: English and Chinese captions.
        things: (N, 2) of `diffexplain.training.data.scene_sets.Scenes`, on the CPU.
    """

    latents: torch.Tensor
    states: torch.Tensor
    things: np.ndarray

    def __len__(self) -> int:
        return len(self.latents)


def encode(
    workspace: Workspace, name: str, wanted: SceneSet, count: int, device: torch.device, report: Callable[[str], None]
) -> Encoded:
    """Encode the first scenes of a set, as far as that isn't done.

    Args:
        workspace: whose autoencoder and text encoder, and where all is kept.
        name: of the set.
        wanted: what the set holds.
        count: how many scenes, or all if there are fewer.
        device: to compute on, and to hold the tensors.
        report: is given a line now and then.
    """
    scenes = scene_sets.make(workspace, name, wanted, report)
    count = min(count, len(scenes))
    latents = encode_pictures(workspace, name, scenes, count, device, report)
    states = encode_captions(workspace, name, scenes, count, device, report)
    # On the CPU they stay mapped, and lie in memory as far as there is room; a GPU holds them itself.
    return Encoded(as_tensor(latents).to(device), as_tensor(states).to(device), scenes.things[:count])


def encode_pictures(
    workspace: Workspace, name: str, scenes: Scenes, count: int, device: torch.device, report: Callable[[str], None]
) -> np.ndarray:
    """Encode the first pictures of a set: (count, 4, H, W) float16."""
    folder = workspace.require(workspace.weights("vae"), "vae")
    network = vae.load(folder, device)

    def fill(start: int, stop: int) -> np.ndarray:
        latents: np.ndarray = vae.encode(network, scenes.pictures[start:stop]).half().numpy()
        return latents

    path, source = workspace.derived / f"latents_{name}.npy", f"{scenes.source}; vae {fingerprint(folder)}"
    side = vae.latent_side(network)
    return filled(
        path,
        (count, 4, side, side),
        np.float16,
        fill,
        source=source,
        part=512,
        progress=scene_sets.progress_lines(report, f"latents, {name}"),
    )


def encode_captions(
    workspace: Workspace, name: str, scenes: Scenes, count: int, device: torch.device, report: Callable[[str], None]
) -> np.ndarray:
    """Encode the first English and Chinese captions of a set: (count, 2, 24, D) float16."""
    folder = workspace.require(workspace.weights("clip"), "clip")
    network = clip.load(folder, device).text_model
    tokens = captions.tokens(workspace, name, scenes)

    @torch.inference_mode()
    def fill(start: int, stop: int) -> np.ndarray:
        ids = torch.from_numpy(tokens[start:stop].astype(np.int64)).to(device).flatten(0, 1)  # (2n, 24)
        states: np.ndarray = network(input_ids=ids).last_hidden_state.unflatten(0, (-1, 2)).half().cpu().numpy()
        return states

    path, source = workspace.derived / f"states_{name}.npy", f"{scenes.source}; clip {fingerprint(folder, workspace.tokenizer)}"
    shape = (count, 2, tokenizer.LENGTH, network.config.hidden_size)
    return filled(
        path,
        shape,
        np.float16,
        fill,
        source=source,
        part=512,
        progress=scene_sets.progress_lines(report, f"text states, {name}"),
    )


def encode_silence(workspace: Workspace) -> torch.Tensor:
    """Encode the empty caption: (24, D)."""
    ids = torch.from_numpy(tokenizer.encode(tokenizer.load(workspace.tokenizer), [""]).astype(np.int64))
    with torch.inference_mode():
        states: torch.Tensor = (
            clip.load(workspace.weights("clip"), torch.device("cpu")).text_model(input_ids=ids).last_hidden_state
        )
    return states[0].clone()
