"""The model card: written from the figures of an evaluation, with the licences as they stand in NOTICE."""

from __future__ import annotations

import math
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diffexplain.errors import TrainingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_KINDS = {"core": "one of the sixty core things", "others": "one of the other things", "pairs": "two core things"}
_WAYS = {"generated": "generated", "scenes": "scenes (the ceiling)", "decoded": "scenes through the autoencoder"}
_SHARES = {
    "things": "all things",
    "near": "things among its first five",
    "ground": "ground",
    "relation": "things and relation",
    "order": "order, where it is asked for (by chance: half)",
}
_LANGUAGES = {"english": "English", "chinese": "Chinese"}
_RECALLS = {"recall_1": "nearest", "recall_5": "among the five nearest"}

_HEAD = """\
# The bundled text-to-image model

A Stable Diffusion pipeline small enough for a laptop's processor: {side}x{side} pixels, prompts in English and Chinese. It was trained from
nothing on captioned scenes made of emoji, to explain how such models work. This card was written by
`python -m diffexplain.training card`; every figure in it comes from `python -m diffexplain.training evaluate`.
"""

_NETWORKS = """\
## Networks

A picture of 3 x 128 x 128 = 49,152 numbers becomes a latent of 4 x 16 x 16 = 1,024, 48 times fewer, in the proportions of Stable Diffusion
(786,432 and 16,384): an eighth of each side.

| part | class | what it is |
|---|---|---|
| text encoder | `CLIPTextModel` | 4 layers of 192; 22 tokens of a prompt and two marks, padded with the end mark; 2.3 M parameters |
| U-Net | `UNet2DConditionModel` | 64, 128, 192 channels on 16x16, 8x8 and 4x4 cells, cross-attention on the lower two; says the noise; 11.0 M |
| autoencoder | `AutoencoderKL` | 32, 32, 64, 64 channels, a resnet a level; 1.0 M |

The autoencoder was trained on pictures of 64 pixels a side, then grew by an outer level that leaves its latents as they were, and its decoder
was trained on at 128. CLIP and the judge look at pictures reduced to 64.
"""

_DATA = """\
## Data

Scenes of `diffexplain.scenes`: one or two emoji in up to five drawing styles, on a ground of one of twelve colours, each with a caption
in English and one in Chinese. No photographs, no other pictures, texts or weights. Core things stand in the scenes more often than
others, so the model draws them better. Dragon, robot and unicorn were kept out of all training, so that fine-tuning can teach them.

The CLIP whose text tower the pipeline reads with was trained on which caption belongs to which picture and, besides, by linear heads on
what stands first, what second, how they are arranged and on which ground; the heads were thrown away.
"""

_LIMITS = """\
## Limits

It knows the things, grounds, styles and sentences of its scenes and nothing else; other words are noise to it. Of two things each is
drawn in small. {order}Thin and many-armed shapes, drawing styles and the rarer things are its weakest. It is for
teaching, not for making pictures. The judge is a small classifier and errs itself: read each share beside the one for real scenes.
"""
_LEARNED = "Where a prompt says which of them stands where, they stand so in {percent} % of its pictures (by chance: half). "
_NOT_LEARNED = 'Which of them stands where is as good as chance, whatever the prompt says (see "order" above). '


def card(figures: Mapping[str, Any]) -> str:
    """Write the card, as Markdown."""
    limits = _LIMITS.format(order=_order(figures))
    parts = [
        _HEAD.format(side=figures["about"]["side"]),
        _NETWORKS,
        _figures(figures),
        _DATA,
        limits,
        "## Licences and attribution\n",
        "```text",
        attribution(),
        "```\n",
    ]
    return "\n".join(parts)


def attribution() -> str:
    """Return what NOTICE says about drawings, names and weights.

    Raises:
        TrainingError: there is no NOTICE, in the checkout or beside the installed package.
    """
    lines = _notice().splitlines()
    first = lines.index("Drawings (diffexplain/scenes/sprites.webp)")
    last = lines.index("MIT License")
    return "\n".join(lines[first:last]).strip()


def share(figure: Mapping[str, Any]) -> str:
    """Write a share with its interval and number."""
    if figure["number"] == 0:
        return "-"
    return f"{_percent(figure['share'])} % ({_percent(figure['low'])} to {_percent(figure['high'])}), n = {figure['number']}"


def mean(figure: Mapping[str, Any], digits: int) -> str:
    """Write a mean with its interval and number."""
    ends = f" ({figure['low']:.{digits}f} to {figure['high']:.{digits}f})" if math.isfinite(figure["low"]) else ""
    return f"{figure['mean']:.{digits}f}{ends}, n = {figure['number']}"


