"""The networks of the page: fresh for the weights that ship, small, and the same as the pipeline's."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from PIL import Image

from diffexplain.models import bundled_path, clip_path, load
from diffexplain.models.clip import load_clip
from diffexplain.scenes import scene
from diffexplain.training.release import graphs

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = bundled_path().with_name(graphs.FOLDER)


def test_they_are_of_the_weights_that_ship() -> None:
    made = json.loads((SHIPPED / "graphs.json").read_text("utf-8"))
    assert made == graphs.made_from(bundled_path(), clip_path()), "the weights are others by now: make page-networks"


def test_they_hold_no_weights_and_no_paths() -> None:
    """What they point into ships anyway."""
    files = {path.name: path.read_bytes() for path in SHIPPED.glob("*.onnx")}
    assert files.keys() == {f"{name}.onnx" for name in graphs.weights_of(bundled_path(), clip_path())}
    assert sum(map(len, files.values())) < 1.5e6
    for name, content in files.items():
        assert name.replace(".onnx", ".safetensors").encode() in content
        assert b"/home/" not in content
        assert b"site-packages" not in content


def test_every_tensor_of_a_file_is_found_where_it_lies(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    tensors = {"one": torch.randn(3, 5).half(), "two": torch.arange(7.0), "none": torch.empty(0, 2)}
    save_file(tensors, tmp_path / "x.safetensors", {"format": "pt"})
    found = graphs.places(tmp_path / "x.safetensors")
    content = (tmp_path / "x.safetensors").read_bytes()
    assert found.keys() == tensors.keys()
    for name, place in found.items():
        assert place.shape == tensors[name].shape
        assert place.content == content[place.offset : place.offset + place.length] == tensors[name].numpy().tobytes()


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Native ONNX Runtime on what ships, the weights beside the graphs as in a page's folder."""
    onnxruntime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed: pip install onnxruntime")
    folder = tmp_path_factory.mktemp("page")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    found = {}
    for name, source in graphs.weights_of(bundled_path(), clip_path()).items():
        shutil.copyfile(SHIPPED / f"{name}.onnx", folder / f"{name}.onnx")
        shutil.copyfile(source, folder / f"{name}.safetensors")
        found[name] = onnxruntime.InferenceSession(folder / f"{name}.onnx", options)
    return found


def assert_close(found: Any, wanted: torch.Tensor) -> None:
    assert (torch.from_numpy(found) - wanted).abs().max() <= 2e-5 * wanted.abs().max()


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_they_compute_what_the_pipeline_computes(sessions: Any, rows: int) -> None:
    pipe, clip = load(device="cpu"), load_clip(device="cpu")
    texts = ["a fox", "两只猫", "", "a red car 🚗 beside a house", "a " * 40][:rows]
    tokens = pipe.tokenizer(texts, padding="max_length", max_length=24, truncation=True, return_tensors="pt").input_ids
    latents = torch.randn(rows, 4, 16, 16, generator=torch.Generator().manual_seed(rows))
    timestep = torch.linspace(999, 1, rows)
    with torch.no_grad():
        states = pipe.text_encoder(tokens).last_hidden_state
        prediction = pipe.unet(latents, timestep, states).sample
        picture = pipe.vae.decode(latents / pipe.vae.config.scaling_factor).sample
    found, embedding = sessions["text"].run(["states", "clip_embedding"], {"tokens": tokens.int().numpy()})
    assert_close(found, states)
    assert_close(embedding / (embedding**2).sum(1, keepdims=True) ** 0.5, clip.embed_texts(texts))
    (found,) = sessions["unet"].run(None, {"x": latents.numpy(), "timestep": timestep.numpy(), "states": states.numpy()})
    assert_close(found, prediction)
    (found,) = sessions["decoder"].run(None, {"latents": latents.numpy()})
    assert_close(found, picture)
    pictures = [scene(seed).image for seed in range(rows)]
    pixels = np.stack([np.asarray(each.resize((64, 64), Image.Resampling.BICUBIC), np.float32) / 255 for each in pictures])
    (found,) = sessions["seen"].run(None, {"pixels": pixels.transpose(0, 3, 1, 2)})
    assert_close(found / (found**2).sum(1, keepdims=True) ** 0.5, clip.embed_pictures(pictures))


def test_written_anew_they_are_the_same(tmp_path: Path) -> None:
    if graphs.missing():
        pytest.skip(f"{' and '.join(graphs.missing())} not installed: pip install 'diffexplain[page]'")
    sizes = graphs.write(bundled_path(), clip_path(), tmp_path / "made")
    assert sizes == {path.name: path.stat().st_size for path in SHIPPED.iterdir()}
