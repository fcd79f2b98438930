"""The bundled model is an ordinary diffusers folder that works without this package's help."""

from __future__ import annotations

import json

import pytest
import torch
from diffusers import StableDiffusionPipeline

from diffexplain import models


@pytest.fixture(scope="module")
def plain() -> StableDiffusionPipeline:
    torch.set_num_threads(1)
    pipeline = StableDiffusionPipeline.from_pretrained(models.bundled_path())
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def test_plain_from_pretrained_draws(plain: StableDiffusionPipeline) -> None:
    """Without arguments every part comes back in one dtype; the text encoder once came back in half and crashed the U-Net."""
    dtypes = {name: part.dtype for name, part in plain.components.items() if isinstance(part, torch.nn.Module)}
    assert set(dtypes.values()) == {torch.float32}, dtypes
    image = plain("a fox", num_inference_steps=1, output_type="np").images[0]  # (128, 128, 3), 0..1
    assert image.shape == (128, 128, 3)


def test_configs_hold_no_traces_of_the_machine_that_made_them() -> None:
    for root in (models.bundled_path(), models.clip_path()):
        for config in root.rglob("*config.json"):
            assert "_name_or_path" not in json.loads(config.read_text("utf-8")), config
