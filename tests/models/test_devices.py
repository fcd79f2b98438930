from __future__ import annotations

import pytest
import torch

from diffexplain.models import ModelError, best_device, default_dtype
from diffexplain.models.devices import available_devices, choose_device, choose_dtype

CPU = torch.device("cpu")


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch):
    """Pretend that this machine has so many CUDA devices and perhaps mps."""

    def pretend(cuda: int = 0, mps: bool = False) -> None:
        monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda > 0)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: cuda)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)

    pretend()
    return pretend


@pytest.mark.parametrize(("cuda", "mps", "best"), [(1, True, "cuda"), (0, True, "mps"), (0, False, "cpu")])
def test_best_device(machine, cuda: int, mps: bool, best: str) -> None:
    machine(cuda, mps)
    assert best_device() == torch.device(best)
    assert choose_device(None) == torch.device(best)
    assert available_devices()[-1] == "cpu"


@pytest.mark.parametrize(("device", "dtype"), [("cpu", torch.float32), ("cuda", torch.float16), ("mps", torch.float16)])
def test_default_dtype(device: str, dtype: torch.dtype) -> None:
    assert default_dtype(device) is dtype
    assert choose_dtype(None, torch.device(device)) is dtype


@pytest.mark.parametrize("device", ["cuda", "cuda:1", torch.device("cuda", 0)])
def test_a_device_that_is_there(machine, device: str | torch.device) -> None:
    machine(cuda=2)
    assert choose_device(device) == torch.device(device)


@pytest.mark.parametrize("device", ["cuda", "mps", "tpu", "xla", "meta", "banana", "", 3.5, "cpu:x"])
def test_a_device_that_is_not_there_says_what_is(machine, device: object) -> None:
    with pytest.raises(ModelError, match=r"This machine has 'cpu'; leave `device` out"):
        choose_device(device)  # type: ignore[arg-type]


def test_a_gpu_beyond_the_last(machine) -> None:
    machine(cuda=2)
    with pytest.raises(ModelError, match="there are 2 of kind cuda"):
        choose_device("cuda:2")


@pytest.mark.parametrize("dtype", [torch.bfloat16, "bfloat16", "torch.bfloat16"])
def test_dtype_by_name_or_object(dtype: str | torch.dtype) -> None:
    assert choose_dtype(dtype, CPU) is torch.bfloat16


@pytest.mark.parametrize("dtype", ["half", "float8", "", torch.int8, 16])
def test_an_unknown_dtype_says_which_are_known(dtype: object) -> None:
    with pytest.raises(ModelError, match="'float32', 'float16', 'bfloat16'"):
        choose_dtype(dtype, CPU)  # type: ignore[arg-type]
