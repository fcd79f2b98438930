"""Writes what the explorer of generative models can begin with, so that a class need not wait: its four models, trained on small pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from diffexplain.core import tensor_file
from diffexplain.learn.generative_models import Settings, generative_models
from diffexplain.models.bundle import start_path
from diffexplain.scenes.small import small_pictures
from diffexplain.training.networks.pixels import pixels

if TYPE_CHECKING:
    from collections.abc import Callable

PICTURES, SEED, BATCH = 1000, 0, 16
WIDTH, LATENT = 16, 2
UPDATES, FALL = 3000, 1000  # the learning rate comes down in the last ones


def write(report: Callable[[str], None]) -> None:
    """Train them and write the averaged weights in half precision. Two to three minutes of one core."""
    data = pixels(small_pictures(PICTURES, SEED), torch.device("cpu"))
    usual = Settings()
    models = generative_models(data.shape[1:], WIDTH, LATENT, SEED)
    for update in range(UPDATES):
        share = min(1.0, (UPDATES - update) / FALL)
        for model in models.values():
            model.update(data, BATCH, replace(usual, rate=usual.rate * share))
        if update % 500 == 499:
            report(f"{update + 1:,} of {UPDATES:,} updates")
    weights = {
        f"{name}.{place}": value.half() if value.is_floating_point() else value
        for name, model in models.items()
        for place, value in model.network.state_dict().items()
    }
    facts = {"format": "diffexplain.start", "version": "1", "updates": str(UPDATES), "width": str(WIDTH), "latent": str(LATENT)}
    start_path().parent.mkdir(exist_ok=True)
    tensor_file.write(start_path(), facts, weights)
