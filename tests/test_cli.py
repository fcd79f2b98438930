"""The command line as a stranger uses it: once as a process of its own, else in this one, where torch is loaded already."""

from __future__ import annotations

import html
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

import diffexplain as dx
from diffexplain import cli, lessons
from diffexplain.explorers.registry import class_of
from diffexplain.explorers.sentence import asking
from diffexplain.i18n.words import in_all_languages
from tests import tiny
from tests.explorers.examples import of_each_kind


@dataclass(frozen=True)
class Done:
    """How a command ended and what it said, with lines and frames taken out of the words to people."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def diffexplain(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["diffexplain", *map(str, arguments)])
        monkeypatch.setattr(cli, "_err", Console(stderr=True, width=400))  # so that no word is cut by a line's end
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main()
        out, err = capfd.readouterr()
        return Done(int(left.value.code or 0), out, " ".join(err.replace("│", " ").split()))

    return run


def test_as_a_process(tmp_path: Path) -> None:
    """Streams and exit codes as a shell sees them."""
    command = [sys.executable, "-m", "diffexplain", "export", "a fox", "--steps", "1", "-o"]
    good = subprocess.run([*command, tmp_path / "fox.html"], capture_output=True, text=True, timeout=200, check=False)
    assert (good.returncode, (tmp_path / "fox.html").exists()) == (0, True), good.stderr
    assert good.stdout.startswith(str(tmp_path / "fox.html"))
    bad = subprocess.run([*command, tmp_path / "no" / "fox.html"], capture_output=True, text=True, timeout=200, check=False)
    assert (bad.returncode, bad.stdout) == (2, "")
    assert "diffexplain can't do this" in bad.stderr


def test_help_names_every_command_and_takes_no_torch(diffexplain: Run) -> None:
    code = "import sys; sys.argv = ['diffexplain', '--help']\nfrom diffexplain.cli import main\ntry: main()\nexcept SystemExit: pass\nassert 'torch' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for command in ("export", "page", "lab", "lessons", "doctor"):
        assert command in done.stdout
        assert "Usage" in diffexplain(command, "--help").stdout


def test_export_writes_a_page_and_never_over_a_file(tmp_path: Path, diffexplain: Run) -> None:
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


def test_page_writes_a_folder_that_draws_and_never_over_a_page(tmp_path: Path, diffexplain: Run) -> None:
    folder = tmp_path / "fox"
    done = diffexplain("page", "a fox", "--live", "--set", "steps=1", "-o", folder)
    assert done.returncode == 0, done.stderr
    assert "python -m http.server" in done.stdout
    assert {path.name for path in folder.iterdir()} == {"index.html", "network"}
    assert b"dx-live" in (folder / "index.html").read_bytes()
    again = diffexplain("page", "a cat", "--set", "steps=1", "-o", folder)
    assert again.returncode == 2
    assert "--force" in again.stderr


@pytest.mark.parametrize("arguments", [["-e", "noise"], ["--set", "steps=0"], ["--set", "sampler=unipc"]])
def test_a_page_that_cannot_draw_is_refused_and_nothing_is_left(tmp_path: Path, diffexplain: Run, arguments: list[str]) -> None:
    done = diffexplain("page", "-o", tmp_path / "fox", *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


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
def test_a_bad_value_is_said_in_words_and_nothing_is_written(
    tmp_path: Path, diffexplain: Run, arguments: list[str], words: str
) -> None:
    target = tmp_path / "fox.html"
    done = diffexplain("export", "a fox", "-o", target, *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not target.exists()


@of_each_kind
def test_every_explorer_is_exported(tmp_path: Path, diffexplain: Run, name: str) -> None:
    target = tmp_path / "run.html"
    explorer = class_of(name)
    fields = explorer._fields
    few = {"steps": "2", "count": "4", "samplers": "ddim,heun", "width": "8", "batch": "1"}
    settings = [part for field, value in few.items() if field in fields for part in ("--set", f"{field}={value}")]
    settings += ["--set", "goal=20"] if hasattr(explorer, "goal") else []
    prompts = ["a planted fox"] if asking(fields, "a planted fox") else []
    done = diffexplain("export", *prompts, "--explorer", name, *settings, "-o", target)
    assert done.returncode == 0, done.stderr
    text = target.read_text("utf-8")
    assert "dx-messages" in text
    assert all(prompt in text for prompt in prompts)
    assert f">{html.escape(in_all_languages(explorer.title)['en'])}</h1>" in text


@pytest.mark.parametrize(("name", "words"), [("training", "goal must be a whole number from 1"), ("denoise", "goal")])
def test_how_long_it_trains_is_checked_and_of_what_trains(tmp_path: Path, diffexplain: Run, name: str, words: str) -> None:
    done = diffexplain("export", "--explorer", name, "--set", "goal=0", "-o", tmp_path / "run.html")
    assert done.returncode == 2
    assert words in done.stderr.replace("\n", " ")


@pytest.mark.parametrize("suffix", ["png", "gif"])
def test_a_run_is_exported_as_a_picture_or_a_film(tmp_path: Path, diffexplain: Run, suffix: str) -> None:
    target = tmp_path / f"fox.{suffix}"
    done = diffexplain("export", "a fox", "--steps", "3", "--seed", "3", "-o", target)
    assert done.returncode == 0, done.stderr
    assert str(target) in done.stdout
    (trace,) = dx.sample([dx.Lane(prompt="a fox", seed=3, steps=3, guidance=4.0)], dx.load())
    with Image.open(target) as picture:
        frames = getattr(picture, "n_frames", 1)
        assert frames == (4 if suffix == "gif" else 1)
        if suffix == "png":
            assert np.abs(np.asarray(picture, int) - np.asarray(trace.image, int)).max() <= 2


@pytest.mark.parametrize(("suffix", "frames"), [("png", 1), ("gif", 4)])
def test_an_explorer_of_other_runs_is_exported_as_its_picture_and_its_film(
    tmp_path: Path, diffexplain: Run, suffix: str, frames: int
) -> None:
    target = tmp_path / f"noise.{suffix}"
    done = diffexplain("export", "--explorer", "noise", "--steps", "3", "-o", target)
    assert done.returncode == 0, done.stderr
    with Image.open(target) as picture:
        assert getattr(picture, "n_frames", 1) == frames


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-o", "fox.gif", "--explorer", "embedding"], "html, png, not as gif"),
        (["-o", "fox.jpg"], ".html (a page"),
        (["-o", "fox"], ".html (a page"),
        (["-o", "fox.html", "--explorer", "denois"], "did you mean 'denoise'?"),
        (["-o", "fox.html", "--sampler", "eulr"], "did you mean 'euler'?"),
        (["-o", "fox.html", "-e", "sampler", "--set", "samplers=ddim,huen"], "did you mean 'heun'?"),
        (["-o", "fox.html", "-e", "noise", "--guidance-scale", "3"], "guidance_scale"),
        (["-o", "fox.html", "--set", "stepps=3"], "did you mean 'steps'?"),
        (["-o", "fox.html", "--set", "steps"], "FIELD=VALUE"),
        (["-o", "fox.html", "--set", "steps=many"], "1 to 1000"),
        (["-o", "fox.html", "--steps", "0"], "1 to 1000"),
        (["-o", "fox.html", "--seed", "-1"], "seed must be"),
    ],
)
def test_what_can_be_known_is_said_before_a_model_is_loaded(
    tmp_path: Path, diffexplain: Run, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("a model was loaded")

    monkeypatch.setattr("diffexplain.models.loading.load", never)
    monkeypatch.chdir(tmp_path)
    done = diffexplain("export", "a fox", "--device", "cpu", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "can't do this" in done.stderr
    assert not list(tmp_path.iterdir())


def test_what_a_picture_is_made_of_is_there() -> None:
    for name in ("denoise", "attention"):
        explorer = class_of(name)(tiny.sd(), prompt="a red circle", steps=1).wait(60)
        assert explorer.trace.image is not None
        explorer.close()


@pytest.mark.parametrize("name", ["fox.html", "folder"])
def test_a_tilde_that_the_shell_left_alone_protects_what_is_there(
    tmp_path: Path, diffexplain: Run, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A shell leaves ``--output=~/fox.html`` as it is; the file at home was once overwritten without a word."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "fox.html").write_text("mine")
    (tmp_path / "folder").mkdir()
    done = diffexplain("export", "a fox", "--steps", "1", f"--output=~/{name}")
    assert done.returncode == 2
    assert ("--force" if name == "fox.html" else "is a folder") in done.stderr
    assert (tmp_path / "fox.html").read_text() == "mine"


def test_brackets_in_a_path_are_printed(tmp_path: Path, diffexplain: Run) -> None:
    target = tmp_path / "[red]" / "fox [2].html"
    target.parent.mkdir()
    done = diffexplain("export", "a [bold]fox", "--steps", "1", "-o", target)
    assert done.returncode == 0, done.stderr
    assert str(target) in done.stdout


def test_a_missing_folder_is_said_before_anything_runs(tmp_path: Path, diffexplain: Run) -> None:
    done = diffexplain("export", "a fox", "-o", tmp_path / "nowhere" / "fox.html")
    assert done.returncode == 2
    assert "nowhere" in done.stderr


def test_doctor_finds_the_model_and_the_versions(diffexplain: Run) -> None:
    done = diffexplain("doctor", "--json")
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)}
    assert findings["bundled model"]["wrong"] == ""
    assert findings["torch"]["found"]
    assert done.returncode == int(any(finding["wrong"] for finding in findings.values()))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    calls: list[list[str]] = []
    monkeypatch.setattr(subprocess, "call", lambda command: calls.append(command) or 0)
    return calls


@pytest.mark.parametrize("language", ["en", "zh"])
def test_lab_opens_the_first_lesson_in_the_readers_language(
    diffexplain: Run, started: list[list[str]], monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("DIFFEXPLAIN_LANGUAGE", language)
    assert diffexplain("lab", "--no-browser", "--port", "9999").returncode == 0
    (command,) = started
    assert f"--LabApp.default_url=/lab/tree/notebooks/{language}/00_gallery.ipynb" in command
    assert {"--no-browser", "--ServerApp.port=9999", f"--ServerApp.root_dir={Path(cli.__file__).parents[1]}"} <= set(command)
    (extensions,) = [each.split("=")[1] for each in command if each.startswith("--LabApp.extra_labextensions_path=")]
    assert (Path(extensions) / "diffexplain" / "package.json").exists()


def test_lab_opens_a_copy_where_the_lessons_are_in_the_package(
    diffexplain: Run, started: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(lessons, "in_checkout", lambda: False)
    assert diffexplain("lab", tmp_path / "mine").returncode == 0
    (command,) = started
    assert {f"--ServerApp.root_dir={tmp_path / 'mine'}", "--LabApp.default_url=/lab/tree/en/00_gallery.ipynb"} <= set(command)
    assert (tmp_path / "mine" / "en" / "00_gallery.ipynb").exists()


def test_lab_without_lessons_says_what_to_do(
    diffexplain: Run, started: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> Path:
        raise FileNotFoundError("This installation has no lessons. Install diffexplain anew.")

    monkeypatch.setattr(lessons, "folder", missing)
    done = diffexplain("lab")
    assert (done.returncode, started) == (2, [])
    assert "Install diffexplain anew" in done.stderr


def test_lessons_says_what_became_of_each_and_leaves_a_changed_one_alone(diffexplain: Run, tmp_path: Path) -> None:
    first = diffexplain("lessons", tmp_path)
    assert first.returncode == 0
    assert str(tmp_path / "zh" / "00_gallery.ipynb") + "  (new)" in first.stdout
    (tmp_path / "en" / "00_gallery.ipynb").write_text("mine")
    again = diffexplain("lessons", tmp_path)
    assert str(tmp_path / "en" / "00_gallery.ipynb") + "  (yours, left alone)" in again.stdout
    assert (tmp_path / "en" / "00_gallery.ipynb").read_text() == "mine"
