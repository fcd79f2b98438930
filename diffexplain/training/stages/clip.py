"""Stage "clip": texts and pictures in one space, English and Chinese alike.

While it learns, heads ask both towers what stands where, and on which ground. One that learned without them, and without wrong captions,
told no caption from the same with right for left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from diffexplain.learn import contrastive
from diffexplain.learn.contrastive import Batch
from diffexplain.learn.heads import Heads
from diffexplain.learn.optimizers import Optimizers, adamw
from diffexplain.scenes import GROUNDS, THINGS
from diffexplain.training import captions, configs, data, tokenizer
from diffexplain.training.errors import TrainingError
from diffexplain.training.session import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from diffexplain.learn.descent import Progress
    from diffexplain.training.data import Scenes
    from diffexplain.training.session import Session

_MEAN = (0.48145466, 0.4578275, 0.40821073)  # of CLIPImageProcessor
_SPREAD = (0.26862954, 0.26130258, 0.27577711)
_LOOKED_AT = 1000
_HEADS, _HEADS_FILE = "heads", "heads.safetensors"
# the first thing, the second if any, how they are arranged, and on which ground
_ANSWERS = (len(THINGS), len(THINGS) + 1, len(data.ARRANGEMENTS), len(GROUNDS))


class Clip(Stage):
    """Both towers, or with part "texts" or "pictures" one; as long as the text tower stays, so does what a denoiser was trained with."""

    name = "clip"
    parts = ("pictures", "texts", "all")

    def fresh(self) -> Any:
        """Two transformers of the same size."""
        from transformers import CLIPConfig, CLIPModel

        words, width = tokenizer.load(self.workspace.require(self.workspace.tokenizer, "tokenizer")), self.settings.widths.clip
        common = {
            "hidden_size": width,
            "intermediate_size": 4 * width,
            "num_hidden_layers": self.settings.widths.clip_layers,
            "num_attention_heads": 4,
            "projection_dim": width,
        }
        text = {
            **common,
            "vocab_size": len(words),
            "max_position_embeddings": tokenizer.LENGTH,
            "bos_token_id": words.bos_token_id,
            "eos_token_id": words.eos_token_id,
            "pad_token_id": words.pad_token_id,
        }
        torch.manual_seed(0)
        pictures = {**common, "image_size": data.SIDE, "patch_size": 8}
        return CLIPModel(CLIPConfig(text_config=text, vision_config=pictures, projection_dim=width))

    def load(self, folder: Path) -> Any:
        """From a transformers folder, with the heads that lie beside it, if any.

        Raises:
            TrainingError: the heads were trained for other questions.
        """
        network, path = load(folder, self.device), folder / _HEADS_FILE
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
        """As transformers does, and the heads in a file of their own."""
        heads = {name: value for name, value in network.state_dict().items() if name.startswith(f"{_HEADS}.")}
        rest = {name: value for name, value in network.state_dict().items() if name not in heads}
        network.save_pretrained(folder, state_dict=rest)
        configs.clean(folder)
        save_file({name.removeprefix(f"{_HEADS}."): value.contiguous() for name, value in heads.items()}, folder / _HEADS_FILE)

    def session(self, network: Any) -> Session:
        """With heads, fresh ones if the network has none."""
        if not hasattr(network, _HEADS):
            _add_heads(network)
        return super().session(network)

    def trainable(self, network: Any) -> None:
        """All, or one of the towers."""
        frozen = {"pictures": ("text_model", "text_projection"), "texts": ("vision_model", "visual_projection")}
        for name in frozen.get(self.part, ()):
            network.get_submodule(name).requires_grad_(False)

    def optimizers(self, network: Any) -> Optimizers:
        """AdamW as for transformers."""
        return adamw(network, self.course.rate, betas=(0.9, 0.98), weight_decay=0.05)

    def prepare(self, tell: Callable[[str], None]) -> None:
        """Map the pictures and turn captions into tokens."""
        sets = self.settings.sets
        self.scenes, self.apart = (data.make(self.workspace, name, sets[name], tell) for name in ("even", "held_out"))
        both = (("even", self.scenes), ("held_out", self.apart))
        self.tokens, self.tokens_apart = (captions.tokens(self.workspace, name, scenes) for name, scenes in both)
        self.answers = answers(self.scenes)
        self.exchanged = captions.tokens(self.workspace, "even", self.scenes, "exchanged")
        self.opposite = captions.tokens(self.workspace, "held_out", self.apart, "opposite")

    def loop(self, session: Session, **options: Any) -> Iterator[Progress]:
        """Random scenes of the even set, each with its English or Chinese caption; of two things also the wrong way round."""

        def batches() -> Iterator[Batch]:
            count = self.course.batch
            while True:
                chosen = data.drawn(session.draw, self.scenes.things, count, self.settings.pairs)
                spoken = np.arange(count), session.draw.integers(0, 2, count)
                own, wrong = self.tokens[chosen][spoken], self.exchanged[chosen][spoken]  # (N, 24)
                yield Batch(
                    pixels(self.scenes.pictures[chosen], self.device),
                    _long(own, self.device),
                    _long(wrong[captions.differ(own, wrong)], self.device),
                    _long(self.answers[chosen], self.device),
                )

        network = session.network
        return contrastive.train(network, batches(), session.optimizers, heads=network.get_submodule(_HEADS), **options)

    def held_out(self, network: Any) -> dict[str, float]:
        """Share of pictures whose own caption is the nearest of all, and of those that are nearer to it than to its opposite."""
        pictures = embed_pictures(network, self.apart.pictures[:_LOOKED_AT])
        found = {}
        for number, language in enumerate(("english", "chinese")):
            own, wrong = (spoken[:_LOOKED_AT, number] for spoken in (self.tokens_apart, self.opposite))
            found[f"recall_{language}"] = float(hits(pictures @ embed_tokens(network, own).T, 1).float().mean())
            found[f"order_{language}"] = float(ordered(network, pictures, own, wrong).float().mean())
        return found


def answers(scenes: Scenes) -> np.ndarray:
    """(N, 4) what the heads are to say.

    The first thing, the second (one past the last of THINGS where there is none), the arrangement, the ground.
    """
    first, second = scenes.things.T
    return np.stack((first, np.where(second < 0, len(THINGS), second), scenes.arrangements, scenes.grounds), axis=1)


def load(folder: Path, device: torch.device) -> Any:
    """A CLIPModel in float32."""
    from transformers import CLIPModel

    return CLIPModel.from_pretrained(folder, dtype=torch.float32).to(device).eval()


def pixels(pictures: np.ndarray, device: torch.device) -> torch.Tensor:
    """(N, 64, 64, 3) uint8 to (N, 3, 64, 64), normalised as CLIPImageProcessor does."""
    mean, spread = (torch.tensor(values, device=device)[:, None, None] for values in (_MEAN, _SPREAD))
    found = torch.from_numpy(pictures.copy()).to(device).permute(0, 3, 1, 2)
    return (found.float() / 255 - mean) / spread


@torch.inference_mode()
def embed_pictures(clip: Any, pictures: np.ndarray, batch: int = 100) -> torch.Tensor:
    """(N, D) of unit length, on the CPU."""
    starts = range(0, len(pictures), batch)
    parts = [contrastive.embed_pictures(clip, pixels(pictures[start : start + batch], clip.device)) for start in starts]
    return torch.cat(parts).float().cpu()


@torch.inference_mode()
def embed_tokens(clip: Any, tokens: np.ndarray, batch: int = 250) -> torch.Tensor:
    """(N, D) of unit length, on the CPU."""
    starts = range(0, len(tokens), batch)
    parts = [contrastive.embed_texts(clip, _long(tokens[start : start + batch], clip.device)) for start in starts]
    return torch.cat(parts).float().cpu()


def hits(cosines: torch.Tensor, among: int) -> torch.Tensor:
    """(N,) whether the one that belongs to row k, column k, is among the so many highest of the row."""
    own = cosines.diagonal()[:, None]
    return (cosines > own).sum(1) < among


def ordered(clip: Any, pictures: torch.Tensor, own: np.ndarray, wrong: np.ndarray) -> torch.Tensor:
    """(M,) of the pictures whose captions say where things stand: is each nearer to its caption than to the opposite?

    Args:
        clip: a CLIPModel.
        pictures: (N, D) embeddings.
        own: (N, 24) of the captions.
        wrong: (N, 24) of their opposites, see `diffexplain.training.captions`.
    """
    told = captions.differ(own, wrong)
    shown = pictures[torch.from_numpy(told)]
    right, turned = ((shown * embed_tokens(clip, spoken[told])).sum(1) for spoken in (own, wrong))
    return right > turned


def _add_heads(network: Any) -> Heads:
    torch.manual_seed(0)
    heads = Heads(network.config.projection_dim, _ANSWERS)
    network.add_module(_HEADS, heads)
    return heads


def _long(numbers: np.ndarray, device: torch.device) -> torch.Tensor:
    return torch.from_numpy(numbers.astype(np.int64)).to(device)
