"""What recording attention costs and keeps, beside the other two that pip installs: the same pipeline, the same pictures, in turns.

``python tests/benchmarks/attention.py [--peers FOLDER] [--model bundled|wide] [--out FILE.json] [--rounds 15] [--steps 20] [--kept 2 50]``

FOLDER holds the peers, installed beside (they need no venv of their own, and pin what this one has not):
``pip install --no-deps --target FOLDER attention-map-diffusers==1.0.0 daam==0.2.0``. What they import only to draw (matplotlib, spaCy,
nltk, torchvision) is stood in for where it is missing. Without FOLDER only diffexplain is measured.

The bars: compact attention of all cross layers at all steps costs at most 1.06 times the plain run, no more than the cheapest
peer, and keeps 50 times fewer bytes than attention-map-diffusers at 50 steps. What each keeps is not the same:

- diffexplain: every step, both halves of guidance, all layers and heads in one mean, half precision
- attention-map-diffusers fast: every step's queries and keys, all layers; maps are computed afterwards, by ``compute``
- attention-map-diffusers exact: every step's maps, mean over heads, all layers
- daam: the sum over all steps, all heads, no middle block; no time axis, half of the batch only
"""

from __future__ import annotations

import argparse
import importlib
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import MagicMock

import diffusers
import harness
import numpy as np
import torch
from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel

import diffexplain

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests import tiny

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COST_BAR = 1.06
BYTES_BAR = 50
PROMPT = "a red circle on a blue square"


def main() -> None:
    options = _arguments()
    torch.set_num_threads(options.threads)
    pipe = diffexplain.load(device="cpu", dtype=torch.float32) if options.model == "bundled" else wide()
    pipe.set_progress_bar_config(disable=True)

    def run(steps: int = options.steps) -> np.ndarray:
        generator = torch.Generator().manual_seed(7)
        return np.array(pipe(PROMPT, num_inference_steps=steps, guidance_scale=4.0, generator=generator).images[0])

    arms = {"recorded, compact": ours(pipe, True), "recorded, full": ours(pipe, diffexplain.Attention(full=True))}
    if options.peers:
        arms |= peers(options.peers, pipe)
    plain = run()
    for name, arm in arms.items():
        with arm():
            off = int(np.abs(run().astype(int) - plain).max())
        print(f"{name:24s} changes the picture by up to {off}/255")
        assert off == 0 or not name.startswith("recorded"), "recording has changed the picture"
    kept = {name: {steps: _kept(arm, run, steps) for steps in options.kept} for name, arm in arms.items()}

    def timed(arm: Callable[[], Any]) -> Callable[[], None]:
        def once() -> None:
            with arm():
                run()

        return once

    def recorded() -> None:
        with diffexplain.record(pipe):
            run()

    seconds = harness.interleave(
        {harness.BASE: run, "recorded": recorded, **{name: timed(arm) for name, arm in arms.items()}}, options.rounds
    )
    table = harness.ratios(seconds)
    print(f"\n{options.model} model, {options.steps} steps, {options.threads} thread(s), {options.rounds} rounds")
    print(harness.show(table))
    print("\nkept bytes at steps   " + "".join(f"{steps:>12d}" for steps in options.kept))
    for name, row in kept.items():
        print(f"{name:22s}" + "".join(f"{row[steps]:12,d}" for steps in options.kept))
    _verdict(table, kept)
    if options.out:
        facts = {"torch": torch.__version__, "diffusers": diffusers.__version__, "threads": options.threads}
        harness.write(options.out, table, seconds, steps=options.steps, model=options.model, kept=kept, **facts)


def ours(pipe: Any, attention: Any) -> Callable[[], Any]:
    @contextmanager
    def arm() -> Iterator[Callable[[], int]]:
        with diffexplain.record(pipe, attention=attention) as trace:
            yield lambda: sum(step.attention.nbytes for step in trace.steps if step.attention is not None)

    return arm


