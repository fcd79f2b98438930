"""Checkpoints: what comes back is what went in, or an error that says what to do."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from diffexplain.errors import TrainingError
from diffexplain.training.course import checkpoint

if TYPE_CHECKING:
    from pathlib import Path

STATE = {
    "weights": {"a": torch.arange(6.0).reshape(2, 3), "b": torch.tensor(7)},
    "optimizers": [{"state": {0: {"step": torch.tensor(1.0)}, 1: {}}, "groups": [{"lr": 1e-3, "on": True}]}],
    "draw": np.random.default_rng(3).bit_generator.state,
    "noise": torch.Generator().get_state(),
    "dtype": None,
    "samples": 12,
}


def test_a_state_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.safetensors"
    checkpoint.write(path, STATE)
    found = checkpoint.read(path)
    assert torch.equal(found["weights"]["a"], STATE["weights"]["a"])
    assert found["optimizers"][0]["state"].keys() == {0, 1}
    assert found["optimizers"][0]["groups"] == [{"lr": 1e-3, "on": True}]
    assert found["draw"] == STATE["draw"]
    assert torch.equal(found["noise"], STATE["noise"])
    assert (found["dtype"], found["samples"]) == (None, 12)


def test_a_checkpoint_whose_tensors_are_numbered_comes_back(tmp_path: Path) -> None:
    """Earlier versions counted tensors where today's are named by their path."""
    tensors = {"0": torch.arange(6.0), "1": torch.tensor(7)}
    tree = json.dumps({"pairs": [["weights", {"pairs": [["a", {"tensor": "0"}], ["b", {"tensor": "1"}]]}], ["samples", 12]]})
    digest = hashlib.sha256(tree.encode())
    digest.update(b"0 torch.float32 (6,)" + tensors["0"].numpy().tobytes())
    digest.update(b"1 torch.int64 ()" + tensors["1"].numpy().tobytes())
    header = {"format": "diffexplain training checkpoint 1", "tree": tree, "digest": digest.hexdigest()}
    save_file(tensors, tmp_path / "c", header)
    found = checkpoint.read(tmp_path / "c")
    assert found["samples"] == 12
    assert torch.equal(found["weights"]["a"], tensors["0"])
    assert torch.equal(found["weights"]["b"], tensors["1"])


def test_weights_in_channels_last_come_back(tmp_path: Path) -> None:
    weight = torch.randn(4, 3, 2, 2).contiguous(memory_format=torch.channels_last)
    checkpoint.write(tmp_path / "c", {"weight": weight})
    assert torch.equal(checkpoint.read(tmp_path / "c")["weight"], weight)


@pytest.mark.parametrize("place", [-1, -200, 200, 4])
def test_a_flipped_bit_is_found(tmp_path: Path, place: int) -> None:
    path = tmp_path / "checkpoint.safetensors"
    checkpoint.write(path, STATE)
    content = bytearray(path.read_bytes())
    content[place] ^= 0x04
    path.write_bytes(bytes(content))
    with pytest.raises(TrainingError, match=r"can't be read: .*Move it away"):
        checkpoint.read(path)


@pytest.mark.parametrize("content", [b"", b"{}", b"\x80\x02pickle"])
def test_what_is_no_checkpoint_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "c").write_bytes(content)
    with pytest.raises(TrainingError, match="can't be read"):
        checkpoint.read(tmp_path / "c")


def test_a_half_cut_off_file_is_refused(tmp_path: Path) -> None:
    checkpoint.write(tmp_path / "c", STATE)
    (tmp_path / "c").write_bytes((tmp_path / "c").read_bytes()[:-20])
    with pytest.raises(TrainingError, match="can't be read"):
        checkpoint.read(tmp_path / "c")


def test_a_kill_while_writing_leaves_the_older_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "checkpoint.safetensors"
    checkpoint.write(path, {"samples": 1})
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        checkpoint.write(path, {"samples": 2})
    assert checkpoint.read(path)["samples"] == 1
