"""LoRA in modules of one's own: it says nothing at first, it learns, the given network never hears of it, and files are diffusers' own."""

from __future__ import annotations

import copy
import errno
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest
import torch

from diffexplain.core.fingerprint import fingerprint
from diffexplain.errors import DiskFullError, TrainingError
from diffexplain.learn import denoiser, lora, lora_file, probing
from diffexplain.learn.averaging import Average
from diffexplain.learn.optimizers import adamw
from tests import tiny
from tests.learn import nets

X, T, STATES = torch.randn(2, 4, 8, 8), torch.tensor([3, 700]), torch.randn(2, 5, 12)
WAYS = ["text", "attention", "all", "full"]


def pupil_of(unet: Any, way: Any) -> lora.Pupil:
    return lora.with_all_weights(unet) if way == "full" else lora.with_lora(unet, 4, way, 0)


def said(network: Any) -> torch.Tensor:
    with torch.no_grad():
        answer: torch.Tensor = network(X, T, STATES).sample
    return answer


BATCH = denoiser.Batch(torch.randn(2, 4, 8, 8, generator=torch.Generator().manual_seed(5)), STATES)


def taught(pupil: lora.Pupil, count: int) -> None:
    batches, noise = repeat(BATCH, count), torch.Generator().manual_seed(0)
    for _ in denoiser.train(pupil.network, nets.scheduler(), batches, adamw(pupil.changing, 0.02), generator=noise, gamma=None):
        pass


def error(network: Any) -> float:
    """At fixed noise, so that nothing of it is chance."""
    noise = torch.randn(BATCH.latents.shape, generator=torch.Generator().manual_seed(6))
    found = probing.errors_at(
        lambda noisy, at: network(noisy, at, STATES).sample, nets.scheduler(), BATCH.latents, noise, (100, 400, 700)
    )
    return float(found.mean())


@pytest.mark.parametrize("way", WAYS)
def test_it_says_what_the_network_says_until_it_learns_and_the_network_never_changes(way: str) -> None:
    unet = nets.unet().requires_grad_(True)
    before, flags = copy.deepcopy(unet.state_dict()), [each.requires_grad for each in unet.parameters()]
    answer, modules = said(unet), list(map(id, unet.modules()))
    pupil = pupil_of(unet, way)
    torch.testing.assert_close(said(pupil.network), answer)
    first = error(pupil.network)
    taught(pupil, 40)
    assert error(pupil.network) < 0.98 * first
    assert (said(pupil.network) - answer).abs().max() > 0.01
    assert torch.equal(said(unet), answer)
    assert all(torch.equal(value, before[name]) for name, value in unet.state_dict().items())
    assert [each.requires_grad for each in unet.parameters()] == flags
    assert list(map(id, unet.modules())) == modules
    assert all(each.grad is None for each in unet.parameters())


def test_more_layers_are_more_numbers_and_rank_multiplies_them() -> None:
    unet = nets.unet()
    counts = [sum(each.numel() for each in pupil_of(unet, way).changing.parameters()) for way in WAYS]
    assert counts == sorted(set(counts))
    (one, four) = (sum(each.numel() for each in lora.with_lora(unet, rank, "all", 0).changing.parameters()) for rank in (1, 4))
    assert four == 4 * one
    assert counts[-1] == sum(each.numel() for each in unet.parameters())


def test_a_seed_is_a_beginning() -> None:
    one, same, other = (lora.with_lora(nets.unet(), 4, "text", seed).changing.state_dict() for seed in (0, 0, 1))
    assert all(torch.equal(value, same[name]) for name, value in one.items())
    assert not all(torch.equal(value, other[name]) for name, value in one.items())


@pytest.mark.parametrize("way", ["all", "full"])
def test_what_is_lent_follows_a_copy_of_the_weights(way: str) -> None:
    pupil = pupil_of(nets.unet(), way)
    average = Average(pupil.changing)
    shown = lora.lent(pupil.network, average.network)
    first = said(shown)
    taught(pupil, 5)
    assert torch.equal(said(shown), first)
    average.network.load_state_dict(pupil.changing.state_dict())
    torch.testing.assert_close(said(shown), said(pupil.network))


