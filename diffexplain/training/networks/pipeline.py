"""The pipelines that draw, put together from trained parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diffexplain.training.data import tokenizer
from diffexplain.training.networks import clip, controlnet, denoiser, vae

if TYPE_CHECKING:
    import torch

    from diffexplain.training.workspace import Workspace

PARTS = ("vae", "clip", "denoiser")


def assemble(workspace: Workspace, device: torch.device, *, controlled: bool = False) -> Any:
    """Make a `StableDiffusionPipeline` of the workspace's weights, in float32; with its ControlNet if `controlled`.

    Raises:
        TrainingError: a part is not there yet; the message names the stage that makes it.
    """
    from diffusers import StableDiffusionControlNetPipeline, StableDiffusionPipeline

    folders = {name: workspace.require(workspace.weights(name), name) for name in PARTS}
    parts = {
        "vae": vae.load(folders["vae"], device),
        "text_encoder": text_encoder(clip.load(folders["clip"], device)).to(device),
        "tokenizer": tokenizer.load(workspace.require(workspace.tokenizer, "tokenizer")),
        "unet": denoiser.load(folders["denoiser"], device),
        "scheduler": scheduler(),
        "safety_checker": None,
        "feature_extractor": None,
        "requires_safety_checker": False,
    }
    if controlled:
        folder = workspace.require(workspace.weights("controlnet"), "controlnet")
        made = StableDiffusionControlNetPipeline(controlnet=controlnet.load(folder, device), **parts)
    else:
        made = StableDiffusionPipeline(**parts)
    made.set_progress_bar_config(disable=True)
    return made


def scheduler() -> Any:
    """Make Stable Diffusion's DDIM, its last step to the first level of training, but with trailing timesteps.

    Leading ones begin below the last timestep: 5 steps at 801 of 999, where noisy latents of training still show the colour of their
    ground, which the noise that a run begins with does not (Lin et al. 2024, "Common diffusion noise schedules and sample steps are
    flawed", section 3.3).
    """
    from diffusers import DDIMScheduler

    return DDIMScheduler(**denoiser.SCHEDULE, set_alpha_to_one=False, steps_offset=1, timestep_spacing="trailing")


def text_encoder(model: Any) -> Any:
    """Return the text tower of a `CLIPModel` as a `CLIPTextModel`, with the same states."""
    from transformers import CLIPTextModel

    encoder = CLIPTextModel(model.config.text_config).eval()
    inner = getattr(encoder, "text_model", encoder)  # transformers moved the tower up by one
    inner.load_state_dict(model.text_model.state_dict())
    return encoder