def peers(folder: str, pipe: Any) -> dict[str, Callable[[], Any]]:
    sys.path.append(folder)
    for name in (
        "matplotlib",
        "matplotlib.pyplot",
        "spacy",
        "spacy.tokens",
        "nltk",
        "nltk.stem",
        "torchvision",
        "torchvision.transforms",
    ):
        try:
            importlib.import_module(name)
        except ImportError:
            sys.modules[name] = MagicMock(__spec__=None)
    from attention_map_diffusers import AttentionCapture
    from daam import trace

    def mapped(mode: str, *, compute: bool = False) -> Callable[[], Any]:
        @contextmanager
        def arm() -> Iterator[Callable[[], int]]:
            with AttentionCapture(pipe, mode=mode, timesteps="all", max_capture_bytes=None) as capture:
                yield lambda: capture.collector.capture_bytes
            if compute:
                capture.compute()

        return arm

    @contextmanager
    def summed() -> Iterator[Callable[[], int]]:
        with trace(pipe) as found:
            for hook in found.module:
                if hasattr(hook, "context_size"):
                    hook.context_size = pipe.tokenizer.model_max_length  # it passes over any text but one of 77 tokens
            yield lambda: sum(maps.nbytes for _, maps in found.all_heat_maps)

    return {
        "map-diffusers fast": mapped("fast"),
        "map-diffusers computed": mapped("fast", compute=True),
        "map-diffusers exact": mapped("exact"),
        "daam": summed,
    }


def wide() -> Any:
    """Stable Diffusion 1.x at a quarter of its width, with random weights: 77 tokens, 8 heads, 64 x 64 latents. Seconds a step."""
    words = tiny.tokenizer()
    words = type(words)(vocab=words.get_vocab(), merges=_merges(words), model_max_length=77)
    config = tiny.text_encoder().config
    config = type(config).from_dict({**config.to_dict(), "max_position_embeddings": 77, "hidden_size": 128})
    torch.manual_seed(0)
    return StableDiffusionPipeline(
        unet=UNet2DConditionModel(
            sample_size=64,
            block_out_channels=(80, 160, 320, 320),
            cross_attention_dim=128,
            attention_head_dim=8,
            norm_num_groups=8,
        ).eval(),
        vae=AutoencoderKL(**{**tiny.vae().config, "latent_channels": 4}).eval(),
        text_encoder=type(tiny.text_encoder())(config).eval(),
        tokenizer=words,
        scheduler=DDIMScheduler(clip_sample=False, set_alpha_to_one=False, steps_offset=1, **tiny.BETAS),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def _merges(words: Any) -> list[tuple[str, str]]:
    import json

    return [tuple(pair) for pair in json.loads(words.backend_tokenizer.to_str())["model"]["merges"]]


def _kept(arm: Callable[[], Any], run: Callable[[int], Any], steps: int) -> int:
    with arm() as kept:
        run(steps)
        return int(kept())


def _verdict(table: dict[str, dict[str, float]], kept: dict[str, dict[int, int]]) -> None:
    cost = table["recorded, compact"]["ratio"]
    print(f"\ncompact: {cost:.3f} times the plain run, {'within' if cost <= COST_BAR else 'ABOVE'} the bar of {COST_BAR}")
    others = {name: row["ratio"] for name, row in table.items() if name.startswith(("map-diffusers", "daam"))}
    if others:
        name = min(others, key=lambda each: others[each])
        word = "no dearer" if cost <= others[name] else "DEARER"
        print(f"{word} than the cheapest peer, {name} at {others[name]:.3f}")
        steps = max(kept["recorded, compact"])
        fewer = kept["map-diffusers fast"][steps] / kept["recorded, compact"][steps]
        print(
            f"keeps {fewer:.0f} times fewer bytes than map-diffusers fast at {steps} steps, {'over' if fewer >= BYTES_BAR else 'UNDER'} the bar of {BYTES_BAR}"
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", help="folder with the peers; without it they are left out")
    parser.add_argument("--model", choices=("bundled", "wide"), default="bundled")
    parser.add_argument("--out", help="write the figures here as JSON")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--kept", type=int, nargs="+", default=[2, 4, 8, 50], help="steps at which kept bytes are counted")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
