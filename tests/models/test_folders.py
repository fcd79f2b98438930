"""A folder is judged before anything in it is loaded: what would run code or open a pickle never gets that far."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

import diffexplain
from diffexplain.models import ModelError, bundled_path
from diffexplain.models.folders import check_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TRAP = "raise SystemExit('this must never run')"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the bundled pipeline to spoil."""
    return shutil.copytree(bundled_path(), tmp_path / "pipeline")


def edit(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}), "utf-8")


def pipeline_class_in_a_file(folder: Path) -> None:
    edit(folder / "model_index.json", _class_name=["mine", "MyPipeline"])
    (folder / "mine.py").write_text(TRAP)


def part_in_a_file(folder: Path) -> None:
    edit(folder / "model_index.json", unet=["mine", "MyUNet"])
    (folder / "unet" / "mine.py").write_text(TRAP)


def file_that_shadows_diffusers(folder: Path) -> None:
    (folder / "unet" / "diffusers.py").write_text(TRAP)


def any_importable_module(folder: Path) -> None:
    edit(folder / "model_index.json", unet=["antigravity", "UNet"])


def auto_class_with_a_map(folder: Path) -> None:
    edit(folder / "model_index.json", text_encoder=["transformers", "AutoModel"])
    edit(folder / "text_encoder" / "config.json", auto_map={"AutoModel": "mine.MyModel"})
    (folder / "text_encoder" / "mine.py").write_text(TRAP)


def file_named_none(folder: Path) -> None:
    (folder / "None.py").write_text(TRAP)


@pytest.mark.parametrize(
    "spoil",
    [
        pipeline_class_in_a_file,
        part_in_a_file,
        file_that_shadows_diffusers,
        any_importable_module,
        auto_class_with_a_map,
        file_named_none,
    ],
)
def test_code_that_comes_with_a_model_is_refused(folder: Path, spoil: Callable[[Path], None]) -> None:
    spoil(folder)
    with pytest.raises(ModelError, match="wants to run code of its own"):
        diffexplain.load(folder)


@pytest.mark.parametrize("part", ["unet", "vae", "text_encoder"])
def test_pickled_weights_alone_are_refused(folder: Path, part: str) -> None:
    (weights,) = (folder / part).glob("*.safetensors")
    weights.rename(weights.with_suffix(".bin"))
    with pytest.raises(ModelError, match=rf"'{part}' only as pickles .*save_pretrained"):
        diffexplain.load(folder)


def test_a_pickle_beside_safetensors_is_left_alone(folder: Path) -> None:
    (folder / "unet" / "diffusion_pytorch_model.bin").write_bytes(b"no pickle at all")
    check_folder(folder)
    assert diffexplain.load(folder).unet.config.in_channels == 4


def test_a_class_that_diffusers_lacks(folder: Path) -> None:
    edit(folder / "model_index.json", _class_name="TomorrowsPipeline")
    with pytest.raises(ModelError, match=r"'TomorrowsPipeline', which diffusers [\d.]+ doesn't have"):
        diffexplain.load(folder)


@pytest.mark.parametrize("content", ["", "[1]", "{", "\ud800"])
def test_a_damaged_index(folder: Path, content: str) -> None:
    (folder / "model_index.json").write_bytes(content.encode("utf-8", "surrogatepass"))
    with pytest.raises(ModelError, match="Save or download the pipeline again"):
        diffexplain.load(folder)


def test_damaged_weights(folder: Path) -> None:
    (folder / "unet" / "diffusion_pytorch_model.safetensors").write_bytes(b"short")
    with pytest.raises(ModelError, match="could not be loaded by diffusers"):
        diffexplain.load(folder)


def test_a_missing_part(folder: Path) -> None:
    shutil.rmtree(folder / "vae")
    with pytest.raises(ModelError, match="could not be loaded by diffusers"):
        diffexplain.load(folder)
