"""The folder in which a model is made: where everything lies, and how a folder is replaced without ever being half there.

::

    sprites/     icon packages, the sheet drawn from them, how near it is to the one that ships
    scenes/      one folder a set: pictures.npy and captions with labels, in parts
    derived/     what follows from scenes and a network: tokens, latents, text states, edges
    tokenizer/   CLIPTokenizer
    vae/ clip/ denoiser/ controlnet/ judge/
                 log.jsonl, checkpoint.safetensors, weights/
    evaluation/  parts/, pictures/, evaluation.json, sheet.png
    packed/      the diffusers folder, CLIP and ControlNet as they ship, and the model card
"""

from __future__ import annotations

import hashlib
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from diffexplain.core import whole_file
from diffexplain.errors import TrainingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Workspace:
    """A folder and the paths in it; nothing is made before it is needed."""

    root: Path

    @property
    def sprites(self) -> Path:
        """Of the drawings."""
        return self.root / "sprites"

    @property
    def derived(self) -> Path:
        """Of arrays that follow from scenes and a network."""
        return self.root / "derived"

    @property
    def tokenizer(self) -> Path:
        """Of the tokenizer."""
        return self.root / "tokenizer"

    @property
    def evaluation(self) -> Path:
        """Of the figures."""
        return self.root / "evaluation"

    @property
    def packed(self) -> Path:
        """Of what ships."""
        return self.root / "packed"

    def scenes(self, name: str) -> Path:
        """Return the folder of a set of scenes."""
        return self.root / "scenes" / name

    def log(self, stage: str) -> Path:
        """Return the path of the log of a stage."""
        return self.root / stage / "log.jsonl"

    def checkpoint(self, stage: str) -> Path:
        """Return the path of what a stage needs to go on."""
        return self.root / stage / "checkpoint.safetensors"

    def weights(self, stage: str) -> Path:
        """Return the folder of the averaged weights of a stage, as their library writes them."""
        return self.root / stage / "weights"

    def borrow(self, other: Workspace, *names: str) -> None:
        """Use these folders of another workspace, as far as there are none here."""
        self.root.mkdir(parents=True, exist_ok=True)
        for name in names:
            (other.root / name).mkdir(parents=True, exist_ok=True)
            if not (self.root / name).exists():
                (self.root / name).symlink_to((other.root / name).resolve(), target_is_directory=True)

    def require(self, path: Path, stage: str) -> Path:
        """Return the path, if it is there.

        Raises:
            TrainingError: it is not; the message names the stage that makes it.
        """
        if not path.exists():
            raise TrainingError(
                f"There is no {path.relative_to(self.root)} in {self.root} yet. Make it first: python -m diffexplain.training {stage}"
            )
        return path


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """Give an empty folder to fill, which then replaces `folder`; that one is left as it was if filling fails."""
    fresh, old = (folder.with_name(f".{folder.name}.{kind}") for kind in ("new", "old"))
    for left in (fresh, old):
        shutil.rmtree(left, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        yield fresh
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def write_whole(path: Path, content: bytes | str) -> None:
    """Write a file so that it is there whole or as it was before, in a folder that is made where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole_file.write_whole(path, content)


def fingerprint(*paths: Path) -> str:
    """Return sixteen letters that change when any of the files, or anything in the folders, does."""
    digest = hashlib.sha256()
    for path in paths:
        files = sorted(inner for inner in path.rglob("*") if inner.is_file()) if path.is_dir() else [path]
        for file in files:
            digest.update(file.relative_to(path).as_posix().encode() if file != path else b"")
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
