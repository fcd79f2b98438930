"""Training loops as generators: tensors in, a small frozen `Update` out after each update; and a `Session` that they can be paused in.

They know no files, no widgets and no Jupyter. Lessons pull from them and so does `diffexplain.training`: the code that teaches is the
code that made the bundled model.

>>> for update in denoiser.train(unet, scheduler, batches, optimizers):  # doctest: +SKIP
...     print(update.samples, update.loss)
"""

from __future__ import annotations

from diffexplain.learn import (
    autoencoder,
    averaging,
    contrastive,
    controlnet,
    denoiser,
    gan,
    optimizers,
    precision,
    rates,
    trees,
)
from diffexplain.learn.descent import Losses, Update, descend
from diffexplain.learn.heads import Heads
from diffexplain.learn.session import Session

__all__ = [
    "Heads",
    "Losses",
    "Session",
    "Update",
    "autoencoder",
    "averaging",
    "contrastive",
    "controlnet",
    "denoiser",
    "descend",
    "gan",
    "optimizers",
    "precision",
    "rates",
    "trees",
]