def test_all_weights_can_be_had_on_the_way_from_what_they_were() -> None:
    unet = nets.unet()
    pupil = lora.with_all_weights(unet)
    taught(pupil, 3)
    none, half, all_of_it = (said(lora.between(unet, pupil, pupil.changing, share)) for share in (0.0, 0.5, 1.0))
    torch.testing.assert_close(none, said(unet))
    torch.testing.assert_close(all_of_it, said(pupil.network))
    assert 0 < (half - none).norm() < (all_of_it - none).norm()


def test_a_compiled_network_is_refused() -> None:
    with pytest.raises(TrainingError, match="was compiled"):
        lora.with_lora(torch.compile(nets.unet()), 4, "all", 0)


# Files


@pytest.fixture
def taught_pipe() -> tuple[Any, lora.Pupil]:
    pipe = tiny.sd()
    pupil = lora.with_lora(pipe.unet, 4, "all", 0)
    with torch.no_grad():
        for name, parameter in pupil.changing.named_parameters():
            if "lora_B" in name:
                parameter.normal_(std=0.3, generator=torch.Generator().manual_seed(1))
    return pipe, pupil


def answered(unet: Any) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        answer: torch.Tensor = unet(
            torch.randn(1, 4, 8, 8, generator=generator), 5, torch.randn(1, 16, 32, generator=generator)
        ).sample
    return answer


@pytest.mark.parametrize("name", ["dragon.safetensors", "folder"])
def test_a_file_is_one_that_load_lora_weights_takes_and_says_the_same(taught_pipe: Any, tmp_path: Path, name: str) -> None:
    pipe, pupil = taught_pipe
    wanted, plain = answered(pupil.network), answered(pipe.unet)
    path = lora_file.write(pupil.network, pipe, tmp_path / name)
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    fresh = tiny.sd()
    fresh.unet = copy.deepcopy(fresh.unet)
    fresh.load_lora_weights(path.parent, weight_name=path.name)
    torch.testing.assert_close(answered(fresh.unet), wanted)
    assert (wanted - plain).abs().max() > 0.01
    mine, before = lora.borrowed(pipe.unet), fingerprint(pipe)
    lora_file.read(mine, pipe, tmp_path / name, "dragon")
    torch.testing.assert_close(answered(mine), wanted)
    assert not any(each.requires_grad for each in mine.parameters())
    assert fingerprint(pipe) == before


def test_a_lora_of_another_model_and_what_is_none_are_refused_and_nothing_is_added(taught_pipe: Any, tmp_path: Path) -> None:
    pipe, pupil = taught_pipe
    path = lora_file.write(pupil.network, pipe, tmp_path / "a.safetensors")
    larger = tiny.sdxl()
    mine = lora.borrowed(larger.unet)
    names = [name for name, _ in mine.named_parameters()]
    with pytest.raises(TrainingError, match=r"of another model than this UNet2DConditionModel: .*Give one that was trained"):
        lora_file.read(mine, larger, path, "a")
    (tmp_path / "b.safetensors").write_bytes(b"no tensors at all")
    with pytest.raises(TrainingError, match="can't be read as a LoRA"):
        lora_file.read(mine, larger, tmp_path / "b.safetensors", "b")
    with pytest.raises(TrainingError, match="there is no LoRA file"):
        lora_file.read(mine, larger, tmp_path / "c.safetensors", "c")
    assert [name for name, _ in mine.named_parameters()] == names


def test_a_full_disk_is_said_and_what_was_there_stays(
    taught_pipe: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe, pupil = taught_pipe
    (tmp_path / "a.safetensors").write_text("before")
    monkeypatch.setattr("os.fsync", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device")))
    with pytest.raises(DiskFullError, match="no room on the disk"):
        lora_file.write(pupil.network, pipe, tmp_path / "a.safetensors")
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("a.safetensors", "before")]
