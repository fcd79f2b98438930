"""README's code runs as it stands, each block on its own, in a folder that has what it names; and its commands are commands."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

import diffexplain as dx

ROOT = Path(__file__).parents[1]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
TEXT = (ROOT / "README.md").read_text("utf-8")
HEADED = re.findall(r"^## ([^\n]+)\n(?:(?!^## ).)*?```python\n(.*?)```", TEXT, re.DOTALL | re.MULTILINE)
FROM_OUTSIDE = re.compile(r"""load\(\s*["'][^"'/]+/""")  # a model from the hub: such a block is compiled, and not run
COMMANDS = re.findall(r"`(diffexplain [^`]+)`", TEXT)


def test_every_python_block_is_found() -> None:
    assert len(HEADED) == TEXT.count("```python") >= 2
    assert COMMANDS


@pytest.mark.parametrize(("head", "code"), HEADED, ids=[head for head, _ in HEADED])
def test_a_block_runs_as_it_stands(head: str, code: str, tmp_path: Path) -> None:
    compiled = compile(code, head, "exec")
    assert compiled
    if FROM_OUTSIDE.search(code):
        return
    Image.new("RGB", (60, 40), "teal").save(tmp_path / "holiday.jpg")
    (tmp_path / "script.py").write_text(code, "utf-8")
    ran = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, timeout=280, check=False
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    for name in re.findall(r"""(?:to_html|to_gif|\.save)\("([^"]+)""", code):
        assert (tmp_path / name).stat().st_size > 500, name


def test_every_name_that_it_calls_is_there() -> None:
    for path in set(re.findall(r"\bdx\.([A-Za-z_.]+)", TEXT)):
        found: object = dx
        for name in path.rstrip(".").split("."):
            found = getattr(found, name)


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_is_one(line: str, tmp_path: Path) -> None:
    command, *arguments = shlex.split(line)[1:]
    if command not in {"export", "lessons"}:
        arguments = ["--help"]  # they open a browser, or look over this machine
    ran = subprocess.run(
        [sys.executable, "-m", "diffexplain", command, *arguments],
        cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    for name in arguments:
        assert name.startswith("-") or "." not in name or (tmp_path / name).exists()


def test_the_options_that_stand_beside_a_command_are_options() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "diffexplain", "export", "--help"],
        capture_output=True, text=True, timeout=100, check=False, env=ENVIRONMENT,
    )  # fmt: skip
    for option in re.findall(r"`(--[a-z-]+)", TEXT):
        assert option in shown.stdout
