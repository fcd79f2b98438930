"""What Binder reads: the tested pins, the small torch, scripts that run."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

ROOT = Path(__file__).parents[1]
BINDER = ROOT / "binder"


def lines(path: Path) -> list[str]:
    return [line for raw in path.read_text().splitlines() if (line := raw.split("#")[0].strip())]


def test_it_installs_this_package_with_the_small_torch_and_the_tested_pins() -> None:
    wanted = lines(BINDER / "requirements.txt")
    assert "--extra-index-url https://download.pytorch.org/whl/cpu" in wanted
    (constraint,) = [line.split()[1] for line in wanted if line.startswith("--constraint")]
    assert (BINDER / constraint).resolve() == ROOT / "constraints.txt"
    assert ".[lab]" in wanted
    assert "torch" in {Requirement(line).name for line in lines(ROOT / "constraints.txt")}


def test_every_pin_fits_the_range_that_the_package_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [Requirement(line) for line in [*project["dependencies"], *project["optional-dependencies"]["lab"]]]
    pins = {Requirement(line).name.replace("_", "-"): Requirement(line).specifier for line in lines(ROOT / "constraints.txt")}
    for requirement in asked:
        (pin,) = pins[requirement.name.replace("_", "-")]
        assert requirement.specifier.contains(Version(pin.version)), requirement
    assert all(re.fullmatch(r"==[\w.]+", str(pin)) for pin in pins.values())


def test_its_python_is_one_that_the_package_runs_on() -> None:
    (runtime,) = lines(BINDER / "runtime.txt")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert SpecifierSet(project["requires-python"]).contains(runtime.removeprefix("python-"))


@pytest.mark.parametrize("name", ["postBuild", "start"])
def test_scripts_can_be_run(name: str) -> None:
    script = BINDER / name
    assert script.stat().st_mode & stat.S_IXUSR
    assert os.system(f"bash -n '{script}'") == 0


def test_start_hands_over_to_what_it_is_given(tmp_path: Path) -> None:
    told = subprocess.run(
        [BINDER / "start", "printenv", "OMP_NUM_THREADS"],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"]},
    )
    assert told.stdout.strip() == "2"
