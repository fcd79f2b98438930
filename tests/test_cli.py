"""The command line as a stranger uses it, in a process of its own where exit codes and streams matter."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


def diffexplain(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "diffexplain", *map(str, arguments)], capture_output=True, text=True, timeout=200, check=False
    )


def test_help_names_every_command_and_takes_no_torch() -> None:
    code = "import sys; sys.argv = ['diffexplain', '--help']\nfrom diffexplain.cli import main\ntry: main()\nexcept SystemExit: pass\nassert 'torch' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for command in ("export", "lab", "doctor"):
        assert command in done.stdout
        assert "Usage" in diffexplain(command, "--help").stdout


def test_export_writes_a_page_and_never_over_a_file(tmp_path: Path) -> None:
    target = tmp_path / "fox.html"
    done = diffexplain("export", "a fox", "--seed", "3", "--steps", "4", "-o", target)
    assert done.returncode == 0, done.stderr
    assert str(target) in done.stdout.replace("\n", "")
    first = target.read_bytes()
    assert b"dx-messages" in first
    again = diffexplain("export", "a cat", "--steps", "2", "-o", target)
    assert again.returncode == 2
    assert "--force" in again.stderr
    assert target.read_bytes() == first
    assert diffexplain("export", "a cat", "--steps", "2", "-o", target, "--force").returncode == 0
    assert target.read_bytes() != first


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--steps", "0"], "steps"),
        (["--sampler", "eulr"], "euler"),
        (["--guidance-scale", "nan"], "guidance_scale"),
        (["--device", "banana"], "device"),
        (["--model", "/no/such/folder"], "folder"),
        (["--seed", str(2**64)], "seed"),
    ],
)
def test_a_bad_value_is_said_in_words_and_nothing_is_written(tmp_path: Path, arguments: list[str], words: str) -> None:
    target = tmp_path / "fox.html"
    done = diffexplain("export", "a fox", "-o", target, *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not target.exists()


def test_a_missing_folder_is_said_before_anything_runs(tmp_path: Path) -> None:
    done = diffexplain("export", "a fox", "-o", tmp_path / "nowhere" / "fox.html")
    assert done.returncode == 2
    assert "nowhere" in done.stderr


def test_doctor_finds_the_model_and_the_versions() -> None:
    done = diffexplain("doctor", "--json")
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)}
    assert findings["bundled model"]["wrong"] == ""
    assert findings["torch"]["found"]
    assert done.returncode == int(any(finding["wrong"] for finding in findings.values()))
