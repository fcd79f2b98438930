"""Training goes on after a kill as if nothing had happened."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
import torch

from diffexplain.errors import TrainingError
from diffexplain.training.course import checkpoint
from diffexplain.training.course.log import Log
from diffexplain.training.course.train import train
from diffexplain.training.workspace import Workspace, fingerprint
from tests.training import small

if TYPE_CHECKING:
    from pathlib import Path

    from diffexplain.learn import Update


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return small.workspace(tmp_path_factory.mktemp("whole"), *small.STAGES)


@pytest.fixture
def copy(whole: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(whole.root, tmp_path / "copy")
    return Workspace(tmp_path / "copy")


class Killed(Exception):
    pass


def dying(after: int) -> Any:
    """Die at an update, before its checkpoint is written."""

    def on_update(update: Update) -> None:
        if update.samples > after:
            raise Killed

    return on_update


def without_times(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in line.items() if name != "seconds"} for line in lines]


@pytest.mark.parametrize("name", small.STAGES)
def test_killed_and_gone_on_is_bit_equal_to_never_killed(whole: Workspace, copy: Workspace, name: str) -> None:
    shutil.rmtree(copy.root / name)
    for after in (8, 16):
        with pytest.raises(Killed):
            train(small.stage(copy, name), small.quiet, on_update=dying(after))
        assert checkpoint.read(copy.checkpoint(name))["samples"] == after
    train(small.stage(copy, name), small.quiet)
    averages = ["", ""]
    for number, place in enumerate((whole, copy)):
        averages[number] = fingerprint(*sorted(place.weights(name).glob("*.safetensors")))
    assert averages[0] == averages[1]
    first, second = (checkpoint.read(place.checkpoint(name)) for place in (whole, copy))
    for key, value in first["network"].items():
        assert torch.equal(value, second["network"][key]), key
    assert without_times(Log(copy.log(name)).lines()) == without_times(Log(whole.log(name)).lines())


def test_it_logs_losses_and_held_out_figures(whole: Workspace) -> None:
    for name in small.STAGES:
        lines = Log(whole.log(name)).lines()
        assert [line["samples"] for line in lines if "loss" in line] == [4, 8, 12, 16, 20, 24]
        looks = [line for line in lines if "held_out" in line]
        assert [line["samples"] for line in looks] == [12, 24]
        assert all(isinstance(value, float) for line in looks for value in line["held_out"].values())


def test_what_is_done_is_not_done_again(copy: Workspace) -> None:
    before = fingerprint(copy.root / "denoiser")
    lines: list[str] = []
    train(small.stage(copy, "denoiser"), lines.append)
    assert lines[-1] == "denoiser: done before, 24 samples"
    assert fingerprint(copy.root / "denoiser") == before


def test_more_hours_go_on_from_the_checkpoint_and_end(copy: Workspace) -> None:
    session = train(small.stage(copy, "vae"), small.quiet, hours=0.5 / 3600, start="checkpoint")
    state = checkpoint.read(copy.checkpoint("vae"))
    assert state["samples"] == session.samples > 24
    assert state["seconds"] >= state["budget"]["seconds"]
    assert Log(copy.log("vae")).lines()[0]["samples"] == 4


def test_more_hours_from_weights_alone_begin_a_new_log(copy: Workspace) -> None:
    copy.checkpoint("clip").unlink()
    train(small.stage(copy, "clip"), small.quiet, hours=0.1 / 3600, start="weights")
    assert Log(copy.log("clip").with_suffix(".1.jsonl")).lines()[-1]["samples"] == 24
    assert Log(copy.log("clip")).lines()[0]["samples"] == 4


@pytest.mark.parametrize(
    ("name", "part", "frozen"),
    [("vae", "decoder", "encoder."), ("clip", "pictures", "text_model."), ("clip", "texts", "vision_model.")],
)
def test_a_part_is_trained_alone_and_latents_stay_valid(copy: Workspace, name: str, part: str, frozen: str) -> None:
    trained = small.stage(copy, name, part)
    before = {key: value.clone() for key, value in trained.load(copy.weights(name)).state_dict().items()}
    session = train(trained, small.quiet, hours=0.3 / 3600, start="weights")
    after = session.average.network.state_dict()
    changed = {key for key in before if not torch.equal(before[key], after[key])}
    assert changed
    assert not [key for key in changed if key.startswith(frozen)]


def test_other_settings_are_refused_with_the_remedy(copy: Workspace) -> None:
    with pytest.raises(TrainingError, match=r"other settings \(vae, tiny, all; now vae, tiny, decoder\)"):
        train(small.stage(copy, "vae", "decoder"), small.quiet, hours=1, start="checkpoint")


def test_a_checkpoint_of_another_network_is_refused_with_the_remedy(copy: Workspace) -> None:
    state = checkpoint.read(copy.checkpoint("vae"))
    state["network"]["quant_conv.bias"] = torch.zeros(3)
    checkpoint.write(copy.checkpoint("vae"), state)
    with pytest.raises(
        TrainingError, match=r"(?s)does not fit this network; move it away\. .*size mismatch for quant_conv\.bias"
    ):
        train(small.stage(copy, "vae"), small.quiet, hours=1, start="checkpoint")


def test_a_damaged_checkpoint_stops_before_anything_is_lost(copy: Workspace) -> None:
    path = copy.checkpoint("judge")
    path.write_bytes(path.read_bytes()[:-1])
    before = fingerprint(copy.root / "judge")
    with pytest.raises(TrainingError, match="can't be read"):
        train(small.stage(copy, "judge"), small.quiet)
    assert fingerprint(copy.root / "judge") == before


def test_a_stage_whose_needs_are_missing_names_them(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"python -m diffexplain\.training vae"):
        train(small.stage(small.workspace(tmp_path), "denoiser"), small.quiet)