def _figures(figures: Mapping[str, Any]) -> str:
    about = figures["about"]
    lines = [
        "## Figures\n",
        (
            f"Weights `{about['weights']}`, judge `{about['judge']}`. {about['sampler']}, {about['steps']} steps, guidance "
            f"{about['guidance']:g}, {about['pictures']} pictures for each kind of question. In brackets intervals of 95 %: Wilson's "
            "for shares, the normal one for means.\n"
        ),
    ]
    for part, write in _WRITERS.items():
        if part in figures:
            lines += [write(figures[part])]
    return "\n".join(lines)


def _order(figures: Mapping[str, Any]) -> str:
    """Say whether it follows what a prompt says about left and right: its interval has to lie above a half."""
    if "agreement" not in figures:
        return ""
    order = figures["agreement"]["pairs"]["generated"]["order"]
    return _LEARNED.format(percent=_percent(order["share"])) if order["low"] > 0.5 else _NOT_LEARNED


def _vae(figures: Mapping[str, Any]) -> str:
    rows = [("PSNR, dB", mean(figures["psnr"], 2)), ("SSIM", mean(figures["ssim"], 3))]
    return _table("Autoencoder, scenes it never saw", ("figure", "mean"), rows)


def _clip(figures: Mapping[str, Any]) -> str:
    rows = [
        (f"{name}, {way.replace('_', ' ')}", *(share(figures[language][way][recall]) for recall in _RECALLS))
        for language, name in _LANGUAGES.items()
        for way in ("text_of_picture", "picture_of_text")
    ]
    title = f"CLIP, the right one of {figures['gallery']}"
    orders = [(name, share(figures[language]["order"])) for language, name in _LANGUAGES.items()]
    order = _table("CLIP, the caption or the one with right for left, below for above (by chance: half)", ("", "right"), orders)
    return "\n".join((_table(title, ("", *_RECALLS.values()), rows), order))


def _agreement(figures: Mapping[str, Any]) -> str:
    rows = []
    for kind, words in _KINDS.items():
        for way, where in _WAYS.items():
            marks = figures[kind][way]
            rows.append((words, where, *(share(marks[name]) if name in marks else "" for name in _SHARES)))
    title = "Text agreement: what a judge that was trained apart, on scenes alone, finds"
    return _table(title, ("asked for", "pictures", *_SHARES.values()), rows)


def _diversity(figures: Mapping[str, Any]) -> str:
    rows = [(way, mean(figures[way]["colours"], 1), mean(figures[way]["content"], 3)) for way in ("generated", "scenes")]
    title = f"Diversity: mean difference between {figures['seeds']} pictures of one prompt, {figures['prompts']} prompts"
    return _table(title, ("pictures", "of colours, 0 to 255", "of content, 0 to 2"), rows)


def _guidance(figures: Sequence[Mapping[str, Any]]) -> str:
    rows = [(f"{one['guidance']:g}", share(one["things"]), share(one["ground"])) for one in figures]
    return _table("Agreement against guidance, core things", ("guidance", "thing", "ground"), rows)


def _steps(figures: Sequence[Mapping[str, Any]]) -> str:
    rows = [(str(one["steps"]), share(one["things"]), share(one["ground"])) for one in figures]
    return _table("Agreement against steps, core things", ("steps", "thing", "ground"), rows)


def _cost(figures: Mapping[str, Any]) -> str:
    rows = [
        ("parameters of the U-Net", f"{figures['parameters']:,}"),
        ("multiply-adds of a call, millions", f"{figures['call'] / 1e6:.1f}"),
        ("multiply-adds of a run with guidance, thousands of millions", f"{figures['run'] / 1e9:.2f}"),
        ("the same for the model that ships", f"{figures['shipped_run'] / 1e9:.2f}"),
    ]
    return _table("Cost", ("figure", ""), rows)


def _controlnet(figures: Mapping[str, Any]) -> str:
    names = {"with": "with ControlNet", "without": "without", "decoded": _WAYS["decoded"]}
    rows = [(words, mean(figures[way], 3)) for way, words in names.items()]
    return _table("ControlNet: edges of the picture against those asked for, F of both ways", ("pictures", "mean"), rows)


_WRITERS: dict[str, Callable[[Any], str]] = {
    "vae": _vae,
    "clip": _clip,
    "agreement": _agreement,
    "diversity": _diversity,
    "guidance": _guidance,
    "steps": _steps,
    "controlnet": _controlnet,
    "cost": _cost,
}


def _table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"### {title}\n", "| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _percent(value: float) -> str:
    return f"{100 * value:.1f}"


def _notice() -> str:
    checkout = Path(__file__).parents[3] / "NOTICE"
    if checkout.is_file():
        return checkout.read_text("utf-8")
    try:
        for file in files("diffexplain") or ():
            if file.name == "NOTICE":
                return file.read_text("utf-8")
    except PackageNotFoundError:
        pass
    raise TrainingError("The card needs the licences in NOTICE, and there is none here. Run it in a checkout of diffexplain.")
