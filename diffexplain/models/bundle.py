"""Where the models that ship inside the package lie."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent


def bundled_path() -> Path:
    """Return the folder of the bundled text-to-image model.

    An ordinary diffusers folder: ``StableDiffusionPipeline.from_pretrained(bundled_path())`` needs nothing else of ours.
    Pictures are 128x128 pixels, latents 16x16x4, prompts up to 22 tokens and two marks. On disk the weights are in half precision
    (30 MB); they load as float32 unless asked otherwise.
    """
    return _HERE / "bundled"


def clip_path() -> Path:
    """Return the folder of the bundled CLIP: the text encoder of the bundled model together with the image encoder it was trained against.

    For ``transformers.CLIPModel.from_pretrained``. Text and 64x64 pictures land in one space of 192 numbers.
    """
    return _HERE / "bundled_clip"


def start_path() -> Path:
    """Return the file of four generative models that have learned small pictures already, averaged weights in half precision.

    What `GenerativeModelsExplorer(start="trained")` begins with; ``python -m diffexplain.training starts`` makes it.
    """
    return _HERE / "bundled_starts" / "generative.safetensors"
