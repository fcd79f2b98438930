"""Weights that were saved as a variant are found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

import diffexplain
from diffexplain.models import clip_path
from diffexplain.models.clip import load_clip
from diffexplain.models.variants import pipeline_variant, variant_of
from tests.models.test_hub import MODELS, _own_cache, small_hub  # noqa: F401 - the fixtures


@pytest.mark.parametrize(
    ("names", "variant"),
    [
        (["model.safetensors", "model.fp16.safetensors"], None),
        (["model.fp16.safetensors"], "fp16"),
        (["model.fp16.safetensors", "pytorch_model.bin"], "fp16"),
        (["diffusion_pytorch_model.bf16.safetensors", "diffusion_pytorch_model.fp16.safetensors"], "fp16"),
        (["diffusion_pytorch_model.non_ema.safetensors"], "non_ema"),
        (["diffusion_pytorch_model-00001-of-00002.safetensors"], None),
        (["diffusion_pytorch_model.fp16-00001-of-00002.safetensors"], "fp16"),
        (["model-00001-of-00002.fp16.safetensors"], "fp16"),
        (["sd_xl_base_1.0.safetensors", "README.md"], None),
        ([], None),
    ],
)
def test_the_variant_of_a_model(names: list[str], variant: str | None) -> None:
    assert variant_of(names) == variant
    assert pipeline_variant(["unet/config.json", *(f"unet/{name}" for name in names)]) == variant
    mixed = [
        "vae/config.json",
        "vae/diffusion_pytorch_model.safetensors",
        "unet/config.json",
        *(f"unet/{name}" for name in names),
    ]
    assert pipeline_variant(mixed) == variant
    assert pipeline_variant(names) is None  # files beside the models are none of the pipeline's


def same(one: Any, other: Any) -> bool:
    return all(
        torch.equal(found.half(), wanted.half())
        for part in ("unet", "vae", "text_encoder")
        for found, wanted in zip(getattr(one, part).parameters(), getattr(other, part).parameters(), strict=True)
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "half"
    diffexplain.load(device="cpu", dtype="float16").save_pretrained(path, variant="fp16")
    assert not (path / "unet" / "diffusion_pytorch_model.safetensors").exists()
    return path


def test_a_folder_that_is_only_there_as_a_variant(folder: Path) -> None:
    assert same(diffexplain.load(folder, device="cpu"), diffexplain.load(device="cpu"))


def test_a_pipeline_of_which_a_part_is_only_there_as_a_variant(folder: Path, tmp_path: Path) -> None:
    pipe = diffexplain.load(device="cpu")
    pipe.save_pretrained(tmp_path)
    (tmp_path / "vae" / "diffusion_pytorch_model.safetensors").unlink()
    name = "diffusion_pytorch_model.fp16.safetensors"
    (tmp_path / "vae" / name).write_bytes((folder / "vae" / name).read_bytes())
    assert same(diffexplain.load(tmp_path, device="cpu"), pipe)


def test_a_name_on_the_hub_that_is_only_there_as_a_variant(
    folder: Path,
    small_hub: Any,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    monkeypatch.setitem(MODELS, "test/half", files)
    fetched = diffexplain.load("test/half", device="cpu")
    assert same(fetched, diffexplain.load(device="cpu"))
    small_hub.shutdown()
    small_hub.server_close()
    assert same(diffexplain.load("test/half", device="cpu"), fetched)


def test_a_clip_that_is_only_there_as_a_variant(tmp_path: Path) -> None:
    for path in clip_path().iterdir():
        name = path.name.replace("model.safetensors", "model.fp16.safetensors")
        (tmp_path / name).write_bytes(path.read_bytes())
    found, wanted = load_clip(tmp_path, device="cpu"), load_clip(device="cpu")
    assert torch.equal(found.embed_texts(["a fox"]), wanted.embed_texts(["a fox"]))
