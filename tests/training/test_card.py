"""The card says every figure of the evaluation and none that is not in it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from safetensors.numpy import load_file

from diffexplain import models
from diffexplain.errors import TrainingError
from diffexplain.training.evaluation import card as module
from diffexplain.training.evaluation.card import card, mean, share

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Odd:
    """Figures that are all different, so that one in the wrong place is found."""

    def __init__(self) -> None:
        self._count = 0

    def share(self) -> dict[str, Any]:
        self._count += 1
        middle = 0.2 + self._count / 200
        return {"share": middle, "low": middle - 0.0813, "high": middle + 0.0917, "number": 1000 + self._count}

    def mean(self) -> dict[str, Any]:
        found = self.share()
        return {"mean": found.pop("share") + 3, **found, "low": found["low"] + 3, "high": found["high"] + 3}


def figures() -> dict[str, Any]:
    odd = Odd()
    names = ("things", "near", "ground", "relation", "order")
    return {
        "about": {
            "weights": "w" * 16,
            "judge": "j" * 16,
            "side": 137,
            "pictures": 211,
            "steps": 23,
            "guidance": 4.5,
            "sampler": "DDIM",
        },
        "vae": {"psnr": odd.mean(), "ssim": odd.mean()},
        "clip": {
            "gallery": 987,
            **{
                language: {
                    "order": odd.share(),
                    **{
                        way: {recall: odd.share() for recall in ("recall_1", "recall_5")}
                        for way in ("text_of_picture", "picture_of_text")
                    },
                }
                for language in ("english", "chinese")
            },
        },
        "agreement": {
            kind: {
                way: {name: odd.share() for name in names[: 5 if kind == "pairs" else 3]}
                for way in ("generated", "scenes", "decoded")
            }
            for kind in ("core", "others", "pairs")
        },
        "diversity": {
            "prompts": 31,
            "seeds": 9,
            **{way: {"colours": odd.mean(), "content": odd.mean()} for way in ("generated", "scenes")},
        },
        "guidance": [{"guidance": scale, "things": odd.share(), "ground": odd.share()} for scale in (1.5, 7.5)],
        "steps": [{"steps": count, "things": odd.share(), "ground": odd.share()} for count in (6, 41)],
        "controlnet": {way: odd.mean() for way in ("with", "without", "decoded")},
        "cost": {"parameters": 11_022_333, "call": 414_466_048, "run": 16_578_641_920, "shipped_run": 17_578_641_920},
    }


def expected(value: Any, digits: int = 3, key: str = "") -> Iterator[str]:
    """Every number of the figures, as the card writes it."""
    if isinstance(value, dict) and "number" in value:
        yield from re.findall(r"\d[\d.]*", share(value) if "share" in value else mean(value, digits))
    elif isinstance(value, dict):
        for inner, found in value.items():
            yield from expected(found, {"psnr": 2, "colours": 1}.get(inner, 3), inner)
    elif isinstance(value, list):
        for found in value:
            yield from expected(found)
    elif isinstance(value, (int, float)):
        yield {"call": f"{value / 1e6:.1f}", "run": f"{value / 1e9:.2f}", "shipped_run": f"{value / 1e9:.2f}"}.get(
            key, f"{value:,}" if key == "parameters" else f"{value:g}"
        )


def written(text: str) -> list[str]:
    """The side of pictures, and every number in the part about figures, but for how sure intervals are and what colours range over."""
    head, rest = text.split("## Figures")
    part = rest.split("## Data")[0]
    for words in ("intervals of 95 %", "0 to 255", "0 to 2 "):
        assert words in part
        part = part.replace(words, "")
    return [*re.findall(r"\d[\d.,]*\d|\d", part), *re.findall(r"(\d+)x\1 pixels", head)]


def test_it_has_every_figure_and_no_other() -> None:
    assert sorted(written(card(figures()))) == sorted(expected(figures()))


def test_a_changed_figure_changes_the_card() -> None:
    changed = figures()
    changed["agreement"]["pairs"]["generated"]["relation"]["share"] = 0.987
    assert "98.7 %" in card(changed)
    assert "98.7 %" not in card(figures())


def test_parts_that_were_not_evaluated_are_left_out() -> None:
    short = {name: value for name, value in figures().items() if name in {"about", "vae"}}
    assert "Autoencoder" in card(short)
    assert "ControlNet" not in card(short).split("## Data")[0]


@pytest.mark.parametrize(("low", "learned"), [(0.512, True), (0.5, False), (0.461, False)])
def test_left_and_right_are_learned_where_chance_lies_outside_the_interval(low: float, learned: bool) -> None:
    asked = figures()
    asked["agreement"]["pairs"]["generated"]["order"].update(share=0.593, low=low)
    limits = card(asked).split("## Limits")[1]
    assert ("59.3 % of its pictures" in limits) == learned
    assert ("as good as chance" in limits) != learned


def test_what_it_says_of_the_networks_is_true_of_those_that_ship() -> None:
    networks = card(figures()).split("## Networks")[1].split("## Figures")[0]
    bundle = models.bundled_path()
    unet, vae, text = (
        json.loads((bundle / part / "config.json").read_text("utf-8")) for part in ("unet", "vae", "text_encoder")
    )
    cells = [unet["sample_size"] >> level for level in range(3)]
    pixels, latents = 3 * vae["sample_size"] ** 2, vae["latent_channels"] * cells[0] ** 2
    assert vae["sample_size"] >> (len(vae["block_out_channels"]) - 1) == cells[0]
    said = [
        f"3 x {vae['sample_size']} x {vae['sample_size']} = {pixels:,}",
        f"{vae['latent_channels']} x {cells[0]} x {cells[0]} = {latents:,}, {pixels // latents} times fewer",
        f"{text['num_hidden_layers']} layers of {text['hidden_size']}; {text['max_position_embeddings'] - 2} tokens",
        f"{', '.join(map(str, unet['block_out_channels']))} channels on {', '.join(f'{side}x{side}' for side in cells[:2])}",
        f"{', '.join(map(str, vae['block_out_channels']))} channels",
    ]
    for part in ("text_encoder", "unet", "vae"):
        weights = load_file(next((bundle / part).glob("*.safetensors")))
        said.append(f"{sum(values.size for values in weights.values()) / 1e6:.1f} M")
    assert [words for words in said if words not in networks] == []


def test_it_names_all_licences_as_notice_does() -> None:
    text = card(figures())
    for work in ("Noto Emoji", "Twemoji", "CC-BY 4.0", "Fluent Emoji", "MIT License", "Unicode License V3", "emojibase"):
        assert work in text


def test_without_notice_there_is_no_card(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "__file__", str(tmp_path / "a" / "b" / "c" / "d.py"))
    monkeypatch.setattr(module, "files", lambda _: [])
    with pytest.raises(TrainingError, match="licences in NOTICE"):
        card(figures())
