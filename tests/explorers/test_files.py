"""A run as a file: its name, where it may be written, and what a page hears that asks for one."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given
from PIL import Image

import diffexplain as dx
from diffexplain.errors import NoFinishedRunError
from diffexplain.explorers import files
from tests.explorers.conftest import page_says, saved_for


@given(st.text(max_size=200))
def test_a_name_has_only_what_every_system_takes(subject: str) -> None:
    name = files.name_of("denoise", subject, "png")
    assert re.fullmatch(r"denoise(-\w+)*\.png", name)
    assert len(name) < 70


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("a fox", "denoise-a-fox.gif"),
        ("", "denoise.gif"),
        ("../../etc: *?", "denoise-etc.gif"),
        ("一只狐狸，蓝色", "denoise-一只狐狸-蓝色.gif"),
    ],
)
def test_a_name_is_of_the_explorer_and_what_it_shows(subject: str, name: str) -> None:
    assert files.name_of("denoise", subject, "gif") == name


@pytest.mark.parametrize(("method", "name"), [("to_png", "run.jpg"), ("to_png", "run"), ("to_gif", "run.png")])
def test_another_ending_is_refused_with_the_right_one(
    explorer: dx.DenoiseExplorer, tmp_path: Path, method: str, name: str
) -> None:
    with pytest.raises(ValueError, match=rf"ends in \.{method[3:]}, not '{name}'"):
        getattr(explorer, method)(tmp_path / name)
    with pytest.raises(FileNotFoundError, match="make it first"):
        getattr(explorer, method)(tmp_path / "none" / f"run.{method[3:]}")
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_replaced_whole_or_not_at_all(
    explorer: dx.DenoiseExplorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "run.png"
    target.write_bytes(b"before")

    def full(*arguments: Any) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", full)
        with pytest.raises(OSError, match="no space left"):
            explorer.to_png(target)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("run.png", b"before")]
    with Image.open(explorer.to_png(target)) as picture:
        picture.load()


def test_a_film_ends_with_the_picture_of_the_run(explorer: dx.DenoiseExplorer) -> None:
    assert explorer.trace is not None
    frames = explorer.film(explorer.recorded)
    assert len(frames) == len(explorer.trace.steps) + 1
    assert explorer.trace.image is not None
    assert frames[-1].tobytes() == explorer.trace.image.convert("RGB").tobytes()


@pytest.mark.parametrize("seconds", [0, 61, "fast"])
def test_other_times_are_refused(explorer: dx.DenoiseExplorer, tmp_path: Path, seconds: Any) -> None:
    with pytest.raises(ValueError, match="seconds must be a number of seconds"):
        explorer.to_gif(tmp_path / "run.gif", seconds=seconds)


def test_a_page_that_asks_is_told_in_words_why_there_is_no_file(
    pipe: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: Any, **named: Any) -> None:
        raise RuntimeError("out of luck")

    monkeypatch.setattr(pipe.unet, "forward", broken)
    explorer = dx.DenoiseExplorer(pipe, prompt="a red circle", steps=2)
    with pytest.raises(RuntimeError, match="out of luck"):
        explorer.wait(60)
    saved, content = saved_for(explorer, "png")
    assert (saved["name"], content) == ("", b"")
    assert "no finished run" in saved["message"]["en"]
    with pytest.raises(NoFinishedRunError, match="no finished run"):
        explorer.to_png(tmp_path / "run.png")
    explorer.close()


def test_a_kind_that_there_is_not_is_said_to_be_none(explorer: dx.DenoiseExplorer) -> None:
    saved, content = saved_for(explorer, "exe")
    assert content == b""
    assert "html, png, gif, not as exe" in saved["message"]["en"]


def test_the_thread_that_hears_the_page_is_not_held_up(explorer: dx.DenoiseExplorer, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[threading.Thread] = []
    go = threading.Event()

    def slow(*arguments: Any) -> bytes:
        made.append(threading.current_thread())
        go.wait(60)
        return b"file"

    monkeypatch.setattr(explorer, "_file", slow)
    page_says(explorer, "save", what="gif", view="a")  # returns at once, or this test would wait for a minute
    go.set()
    _, content = saved_for(explorer, "gif", "b")
    assert content == b"file"
    assert threading.current_thread() not in made


def test_what_still_runs_is_waited_for(explorer: dx.DenoiseExplorer, tmp_path: Path) -> None:
    explorer.prompt = "a blue square"
    with Image.open(explorer.to_png(tmp_path / "run.png")) as picture:
        assert "a blue square" in picture.info["Description"]
    saved, _ = saved_for(explorer, "png")
    assert saved["name"] == "denoise-a-blue-square.png"


def test_it_is_in_the_language_of_the_explorer(made: Callable[..., Any], pipe: Any) -> None:
    explorer = made(dx.DenoiseExplorer, pipe, prompt="a fox", steps=2, language="zh")
    english = explorer._file("png")
    explorer.language = "en"
    assert explorer._file("png") != english
