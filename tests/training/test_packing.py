"""What is packed is what ships: the shipped weights, taken apart and packed again, are bit for bit the same."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
import torch
from safetensors.torch import load_file

from diffexplain.errors import TrainingError
from diffexplain.models import bundled_path, clip_path, load
from diffexplain.models.clip import load_clip
from diffexplain.models.quiet import quiet
from diffexplain.training.networks import denoiser, pipeline
from diffexplain.training.networks.configs import clean
from diffexplain.training.release import packing, shipped
from diffexplain.training.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = Workspace(tmp_path_factory.mktemp("work"))
    shipped.copy_into(workspace)
    with quiet():
        sizes = packing.pack(workspace, "# A card\n")
    assert sum(sizes.values()) < 50e6
    return workspace


@pytest.mark.parametrize(("name", "ships"), [("bundled", bundled_path()), ("bundled_clip", clip_path())])
def test_weights_are_the_same(packed: Workspace, name: str, ships: Path) -> None:
    files = sorted(path.relative_to(ships) for path in ships.rglob("*.safetensors"))
    assert files == sorted(path.relative_to(packed.packed / name) for path in (packed.packed / name).rglob("*.safetensors"))
    for file in files:
        ours, theirs = (load_file(folder / file) for folder in (packed.packed / name, ships))
        assert ours.keys() == theirs.keys(), file
        for key, value in theirs.items():
            assert ours[key].dtype == value.dtype, (file, key)
            assert torch.equal(ours[key], value), (file, key)


@pytest.mark.parametrize(("name", "ships"), [("bundled", bundled_path()), ("bundled_clip", clip_path())])
def test_configs_say_the_same(packed: Workspace, name: str, ships: Path) -> None:
    """But for fields that a newer release of a library adds or drops: what both have is equal, and no path is left in them."""
    for file in sorted(path.relative_to(ships) for path in ships.rglob("*.json")):
        ours, theirs = (json.loads((folder / file).read_text("utf-8")) for folder in (packed.packed / name, ships))
        for key in ours.keys() & theirs.keys() - {"transformers_version", "_diffusers_version"}:
            assert ours[key] == theirs[key], (file, key)
        assert not {"_name_or_path", "is_local", "local_files_only"} & ours.keys()


def test_it_draws_the_same_pictures(packed: Workspace) -> None:
    def draw(folder: Path) -> Any:
        pipeline = load(folder, device="cpu")
        pipeline.set_progress_bar_config(disable=True)
        return pipeline("a fox", num_inference_steps=2, generator=torch.Generator().manual_seed(1), output_type="np").images

    assert (draw(packed.packed / "bundled") == draw(bundled_path())).all()
    assert load_clip(packed.packed / "bundled_clip", device="cpu").token_limit == 24


def test_installing_puts_them_in_place(packed: Workspace, tmp_path: Path) -> None:
    shutil.copytree(bundled_path(), tmp_path / "bundled")
    (tmp_path / "bundled" / "old").write_text("x")
    packing.install(packed, tmp_path)
    assert not (tmp_path / "bundled" / "old").exists()
    assert (tmp_path / "bundled_clip" / "model.safetensors").is_file()
    assert (tmp_path / "MODEL_CARD.md").read_text() == "# A card\n"


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    shipped.copy_into(Workspace(tmp_path), ("tokenizer", "vae", "clip"))
    with pytest.raises(TrainingError, match=r"python -m diffexplain\.training denoiser"):
        pipeline.assemble(Workspace(tmp_path), torch.device("cpu"))


def test_the_shipped_configs_make_the_networks_that_ship(packed: Workspace) -> None:
    """What a stage makes anew has the shape of what ships, so one can go on with the other."""
    from diffexplain.training.project import STAGES
    from diffexplain.training.settings import FULL
    from tests.training.small import CPU

    for name in ("vae", "clip", "denoiser"):
        stage = STAGES[name](packed, FULL, CPU)
        fresh, ships = stage.fresh().state_dict(), stage.load(packed.weights(name)).state_dict()
        assert {key: value.shape for key, value in fresh.items()} == {key: value.shape for key, value in ships.items()}, name
    ours, theirs = denoiser.scheduler().config, load(device="cpu").scheduler.config
    assert all(ours[key] == theirs[key] for key in ("beta_start", "beta_end", "beta_schedule", "prediction_type"))


def test_cleaning_leaves_all_else(tmp_path: Path) -> None:
    found = {"_name_or_path": "/home/me", "dtype": "float16", "inner": {"dtype": "float16", "_commit_hash": "a"}, "width": 3}
    (tmp_path / "config.json").write_text(json.dumps(found))
    clean(tmp_path, single=True)
    assert json.loads((tmp_path / "config.json").read_text()) == {"dtype": "float32", "inner": {"dtype": "float32"}, "width": 3}
