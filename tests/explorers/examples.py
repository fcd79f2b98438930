"""A small example of every explorer, which the contract tests use: a new explorer adds one entry here and is tested with all others.

What holds for every explorer is in ``test_contract.py`` (Python), ``test_kernel.py`` (a real kernel), ``test_saved_notebook.py`` and
``../browser/test_contract*.py`` (Chromium). The tests named after an explorer hold what is its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from diffexplain.explorers.registry import CLASSES
from diffexplain.explorers.session_explorer import SessionExplorer
from diffexplain.scenes import CORE_THINGS, GROUNDS, STYLES

PREAMBLE = """import torch
torch.set_num_threads(1)
import diffexplain as dx
from diffexplain.explorers.sampler import reference
from PIL import Image
from tests import tiny, tiny_clip
reference.STEPS = 16  # as in `tests/conftest.py`
pipe, clip = tiny.sd(), tiny_clip.clip()
"""


@dataclass(frozen=True)
class Example:
    """How the contract tests make an explorer, and what they do to it.

    Attributes:
        tiny: Arguments of a run on a tiny model that says all kinds of messages, as code; `PREAMBLE` runs before. One of its texts
            is ``<b>a fox</b>``.
        bundled: Arguments of what is exported, on the bundled model; the explorer's own browser tests look at the same file.
            One of its texts is `PLANTED`.
        change: A field that asks for a run, and another value.
        refused: A field, a value that is not allowed and words of the refusal.
        view: Another value of each field that the page answers alone; of a session's live fields none.
        still: What the still picture of the tiny run says.
        kilobytes: What the first view of the tiny run and an update by `change` may take, in 1000 bytes.
        film: How many pictures the film of the tiny run has; None where the explorer has no film.
        click: Names of the buttons that lead to another run by mouse, in order.
        typed: Label of a text field, and a value that asks for another run.
        wrong: Label of a text field, and a value that is refused; None where a page lets none be typed.
        own: Words of the example that are shown in every language as they are, beside names.
    """

    tiny: str
    bundled: str
    change: tuple[str, Any]
    refused: tuple[str, Any, str]
    view: dict[str, Any]
    still: tuple[str, ...]
    kilobytes: tuple[int, int]
    film: int | None
    click: tuple[str, ...]
    typed: tuple[str, str]
    wrong: tuple[str, str] | None
    own: set[str] = field(default_factory=set)


DRAWING = [name for name in CLASSES if name not in {"text", "contrastive", "training", "generative", "dataset"}]
"""Explorers whose runs ask the denoiser and the VAE: what concerns these is tested with them."""

OF_EACH_KIND = {"text", "denoise", "training", "dataset"}  # at once, replaced by the next run, going on, without a denoiser
of_each_kind = pytest.mark.parametrize(
    "name", [name if name in OF_EACH_KIND else pytest.param(name, marks=pytest.mark.more) for name in CLASSES]
)
"""For a check that is dear and hardly depends on what an explorer shows: one of each kind every day, all before a release."""

FOX = "&lt;b&gt;a fox&lt;/b&gt;"
PLANTED = """'a fox </script><b id="planted">'"""
ROLL = ("Roll another seed",)

EXAMPLES = {
    "text": Example(
        tiny="pipeline=pipe, prompt='<b>a fox</b>', other_prompt='a red fox', arithmetic='a fox - a + red'",
        bundled=f"prompt={PLANTED}, other_prompt='a cat on a white background'",
        change=("prompt", "a blue square"),
        refused=("panel", "matrix", "one of layers, reading"),
        view={
            "panel": "reading",
            "encoder": 1,
            "token": 2,
            "layer": 1,
            "head": 1,
            "rolled": True,
            "show": "change",
        },
        still=(FOX, "Rows read columns"),
        own={
            "fox",
            "a fox",
            "red",
            "a red fox",
            "a cat on a white background",
            PLANTED[1:-1],
            "plan",
            "text_encoder",
            "cat",
            "white",
            "background",
        },
        kilobytes=(60, 60),
        film=None,
        click=("English and Chinese",),
        typed=("Sentence", "a green apple"),
        wrong=None,
    ),
    "similarity": Example(
        tiny="pictures=['gallery:1', 'drawn:3:a fox'], texts=['<b>a fox</b>', 'blue'], clip=clip, "
        "pipeline=pipe, older_prompt='a fox', older_steps=1",
        bundled="pictures=['gallery:5', 'gallery:6', Image.new('RGB', (20, 20), 'teal')], "
        f"texts=['a crescent moon', {PLANTED}, 'a ladybug'], search='yellow', older_prompt='a fox', older_steps=2",
        change=("texts", ["a dog"]),
        refused=("texts", [], "1 to 64"),
        view={"show": "scaled", "pair": [1, 1], "place": "search"},
        still=(FOX, "<td"),
        own={"<b>a fox</b>", "blue", "CLIPModel", "a crescent moon", PLANTED[1:-1], "a ladybug"},
        kilobytes=(110, 50),
        film=None,
        click=("Add a wrong caption",),
        typed=("Text 1", "a moose in the snow"),
        wrong=None,
    ),
    "embedding": Example(
        tiny="pictures=[Image.new('RGB', (8, 8), (value, 40, 90)) for value in range(0, 200, 20)], search='<b>a fox</b>', "
        "clip=clip, pipeline=pipe, prompts=['a red circle'], steps=2",
        bundled=f"search={PLANTED}, prompts=['a fox', 'a red apple'], steps=6",
        change=("steps", 1),
        refused=("prompts", ["a"] * 5, "list of 0 to 4"),
        view={"projection": "pca", "colour": "kind", "step": 0},
        still=(FOX,),
        kilobytes=(55, 5),
        film=None,
        click=("choose…", "a tent"),
        typed=("Search by text", "a red apple"),
        wrong=("Denoising runs to follow", "a | b | c | d | e"),
        own={"CLIPModel", "a fox", "a red apple"},
    ),
    "contrastive": Example(
        tiny="pipeline=pipe, pictures=40, batch=4, goal=20",
        bundled="goal=120",
        change=("seed", 5),
        refused=("dimensions", 1, "2 to 128"),
        view={"moment": 0, "show": "scaled", "pair": [1, 2], "panel": "course"},
        still=("20 updates", "chance 3.87"),
        kilobytes=(130, 120),
        film=3,
        click=ROLL,
        typed=("Seed", "12"),
        wrong=("Seed", "-5"),
        own={*CORE_THINGS, *STYLES, *GROUNDS, "background"},
    ),
    "noise": Example(
        tiny="pipeline=pipe, picture='prompt:<b>a fox</b>', steps=3, space='latents'",
        bundled="picture='gallery:4', schedule='scaled_linear', compare=['linear', 'flow'], steps=1000, seed=7",
        change=("seed", 5),
        refused=("beta_end", 1, "below 1"),
        view={"step": 1},
        still=("schedule linear",),
        kilobytes=(75, 30),
        film=4,
        click=ROLL,
        typed=("First β", "0.001"),
        wrong=("First β", "7"),
    ),
    "latent": Example(
        tiny="pipeline=pipe, picture='prompt:<b>a fox</b>', other='gallery:5'",
        bundled="picture='gallery:4', other='gallery:9', seed=7, operation='shift', channel=1, amount=2",
        change=("operation", "wipe"),
        refused=("cell", [0, 99], "0 to"),
        view={"panel": "blend"},
        still=(FOX, "PSNR"),
        kilobytes=(400, 300),
        film=None,
        click=ROLL,
        typed=("Seed", "12"),
        wrong=("Seed", "-5"),
        own={"<b>a fox</b>"},
    ),
    "denoise": Example(
        tiny="pipeline=pipe, prompt='<b>a fox</b>', steps=3",
        bundled=f"prompt={PLANTED}, seed=7, steps=8, guidance_scale=4.0",
        change=("prompt", "a blue square"),
        refused=("steps", 0, "1 to 1000"),
        view={"step": 0, "place": "unet"},
        still=(FOX,),
        kilobytes=(65, 60),
        film=4,
        click=ROLL,
        typed=("Prompt", "a green apple"),
        wrong=("Seed", "-5"),
        own={"fox", "plan", "ted", "noise"},  # noise in formulas,
    ),
    "attention": Example(
        tiny="pipeline=pipe, prompt='<b>a fox</b> next to a cat', steps=2, detail='layers'",
        bundled="prompt='a dog next to a cat', negative_prompt='blue background', steps=6, detail='layers'",
        change=("prompt", "a blue square"),
        refused=("strength", 1.5, "0 to 1"),
        view={
            "word": [2, 3],
            "half": "uncond",
            "step": 0,
            "over": "run",
            "layer": "mid_block",
            "head": 1,
            "among": "words",
            "strength": 0,
            "patches": True,
            "scale": "same",
        },
        still=(FOX, "next to a cat"),
        own={
            "fox",
            "nex",
            "dog",
            "next",
            "cat",
            "blue",
            "background",
            "mid_block",
            "down_blocks",
            "up_blocks",
            "attentions",
            "transformer_blocks",
            "attn2",
        },
        kilobytes=(60, 35),
        film=2,
        click=ROLL,
        typed=("Prompt", "a green apple"),
        wrong=("Seed", "-5"),
    ),
    "unet": Example(
        tiny="pipeline=pipe, prompt='<b>a fox</b>', steps=2, weaken='skip'",
        bundled=f"prompt={PLANTED}, seed=7, steps=4, weaken='skip'",
        change=("prompt", "a blue square"),
        refused=("strength", 3, "0 to 2"),
        view={"block": "mid_block", "step": 0, "panel": "weaken"},
        still=(FOX, "UNet2DConditionModel"),
        kilobytes=(85, 75),
        film=2,
        click=ROLL,
        typed=("Prompt", "a cat"),
        wrong=("Seed", "-5"),
        own={"mid_block", "UNet2DConditionModel", "FreeU", "down_blocks", "up_blocks"},
    ),
    "guidance": Example(
        tiny="pipeline=pipe, prompt='<b>a fox</b>', steps=3, scales=[0, 1, 6], schedule=[8, 2], negative_prompt='blue'",
        bundled=f"prompt={PLANTED}, seed=7, steps=8, scales=[0, 1, 3, 8, 20], negative_prompt='blue'",
        change=("prompt", "a blue square"),
        refused=("interval", [0.8, 0.2], "must not end before it begins"),
        view={"step": 0, "remix": 12.0, "panel": "ways"},
        still=(FOX, "clipped"),
        kilobytes=(75, 70),
        film=4,
        click=ROLL,
        typed=("Prompt", "a green apple"),
        wrong=("Seed", "-5"),
        own={"blue", "Kynkäänniemi", "Lin", "Sadat"},
    ),
    "seed": Example(
        tiny="pipeline=pipe, prompt='<b>a fox</b>', count=4, steps=2, other_prompt='a cat', walk=[0, 2], frames=3",
        bundled=f"count=5, steps=3, other_prompt={PLANTED}, walk=[1, 4], frames=5",
        change=("guidance_scale", 2.0),
        refused=("walk", [0, 9], "seed of the wall, 0 to 3"),
        view={"step": 0, "panel": "other", "pick": 1},
        still=(FOX, "seeds 0 to 3"),
        kilobytes=(105, 100),
        film=2,
        click=ROLL,
        typed=("Prompt", "a cat"),
        wrong=("First seed", "-3"),
        own={"a fox", "a cat"},
    ),
    "sampler": Example(
        tiny="pipeline=pipe, prompt='<b>a fox</b>', samplers=['ddim', 'heun'], steps=3",
        bundled="seed=7, samplers=['ddim', 'heun', 'dpmpp_2m', 'ddpm', 'euler_a'], steps=8",
        change=("prompt", "a blue square"),
        refused=("samplers", ["ddim"], "2 to 12"),
        view={"axis": "evaluations", "place": 3.0, "panel": "time"},
        still=(FOX, "Heun (5 evaluations)"),
        kilobytes=(75, 65),
        film=4,
        click=("UniPC",),
        typed=("Prompt", "a cat"),
        wrong=("Seed", "-5"),
        own={"beta", "exponential", "karras", "leading", "linspace", "trailing"},
    ),
    "training": Example(
        tiny="pipeline=pipe, count=6, width=8, batch=4, goal=50",
        bundled="count=8, width=8, batch=8, goal=150",
        change=("count", 5),
        refused=("width", 12, "a multiple of 8"),
        view={"sheet": 0, "level": 4, "panel": "memory"},
        still=("50 updates", "Error on held-out data"),
        kilobytes=(160, 150),
        film=2,
        click=ROLL,
        typed=("Training set", "7"),
        wrong=("Training set", "0"),
    ),
    "generative": Example(
        tiny="pipeline=pipe, data='clusters', count=40, width=8, batch=8, goal=60",
        bundled="count=30, width=8, batch=8, goal=120",
        change=("count", 50),
        refused=("width", 12, "a multiple of 8"),
        view={"look": 0, "panel": "steps", "across": 2, "up": 9},
        still=("60 updates", "Fresh real data come to"),
        kilobytes=(160, 150),
        film=2,
        click=ROLL,
        typed=("Training set", "7"),
        wrong=("Training set", "0"),
        own={"CLIP", "GAN", "VAE"},
    ),
    "finetune": Example(
        tiny="pipeline=pipe, old=['<b>a fox</b>'], count=3, batch=1, rank=2, steps=2, goal=10, clip=clip, replay=0.5",
        bundled=f"old=['a fox', {PLANTED}], count=5, batch=2, steps=4, goal=20",
        change=("count", 2),
        refused=("rank", 0, "1 to 64"),
        view={"look": 0, "weight": 0.5, "panel": "helps"},
        still=("“a dragon”", "10 updates"),
        kilobytes=(160, 150),
        film=2,
        click=ROLL,
        typed=("Pictures", "4"),
        wrong=("Pictures", "0"),
        own={
            *("LoRA", "CLIP", "a fox", "<b>a fox</b>", "a dragon", PLANTED[1:-1]),
            *("a dragon on a white background", "a dragon on a brown background", "a flat dragon on a white background"),
            "a dragon, white background",
        },
    ),
    "dataset": Example(
        tiny="caption='<b>a fox</b>', picture='gallery:1', count=12, clip=clip",
        bundled=f"caption={PLANTED}, count=60, seed=7",
        change=("caption", "a blue square"),
        refused=("wrong", 0.95, "0 to 0.9"),
        view={"threshold": 0.1, "panel": "groups"},
        still=(FOX, "12 pairs"),
        kilobytes=(110, 30),
        film=None,
        click=ROLL,
        typed=("Your caption", "a moose in the snow"),
        wrong=("Seed", "-5"),
        own={
            "CLIPModel",
            *("COCO", "Captions", "Visual", "Genome", "Conceptual", "YFCC", "ALT", "LAION"),
            *("Mechanical Turk", "Common Crawl", "OpenAI", "Flickr", "Multimedia Commons", "LGBTQ"),
        },
    ),
}


def example(name: str) -> Example:
    """The example of a registered explorer; a test that asks for a missing one fails with what to do."""
    if name not in EXAMPLES:
        pytest.fail(
            f"the explorer {name!r} has no example: add one to tests/explorers/examples.py, and the contract tests take it"
        )
    return EXAMPLES[name]


def resting(name: str) -> str:
    """The state of an explorer that has done what it was asked: a session pauses and could go on."""
    import diffexplain as dx

    return "paused" if issubclass(dx.explorers()[name], SessionExplorer) else "done"


def code(name: str) -> str:
    """An expression that makes the tiny example, after `PREAMBLE`."""
    return f"dx.{CLASSES[name]}({example(name).tiny})"


def make(name: str, arguments: str | None = None, **more: Any) -> Any:
    """The tiny example in this process, its first run not waited for.

    Args:
        name: Of the explorer.
        arguments: Others than those of the tiny example, as code.
        more: Fields with another value, and ``pipe`` for another pipeline, ``network`` for another CLIP.
    """
    from PIL import Image

    import diffexplain as dx
    from tests import tiny, tiny_clip

    known = {"Image": Image, "pipe": more.pop("pipe", None) or tiny.sd(), "clip": more.pop("network", None) or tiny_clip.clip()}
    given = eval(f"dict({example(name).tiny if arguments is None else arguments})", known)  # our own code
    return dx.explorers()[name](**given | more)
