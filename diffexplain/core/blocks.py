"""The blocks of a denoiser, as its own module tree has them: which there are, what each is for, and where its result can be heard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import torch

from diffexplain.errors import UnfitPipelineError
from diffexplain.i18n import say

Role: TypeAlias = Literal["in", "time", "text", "down", "middle", "up", "block", "joint", "single", "out", "other"]

_NAMED: dict[str, Role] = {  # children of a denoiser that are no blocks
    **dict.fromkeys(("conv_in", "x_embedder", "pos_embed", "patch_embed", "proj_in"), "in"),
    **dict.fromkeys(("conv_norm_out", "conv_act", "conv_out", "norm_out", "proj_out"), "out"),
    **dict.fromkeys(("time_proj", "time_embedding", "time_text_embed", "adaln_single", "timestep_embedder"), "time"),
    **dict.fromkeys(("add_time_proj", "add_embedding"), "time"),  # what is known of the size comes in with the timestep
    **dict.fromkeys(("context_embedder", "caption_projection", "encoder_hid_proj"), "text"),
}
_WAYS: dict[str, Role] = {"down_blocks": "down", "up_blocks": "up"}
_HEARD: dict[Role, tuple[str, ...]] = {"in": ("conv_in", "x_embedder", "pos_embed"), "out": ("conv_out", "proj_out")}


@dataclass(frozen=True)
class Place:
    """A part of a denoiser.

    Attributes:
        name: Of a block its name in the denoiser, such as ``down_blocks.1``; of others their role.
        role: "down", "middle", "up": a U-Net's blocks. "block", "joint", "single": a transformer's; joint blocks have the text beside the
            picture, single ones have both in one row. "in", "out": to and from the latents. "time", "text": what makes timestep and
            text ready. "other": what is none of these.
        members: Names of the modules that it is made of; an empty one stands for what the denoiser has itself.
        tap: Name of the module whose result is the part's feature map; empty where it has none. Of a U-Net's block that is its last
            layer before the size changes.
    """

    name: str
    role: Role
    members: tuple[str, ...]
    tap: str

    @property
    def is_block(self) -> bool:
        """Whether it is one of the blocks that follow each other."""
        return self.role in ("down", "middle", "up", "block", "joint", "single")


def places_of(denoiser: torch.nn.Module) -> list[Place]:
    """Return all parts of a denoiser, each module and each parameter in one of them: blocks in the order of the network, others about them.

    Raises:
        UnfitPipelineError: It has no blocks that diffexplain knows: neither those of a U-Net nor a list of transformer blocks.
    """
    blocks: list[Place] = []
    others: dict[Role, list[str]] = {}
    for name, child in denoiser.named_children():
        found = _blocks(name, child)
        if found:
            blocks += found
        else:
            others.setdefault(_NAMED.get(name, "other"), []).append(name)
    if not blocks:
        raise UnfitPipelineError(
            say(
                "{denoiser} has no blocks that diffexplain knows: it looks for down_blocks and up_blocks, or a list of transformer "
                "blocks. Take a Stable Diffusion, SDXL, Stable Diffusion 3, Flux or PixArt pipeline.",
                denoiser=type(denoiser).__name__,
            )
        )
    order = {"down": 0, "middle": 1, "up": 2}  # a U-Net lists its middle last
    blocks.sort(key=lambda place: order.get(place.role, 0))
    if next(denoiser.parameters(recurse=False), None) is not None:
        others.setdefault("other", []).append("")
    about = {role: Place(role, role, tuple(names), _heard(role, names)) for role, names in others.items()}
    first = [about.pop(role) for role in ("time", "text", "in") if role in about]
    last = [about.pop("out")] if "out" in about else []
    return [*first, *blocks, *last, *about.values()]


def is_unet(denoiser: torch.nn.Module) -> bool:
    """Return whether a denoiser goes down and up again."""
    return all(isinstance(getattr(denoiser, name, None), torch.nn.ModuleList) for name in _WAYS)


def _blocks(name: str, child: torch.nn.Module) -> list[Place]:
    if name == "mid_block":
        return [Place(name, "middle", (name,), name)]
    if name in _WAYS and isinstance(child, torch.nn.ModuleList):
        return [_place(f"{name}.{at}", _WAYS[name], block) for at, block in enumerate(child)]
    if isinstance(child, torch.nn.ModuleList) and name.endswith("blocks"):
        return [_place(f"{name}.{at}", _kind(name, block), block) for at, block in enumerate(child)]
    return []


def _place(name: str, role: Role, block: Any) -> Place:
    for layers in ("attentions", "resnets"):  # an attention layer follows its convolutions
        listed = getattr(block, layers, None)
        if isinstance(listed, torch.nn.ModuleList) and len(listed) and listed[-1] is not None:
            return Place(name, role, (name,), f"{name}.{layers}.{len(listed) - 1}")
    return Place(name, role, (name,), name)


def _kind(name: str, block: Any) -> Role:
    if "single" in name:
        return "single"
    joint = any(getattr(module, "add_k_proj", None) is not None for module in block.modules())
    return "joint" if joint else "block"


def _heard(role: Role, names: list[str]) -> str:
    return next((name for name in _HEARD.get(role, ()) if name in names), "")
