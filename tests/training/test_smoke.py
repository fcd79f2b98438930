"""The whole path in a tiny setting, as `make train-smoke` runs it, but for the drawings, which come from the network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from diffexplain.models import load
from diffexplain.models.clip import load_clip
from diffexplain.training.__main__ import main

ROOT = Path(__file__).parents[2]


def run(capsys: pytest.CaptureFixture[str], workspace: Path, *arguments: str, status: int = 0) -> str:
    """What a command says. In this process: the imports take longer than most commands."""
    with pytest.raises(SystemExit) as ended:
        main(["--workspace", str(workspace), "--setting", "tiny", "--device", "cpu", *arguments])
    printed = capsys.readouterr()
    assert (ended.value.code or 0) == status, printed.out + printed.err
    return printed.err if status else printed.out


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All stages in a process of their own, by the line that CONTRIBUTING names."""
    workspace = tmp_path_factory.mktemp("work") / "smoke"
    command = [sys.executable, "-m", "diffexplain.training", "-w", workspace, "--setting", "tiny", "--device", "cpu"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*command, "all", "--skip-sprites"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return workspace


@pytest.mark.timeout(900)
def test_all_stages_make_a_model_that_loads_and_draws(made: Path) -> None:
    pipeline = load(made / "packed" / "bundled", device="cpu")
    pipeline.set_progress_bar_config(disable=True)
    assert pipeline("a fox", num_inference_steps=2).images[0].size == (64, 64)
    assert load_clip(made / "packed" / "bundled_clip", device="cpu").width == 32
    assert (made / "packed" / "bundled_controlnet" / "config.json").is_file()
    assert "## Figures" in (made / "packed" / "MODEL_CARD.md").read_text()
    assert (made / "evaluation" / "sheet.png").is_file()
    for stage in ("vae", "clip", "denoiser", "controlnet", "judge"):
        lines = [json.loads(line) for line in (made / stage / "log.jsonl").read_text().splitlines()]
        assert lines[0]["loss"] > 0
        assert lines[-1]["held_out"]


@pytest.mark.timeout(900)
def test_more_trains_on_and_compares(capsys: pytest.CaptureFixture[str], made: Path) -> None:
    printed = run(capsys, made, "more", "denoiser", "--hours", "0.0005", "--pictures", "2")
    assert "going on from 512 samples" in printed
    assert "held_out_loss" in printed
    assert "agreement, pairs, generated, relation" in printed


@pytest.mark.more
@pytest.mark.timeout(900)
def test_more_of_a_decoder_begins_with_the_weights_of_the_whole(capsys: pytest.CaptureFixture[str], made: Path) -> None:
    """The checkpoint is of encoder and decoder, so its optimizers don't fit; a second time there is one that does."""
    assert "going on" not in run(capsys, made, "more", "vae", "--hours", "0.0003", "--pictures", "2")
    assert "going on from" in run(capsys, made, "more", "vae", "--hours", "0.0003", "--pictures", "2")


@pytest.mark.more
@pytest.mark.timeout(900)
def test_more_goes_on_from_the_weights_that_ship(capsys: pytest.CaptureFixture[str], made: Path) -> None:
    printed = run(capsys, made, "more", "clip", "--hours", "0.0005", "--from", "shipped", "--pictures", "2")
    (row,) = [line for line in printed.splitlines() if "clip, english, text_of_picture, recall_1 " in line]
    before = float(row.split("│")[2].split()[0])
    assert before > 80  # per cent of 64: it is the shipped CLIP, not the one that was just begun


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["more", "painter", "--hours", "1"], "There is no stage 'painter' to train. There are: vae, clip"),
        (
            ["more", "clip", "--hours", "1", "--part", "words"],
            "There is no part 'words' of clip to train. There are: pictures, texts, all.",
        ),
        (["more", "controlnet", "--hours", "1", "--from", "shipped"], "controlnet --shipped"),
        (["vae", "--shipped"], "more vae --from shipped"),
        (["evaluate", "--part", "taste"], "There is no part taste. There are: vae, clip"),
        (["--setting", "huge", "scenes"], "There is no setting 'huge'. There are: full, tiny."),
        (["denoiser"], "There is no vae/weights"),
        (["card"], "python -m diffexplain.training evaluate"),
    ],
)
def test_what_can_be_mended_is_said_in_a_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str], said: str
) -> None:
    assert said in run(capsys, tmp_path, *arguments, status=2).replace("\n", " ")
