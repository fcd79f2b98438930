"""What generative models can begin with: written as the explorer reads it, of models that have learned."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from diffexplain.errors import SessionError
from diffexplain.explorers.generative import start
from diffexplain.explorers.generative.request import GenerativeRequest
from diffexplain.learn.generative_models import generative_models
from diffexplain.training.release import starts


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "starts" / "generative.safetensors"
    for module in (starts, start):
        monkeypatch.setattr(module, "start_path", lambda: path)
    monkeypatch.setattr(starts, "UPDATES", 4)
    monkeypatch.setattr(starts, "PICTURES", 40)
    starts.write(lambda _: None)
    return path


def test_what_is_written_is_what_a_session_begins_with(written: Path) -> None:
    models, again, blank = (generative_models((3, 16, 16), 16, 2, seed) for seed in (1, 2, 1))
    request = GenerativeRequest(start="trained")
    assert [start.begin_with(request, each) for each in (models, again)] == [4, 4]
    for name, model in models.items():
        for one, other, untrained in zip(
            model.network.parameters(), again[name].network.parameters(), blank[name].network.parameters(), strict=True
        ):
            assert torch.equal(one, other)  # whatever they were before
            assert not torch.equal(one, untrained) or one.std() == 0
        for shown, trained in zip(model.network.parameters(), model.session.network.parameters(), strict=True):
            assert torch.equal(shown, trained)


def test_a_damaged_file_is_said(written: Path) -> None:
    data = bytearray(written.read_bytes())
    data[-1] ^= 1
    written.write_bytes(data)
    with pytest.raises(SessionError, match="damaged or cut off"):
        start.begin_with(GenerativeRequest(start="trained"), generative_models((3, 16, 16), 16, 2, 0))


def test_from_nothing_no_file_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "start_path", lambda: pytest.fail("asked for"))
    assert start.begin_with(GenerativeRequest(), generative_models((2, 1, 1), 8, 2, 0)) == 0
