"""Training loops as generators: tensors in, a small frozen `Progress` out after each update.

They know no files, no widgets and no Jupyter. Lessons pull from them and so does `diffexplain.training`: the code that teaches is the
code that made the bundled model.

>>> for progress in denoiser.train(unet, scheduler, batches, optimizers):  # doctest: +SKIP
...     print(progress.samples, progress.loss)
"""

from __future__ import annotations

from diffexplain.learn import autoencoder, averaging, contrastive, controlnet, denoiser, optimizers, precision, rates
from diffexplain.learn.descent import Losses, Progress, descend
from diffexplain.learn.heads import Heads

__all__ = [
    "Heads",
    "Losses",
    "Progress",
    "autoencoder",
    "averaging",
    "contrastive",
    "controlnet",
    "denoiser",
    "descend",
    "optimizers",
    "precision",
    "rates",
]
