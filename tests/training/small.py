"""Settings for tests: a few updates of tiny networks, a checkpoint after each."""

from __future__ import annotations

from dataclasses import astuple, replace
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.training.course.train import train
from diffexplain.training.data import scene_sets, tokenizer
from diffexplain.training.project import STAGES
from diffexplain.training.settings import TINY, Course, DenoiserCourse, SceneSet, Widths
from diffexplain.training.workspace import Workspace, replacing

if TYPE_CHECKING:
    from pathlib import Path

torch.set_num_threads(1)
CPU = torch.device("cpu")
COURSE = Course(24, 4, 2e-3, 8, 4, 12, "")
SMALL = replace(
    TINY,
    sets={"even": SceneSet(11, 24), "core": SceneSet(31, 12, "core"), "held_out": SceneSet(12, 12)},
    latents={"even": 16, "core": 12},
    widths=Widths(vae=(4, 8, 8), vae_groups=4, clip=16, clip_layers=1, unet=(4, 8, 8), groups=4, judge=(4, 8, 8, 8)),
    keep_seconds=0.0,
    denoiser=DenoiserCourse(*astuple(COURSE)),
    **dict.fromkeys(("vae", "clip", "controlnet", "judge"), COURSE),
)


def quiet(_: str) -> None:
    pass


def stage(workspace: Workspace, name: str, part: str = "all") -> Any:
    return STAGES[name](workspace, SMALL, CPU, part)


def workspace(root: Path, *stages: str) -> Workspace:
    """With scenes, a tokenizer and these stages trained."""
    made = Workspace(root)
    captions, _ = scene_sets.make(made, "even", SMALL.sets["even"]).captions
    with replacing(made.tokenizer) as folder:
        tokenizer.make(captions, SMALL.merges).save_pretrained(folder)
    for name in stages:
        train(stage(made, name), quiet)
    return made
