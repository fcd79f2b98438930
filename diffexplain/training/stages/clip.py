"""Stage "clip": texts and pictures in one space.

While it learns, heads ask both towers what stands where, and on which ground. One that learned without them, and without wrong captions,
could not tell a caption from the same with right for left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from diffexplain.errors import TrainingError
from diffexplain.learn import contrastive
from diffexplain.learn.contrastive import Batch
from diffexplain.learn.heads import Heads
from diffexplain.learn.optimizers import Optimizers, adamw
from diffexplain.scenes import GROUNDS, THINGS
from diffexplain.training.data import captions, scene_sets, tokenizer
from diffexplain.training.networks import clip, configs
from diffexplain.training.stages.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from diffexplain.learn import Session, Update
    from diffexplain.training.data.scene_sets import Scenes

_LOOKED_AT = 1000
_HEADS, _HEADS_FILE = "heads", "heads.safetensors"
# the first thing, the second if any, how they are arranged, and on which ground
_ANSWERS = (len(THINGS), len(THINGS) + 1, len(scene_sets.ARRANGEMENTS), len(GROUNDS))


class Clip(Stage):
    """Both towers, or with part "texts" or "pictures" one; as long as the text tower stays, so does what a denoiser was trained with."""

    name = "clip"
    parts = ("pictures", "texts", "all")

    def fresh(self) -> Any:
        """Build two transformers of the same size."""
        words = tokenizer.load(self.workspace.require(self.workspace.tokenizer, "tokenizer"))
        return clip.fresh(self.settings.widths, words)

    def load(self, folder: Path) -> Any:
        """Load it from a transformers folder, with the heads that lie beside it, if any.

        Raises:
            TrainingError: the heads were trained for other questions.
        """
        network, path = clip.load(folder, self.device), folder / _HEADS_FILE
        if path.exists():
            try:
                _add_heads(network).load_state_dict(load_file(path))
            except RuntimeError as error:
                raise TrainingError(
                    f"The heads in {path} answer other questions than {self.name} asks now. Delete that file: the weights stay, and "
                    "fresh heads are trained with them."
                ) from error
        return network

    def save(self, network: Any, folder: Path) -> None:
        """Write it as transformers does, and the heads in a file of their own."""
        heads = {name: value for name, value in network.state_dict().items() if name.startswith(f"{_HEADS}.")}
        rest = {name: value for name, value in network.state_dict().items() if name not in heads}
        network.save_pretrained(folder, state_dict=rest)
        configs.clean(folder)
        save_file({name.removeprefix(f"{_HEADS}."): value.contiguous() for name, value in heads.items()}, folder / _HEADS_FILE)

    def session(self, network: Any) -> Session:
        """Begin a session with heads, fresh ones if the network has none."""
        if not hasattr(network, _HEADS):
            _add_heads(network)
        return super().session(network)

    def trainable(self, network: Any) -> None:
        """Freeze nothing, or all but one of the towers."""
        frozen = {"pictures": ("text_model", "text_projection"), "texts": ("vision_model", "visual_projection")}
        for name in frozen.get(self.part, ()):
            network.get_submodule(name).requires_grad_(False)

    def optimizers(self, network: Any) -> Optimizers:
        """Make AdamW as for transformers."""
        return adamw(network, self.course.rate, betas=(0.9, 0.98), weight_decay=0.05)

    def prepare(self, report: Callable[[str], None]) -> None:
        """Map the pictures and turn captions into tokens."""
        sets = self.settings.sets
        self.scenes, self.apart = (scene_sets.make(self.workspace, name, sets[name], report) for name in ("even", "held_out"))
        both = (("even", self.scenes), ("held_out", self.apart))
        self.tokens, self.tokens_apart = (captions.tokens(self.workspace, name, scenes) for name, scenes in both)
        self.answers = answers(self.scenes)
        self.exchanged = captions.tokens(self.workspace, "even", self.scenes, "exchanged")
        self.opposite = captions.tokens(self.workspace, "held_out", self.apart, "opposite")

    def loop(self, session: Session, **options: Any) -> Iterator[Update]:
        """Train on random scenes of the even set, each with its English or Chinese caption; of two things also the wrong way round."""

        def batches() -> Iterator[Batch]:
            count = self.course.batch
            while True:
                chosen = scene_sets.sample_indices(session.draw, self.scenes.things, count, self.settings.pairs)
                languages = np.arange(count), session.draw.integers(0, 2, count)
                own, wrong = self.tokens[chosen][languages], self.exchanged[chosen][languages]  # (N, 24)
                yield Batch(
                    clip.pixels(self.scenes.pictures[chosen], self.device),
                    clip.as_numbers(own, self.device),
                    clip.as_numbers(wrong[captions.differ(own, wrong)], self.device),
                    clip.as_numbers(self.answers[chosen], self.device),
                )

        network = session.network
        return contrastive.train(network, batches(), session.optimizers, heads=network.get_submodule(_HEADS), **options)

    def held_out(self, network: Any) -> dict[str, float]:
        """Compute the share of pictures whose own caption is the nearest of all, and of those that are nearer to it than to its opposite."""
        pictures = clip.embed_pictures(network, self.apart.pictures[:_LOOKED_AT])
        figures = {}
        for number, language in enumerate(("english", "chinese")):
            own, wrong = (tokens[:_LOOKED_AT, number] for tokens in (self.tokens_apart, self.opposite))
            figures[f"recall_{language}"] = float(clip.hits(pictures @ clip.embed_tokens(network, own).T, 1).float().mean())
            figures[f"order_{language}"] = float(clip.ordered(network, pictures, own, wrong).float().mean())
        return figures


def answers(scenes: Scenes) -> np.ndarray:
    """Return (N, 4), what the heads are to say.

    The first thing, the second (one past the last of THINGS where there is none), the arrangement, the ground.
    """
    first, second = scenes.things.T
    return np.stack((first, np.where(second < 0, len(THINGS), second), scenes.arrangements, scenes.grounds), axis=1)


def _add_heads(network: Any) -> Heads:
    torch.manual_seed(0)
    heads = Heads(network.config.projection_dim, _ANSWERS)
    network.add_module(_HEADS, heads)
    return heads
