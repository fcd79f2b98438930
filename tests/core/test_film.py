"""A run as pictures, as a film and as a strip: which steps are meant, in which order, and files that are there whole or not at all."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from PIL import Image

from diffexplain.core import film
from diffexplain.core.evenly import evenly
from diffexplain.core.record import record
from diffexplain.core.trace import Trace
from diffexplain.errors import DecodingError
from tests import tiny

if TYPE_CHECKING:
    from pathlib import Path

STEPS = 7


@pytest.fixture(scope="module")
def run() -> tuple[Any, Trace]:
    pipe = tiny.sd()
    with record(pipe) as trace:
        pipe("a red circle", num_inference_steps=STEPS, generator=torch.Generator().manual_seed(7))
    return pipe, trace  # the trace does not keep the pipeline


@pytest.fixture(scope="module")
def trace(run: tuple[Any, Trace]) -> Trace:
    return run[1]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        (None, range(STEPS)),
        (3, [3]),
        (-1, [STEPS - 1]),
        ([5, 0, -STEPS], [5, 0, 0]),
        (range(0, STEPS, 3), [0, 3, 6]),
        ((index for index in (2, 1)), [2, 1]),
        (np.array([1, 2]), [1, 2]),
        (torch.tensor(4), [4]),
        ([], []),
    ],
)
def test_steps_by_index(trace: Trace, asked: Any, meant: Any) -> None:
    pictures = trace.images_at(asked)
    assert [picture.tobytes() for picture in pictures] == [trace.steps[index].image.tobytes() for index in meant]


def test_steps_by_timestep_are_the_nearest(trace: Trace) -> None:
    own = [step.timestep for step in trace.steps]
    assert [step.index for step in film.chosen(trace.steps, None, own)] == list(range(STEPS))
    asked = np.linspace(0, 1200, 31)
    for timestep, step in zip(asked, film.chosen(trace.steps, None, asked), strict=True):
        assert abs(step.timestep - timestep) == min(abs(each - timestep) for each in own)
    assert trace.images_at(timesteps=own[2])[0].tobytes() == trace.steps[2].image.tobytes()


@pytest.mark.parametrize("wrong", [STEPS, -STEPS - 1, 1.0, True, "3", None, float("nan")])
def test_what_is_no_step_is_said_with_what_is_allowed(trace: Trace, wrong: Any) -> None:
    with pytest.raises(ValueError, match=rf"from -{STEPS} to {STEPS - 1}, not"):
        trace.images_at([0, wrong])


@pytest.mark.parametrize("wrong", [-1, float("nan"), float("inf"), "900", None])
def test_what_is_no_timestep_is_said(trace: Trace, wrong: Any) -> None:
    with pytest.raises(ValueError, match="timesteps must be numbers from 0 on"):
        trace.images_at(timesteps=[500, wrong])


def test_both_at_once_and_a_trace_without_steps_are_refused(trace: Trace) -> None:
    with pytest.raises(ValueError, match="not both"):
        trace.images_at(1, timesteps=500)
    for ask in (Trace().images_at, Trace().film_strip):
        with pytest.raises(DecodingError, match="no step"):
            ask()


def opened(path: Path) -> tuple[list[Image.Image], list[int]]:
    """The frames of a film and how long each is seen, in milliseconds."""
    with Image.open(path) as film_file:
        found, times = [], []
        for at in range(film_file.n_frames):
            film_file.seek(at)
            found.append(film_file.convert("RGB"))
            times.append(film_file.info["duration"])
        assert film_file.info["loop"] == 0
    return found, times


@pytest.mark.parametrize("most", [1, 3, 24])
def test_a_film_shows_evenly_spread_steps_and_holds_the_finished_picture(trace: Trace, tmp_path: Path, most: int) -> None:
    path = trace.to_gif(str(tmp_path / "run.GIF"), frames=most, seconds=0.1, hold=1.5)
    shown, times = opened(path)
    wanted = [*(trace.steps[index].image for index in evenly(STEPS, most)), trace.image]
    assert times == [100] * (len(wanted) - 1) + [1500]
    for one, picture in zip(shown, wanted, strict=True):
        large = film.enlarged(picture, film.SIDE_IN_FILM)
        assert one.size == large.size
        assert np.abs(np.asarray(one, float) - np.asarray(large, float)).mean() < 8  # 256 colours a frame


@pytest.mark.parametrize("size", [(64, 48), (700, 360)])
def test_frames_are_as_near_to_the_pictures_as_all_their_pixels_would_bring_them(size: tuple[int, int]) -> None:
    """Colours of a sample of the pixels: the film that Pillow makes of all of them is 25 times as long in the making for a large sheet."""
    draw = np.random.default_rng(0)
    shades = draw.integers(0, 255, (3, 6, 8, 3), dtype=np.uint8)
    pictures = [Image.fromarray(each).resize(size, Image.Resampling.BICUBIC) for each in shades]
    for picture in pictures:
        picture.paste((250, 250, 250), (0, 0, size[0], 20))  # paper stays paper
    with Image.open(io.BytesIO(film.gif(pictures, 0.1, 0.3))) as made:
        times = []
        for at, picture in enumerate(pictures):
            made.seek(at)
            times.append(made.info["duration"])
            true = np.asarray(film.enlarged(picture, film.SIDE_IN_FILM), float)
            shown = np.asarray(made.convert("RGB"), float)
            assert shown.shape == true.shape
            by_all = np.asarray(film.enlarged(picture.quantize(256), film.SIDE_IN_FILM), float)
            assert np.abs(shown - true).mean() <= np.abs(by_all - true).mean() + 0.5
            assert np.abs(shown[:20] - 250).max() <= 4
        assert times == [100, 100, 300]


def test_a_strip_shows_the_same_side_by_side(trace: Trace) -> None:
    strip = trace.film_strip(3, labels=False)
    wanted = [*(trace.steps[index].image for index in evenly(STEPS, 3)), trace.image]
    side = film.SIDE_IN_STRIP
    assert strip.size == (4 * side + 3 * 4, side)
    for at, picture in enumerate(wanted):
        box = (at * (side + 4), 0, at * (side + 4) + side, side)
        assert strip.crop(box).tobytes() == film.enlarged(picture, side).tobytes()
    labelled = trace.film_strip(3)
    assert labelled.crop((0, 0, *strip.size)).tobytes() == strip.tobytes()
    below = np.asarray(labelled.crop((0, strip.height, *labelled.size)))
    parts = [below[:, at * (side + 4) : at * (side + 4) + side] for at in range(4)]
    assert all((part < 128).any() for part in parts)
    assert (below[:, side : side + 4] == 255).all()  # no label runs into the next


@pytest.mark.parametrize("wrong", [0, 1001, 2.5, "3", None])
def test_a_number_of_frames_that_is_none(trace: Trace, tmp_path: Path, wrong: Any) -> None:
    for ask in (lambda: trace.film_strip(wrong), lambda: trace.to_gif(tmp_path / "run.gif", frames=wrong)):
        with pytest.raises(ValueError, match="frames must be a whole number from 1 to 1000"):
            ask()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("wrong", [{"seconds": 0}, {"hold": 61}, {"hold": "2"}, {"seconds": float("nan")}])
def test_times_that_no_film_has(trace: Trace, tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"seconds from 0\.02 to 60"):
        trace.to_gif(tmp_path / "run.gif", **wrong)
    assert not list(tmp_path.iterdir())


def test_bad_places_are_said_before_anything_is_decoded(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"ends in \.gif, not 'run\.png'"):
        Trace().to_gif(tmp_path / "run.png")
    with pytest.raises(FileNotFoundError, match="no folder"):
        Trace().to_gif(tmp_path / "no" / "run.gif")


def test_a_film_is_written_whole_or_not_at_all(trace: Trace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "run.gif"
    target.write_text("before")
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        trace.to_gif(target)
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]
