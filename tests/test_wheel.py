"""What is shipped: everything that is needed, nothing else, and it works where no source is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

import diffexplain
from diffexplain.explorers.registry import CLASSES

ROOT = Path(__file__).parents[1]
MEGABYTE = 1e6


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by the back end alone: no isolation, no network."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    with ZipFile(wheel) as archive:
        return archive.namelist()


def test_it_is_small(wheel: Path) -> None:
    assert wheel.stat().st_size < 60 * MEGABYTE


@pytest.mark.parametrize(
    "ending",
    [
        "diffexplain/py.typed",
        "diffexplain/models/bundled/model_index.json",
        "diffexplain/models/bundled/unet/diffusion_pytorch_model.safetensors",
        "diffexplain/models/bundled/text_encoder/model.safetensors",
        "diffexplain/models/bundled/vae/diffusion_pytorch_model.safetensors",
        "diffexplain/models/bundled/tokenizer/tokenizer.json",
        "diffexplain/models/bundled_clip/model.safetensors",
        "diffexplain/models/bundled_page/graphs.json",
        "diffexplain/models/bundled_page/text.onnx",
        "diffexplain/models/bundled_page/unet.onnx",
        "diffexplain/models/bundled_page/decoder.onnx",
        "diffexplain/models/bundled_map/map.safetensors",
        "diffexplain/models/bundled_starts/generative.safetensors",
        "diffexplain/models/bundled_map/map.json",
        "diffexplain/models/bundled_map/sheet.webp",
        "diffexplain/scenes/sprites.webp",
        "diffexplain/scenes/sprites.json",
        "diffexplain/static/host.js",
        "diffexplain/static/kit/shell.js",
        "diffexplain/static/network/host.js",
        "diffexplain/static/network/worker.js",
        "diffexplain/static/network/onnxruntime.mjs.gz",
        "diffexplain/static/network/onnxruntime.wasm.gz",
        *(f"diffexplain/static/{name}.{kind}" for name in CLASSES for kind in ("js", "css")),
        "data/share/jupyter/labextensions/diffexplain/package.json",
        "data/share/jupyter/labextensions/diffexplain/install.json",
        "data/share/jupyter/labextensions/diffexplain/lessons/index.json",
        ".dist-info/licenses/LICENSE",
        ".dist-info/licenses/NOTICE",
        ".dist-info/entry_points.txt",
    ],
)
def test_it_holds(names: list[str], ending: str) -> None:
    assert any(name.endswith(ending) for name in names)


@pytest.mark.parametrize(
    "part",
    [
        "frontend/",
        "labextension/",
        "diffexplain/static/labextensions",
        "node_modules",
        "tests/",
        "notebooks/images",
        "__pycache__",
        ".bin",
        ".pt",
    ],
)
def test_it_leaves_out(names: list[str], part: str) -> None:
    found = [name for name in names if (name.endswith(part) if part.startswith(".") else part in name)]
    assert not found


def test_the_extension_is_what_jupyterlab_loads_and_carries_every_lesson(wheel: Path, names: list[str]) -> None:
    home = "share/jupyter/labextensions/diffexplain"
    with ZipFile(wheel) as archive:
        files = {name.split(f"{home}/")[1]: archive.read(name) for name in names if f"/{home}/" in name}
    package = json.loads(files["package.json"])
    assert (package["name"], package["version"]) == ("diffexplain", diffexplain.__version__)
    assert package["jupyterlab"]["_build"]["load"] in files
    lessons = {f"lessons/{path.relative_to(ROOT / 'notebooks').as_posix()}": path for path in ROOT.glob("notebooks/*/*.ipynb")}
    assert lessons
    assert all(files[name] == path.read_bytes() for name, path in lessons.items())
    assert sum(len(content) for name, content in files.items() if name.startswith("static/")) < 0.1 * MEGABYTE


def test_licences_say_what_they_have_to(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        texts = {name.rsplit("/", 1)[1]: archive.read(name).decode() for name in archive.namelist() if "/licenses/" in name}
    assert "Version 2.0, January 2004" in texts["LICENSE"]
    for work in ("Noto Emoji", "Twemoji", "CC-BY 4.0", "Fluent Emoji", "Unicode License V3", "emojibase", "onnxruntime-web"):
        assert work in texts["NOTICE"]


def test_the_bundled_model_draws_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    """Unpacked elsewhere and without network: what a user has after `pip install`."""
    with ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = (
        "import diffexplain as dx; pipe = dx.load(device='cpu'); pipe.set_progress_bar_config(disable=True); "
        "print(dx.__file__, pipe('a fox', num_inference_steps=1).images[0].size, dx.scenes.scene(7).caption)"
    )
    # -P: not the checkout that the tests run in. PYTHONPATH goes before the editable install.
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.split(" ", 1) == [str(tmp_path / "diffexplain" / "__init__.py"), "(128, 128) a book\n"]
