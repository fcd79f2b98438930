"""What holds for every explorer: one is made from each entry of `examples.EXAMPLES`, on a tiny model."""

from __future__ import annotations

import gc
import html
import re
import threading
import time
import weakref
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from ipywidgets.widgets.widget import _instances
from PIL import Image, ImageSequence
from traitlets import TraitError

from diffexplain.errors import ExportError
from diffexplain.explorers.registry import CLASSES, home
from diffexplain.i18n import speaking
from diffexplain.live.messages import decode
from tests import tiny
from tests.company import traces_of
from tests.explorers.conftest import assert_refused, page_says, page_sets, said, saved_for, unlearned
from tests.explorers.examples import EXAMPLES, example, make, resting
from tests.i18n.pseudo import bare, pseudo_language

every_explorer = pytest.mark.parametrize("name", CLASSES)


@pytest.fixture(scope="module", params=CLASSES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def shown(name: str) -> Iterator[Any]:
    """An explorer whose run is done; for tests that ask for no other."""
    explorer = make(name).wait(120)
    explorer.first_bytes = explorer.comm.bytes()
    yield explorer
    explorer.close()


def test_every_registered_explorer_has_an_example_and_no_other() -> None:
    assert list(EXAMPLES) == list(CLASSES), "add an entry to tests/explorers/examples.py, in the order of the registry"


# A run that is done


def kinds_of(explorer: Any) -> set[str]:
    return {message.kind for message in explorer.recorded}


def test_messages_are_numbered_and_survive_the_wire(name: str, shown: Any) -> None:
    kinds = import_module(f"{home(name)}.messages").MESSAGES
    numbers = [sent.encoded.content["number"] for sent in shown._runs.history.finished.sent]
    assert numbers == sorted(set(numbers))
    assert numbers[:3] == [0, 1, 2] or "progress" in kinds_of(shown)  # of progress the newest alone is kept
    for sent in shown._runs.history.finished.sent:
        if isinstance(sent.message, kinds):
            again = decode(sent.encoded.content, sent.encoded.buffers, kinds)
            assert type(again) is type(sent.message)
            for field, value in vars(sent.message).items():
                if isinstance(value, np.ndarray):
                    np.testing.assert_array_equal(getattr(again, field), value)
    assert set(kinds) >= {type(message) for message in shown.recorded if type(message).__module__.startswith(home(name))}


def test_a_late_view_and_an_export_are_told_the_run_again(name: str, shown: Any) -> None:
    wire = shown.comm
    wire.sent.clear()
    page_says(shown, "ready")
    assert wire.contents == [encoded.content for encoded in shown.exported_run().messages]
    assert [content["data"]["state"] for content in wire.contents if content["kind"] == "status"] == [
        "queued",
        "running",
        resting(name),
    ]


def test_a_bad_value_is_refused_and_nothing_is_lost(name: str, shown: Any) -> None:
    assert_refused(shown, *example(name).refused)


def test_what_the_page_answers_alone_asks_for_no_run(name: str, shown: Any) -> None:
    view = example(name).view
    assert set(view) == {field for field, each in shown._fields.items() if not each.request and not each.live}, (
        "name every field of View"
    )
    runs = shown._runs.history.count
    before = {field: getattr(shown, field) for field in view}
    page_sets(shown, **view)
    assert {field: getattr(shown, field) for field in view} == view
    assert all(before[field] != value for field, value in view.items())
    with shown.hold_trait_notifications():
        for field, value in before.items():
            setattr(shown, field, value)
    assert shown.wait(60)._runs.history.count == runs


def test_of_a_model_that_is_not_bundled_there_is_no_list_of_words_and_no_mark(name: str, shown: Any) -> None:
    assert shown._controls.get("known_words") is None
    assert unlearned(shown) == []


def test_the_still_picture_is_small_true_and_no_markup_of_others(name: str, shown: Any) -> None:
    still = shown.still(shown.recorded)
    assert len(still) < 60_000
    assert "data:image/" in still
    assert [words for words in example(name).still if words not in still] == []
    assert "<b>a fox" not in still
    assert not re.search("https?://|<script", still)
    assert shown.still([message for message in shown.recorded if message.kind == "status"]) == ""


def test_another_language_is_other_words_for_the_same_run(shown: Any) -> None:
    finished, recorded = shown._runs.history.finished, shown.recorded
    english = shown._still(finished)
    page_sets(shown, language="zh")
    assert shown.title.spoken("zh") != shown.title
    assert shown.exported_run().subject == getattr(shown, "prompt", "")
    assert shown._still(finished) != english
    shown.language = "en"
    assert shown._still(finished) == english
    assert (shown._runs.history.finished, shown.recorded) == (finished, recorded)


def test_the_still_picture_has_no_bare_word(name: str, shown: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pseudo_language(monkeypatch)
    with speaking("zh"):
        still = shown.still(shown.recorded)
    texts = [
        html.unescape(text) for text in re.findall(r">([^<]+)<|(?:alt|title|aria-label)=\"([^\"]+)\"", still) for text in text
    ]
    assert bare(" ".join(texts), example(name).own) == set()


def test_the_first_view_is_light(name: str, shown: Any) -> None:
    first, _ = example(name).kilobytes
    assert shown.first_bytes < 1000 * first


# Files


def test_its_picture_is_a_whole_png_that_says_what_was_asked(name: str, shown: Any, tmp_path: Path) -> None:
    path = shown.to_png(tmp_path / "run.png")
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        assert all(200 <= side <= 2000 for side in picture.size)
        assert np.asarray(picture.convert("L")).std() > 5
        words = html.unescape(picture.info["Description"])
        overview = shown.overview(shown.recorded)
        assert all(fact in words for fact in overview.facts)
        assert picture.height > overview.picture.height  # the words stand below it
    assert [file.name for file in tmp_path.iterdir()] == ["run.png"]
    assert shown.overview([message for message in shown.recorded if message.kind == "status"]) is None


def test_its_film_has_as_many_pictures_as_the_run_told(name: str, shown: Any, tmp_path: Path) -> None:
    expected = example(name).film
    if expected is None:
        with pytest.raises(ExportError, match="html, png, not as gif"):
            shown.to_gif(tmp_path / "run.gif")
        assert list(tmp_path.iterdir()) == []
        return
    with Image.open(shown.to_gif(tmp_path / "run.gif", seconds=0.2, hold=1)) as film:
        assert film.n_frames == len(shown.film(shown.recorded)) == expected
        assert {frame.size for frame in ImageSequence.Iterator(film)} == {film.size}
        assert [frame.info["duration"] for frame in ImageSequence.Iterator(film)] == [200] * (expected - 1) + [1000]
        assert 200 <= max(film.size) <= 1000
    assert shown.film([message for message in shown.recorded if message.kind == "status"]) == []


def test_a_page_is_given_the_same_files(shown: Any, tmp_path: Path) -> None:
    write = {"html": shown.to_html, "png": shown.to_png, "gif": shown.to_gif}
    assert shown._files == list(write)[: len(shown._files)]
    for kind in shown._files:
        saved, content = saved_for(shown, kind)
        assert saved["name"].endswith(f".{kind}")
        assert content == write[kind](tmp_path / f"run.{kind}").read_bytes()


# Changes


@every_explorer
def test_a_change_is_one_run_light_and_as_if_made_so_and_leaves_the_pipeline_alone(name: str) -> None:
    pipe = tiny.sd()
    before = (traces_of(pipe), pipe.scheduler, dict(pipe.scheduler.config), torch.get_rng_state().tolist())
    field, value = example(name).change
    explorer = make(name, pipe=pipe).wait(120)
    runs = explorer._runs.history.count
    heard: list[Any] = []
    explorer.on_message(heard.append)
    explorer.comm.sent.clear()
    page_sets(explorer, **{field: value})
    assert explorer.wait(120).status == resting(name)
    assert explorer._runs.history.count == runs + 1
    _, update = example(name).kilobytes
    assert explorer.comm.bytes() < 1000 * update
    assert [message.kind for message in heard] == [content["kind"] for content in explorer.comm.contents][
        1:
    ]  # without "queued"
    fresh = make(name, pipe=pipe, **{field: value}).wait(120)
    assert said(explorer) == said(fresh)
    setattr(explorer, field, value)  # the same again
    assert explorer.wait(120)._runs.history.count == runs + 1
    for each in (explorer, fresh):
        each.close()
        each.close()
        assert "closed" in repr(each)
    assert (traces_of(pipe), pipe.scheduler, dict(pipe.scheduler.config), torch.get_rng_state().tolist()) == before


@every_explorer
def test_a_constructor_that_refuses_leaves_nothing_behind(name: str) -> None:
    field, value, words = example(name).refused
    widgets, threads = len(_instances), set(threading.enumerate())
    with pytest.raises(TraitError, match=words):
        make(name, **{field: value})
    with pytest.raises(TypeError, match="no trait 'colours'"):
        make(name, colours="red")
    assert len(_instances) == widgets
    assert set(threading.enumerate()) <= threads  # one of before may have come to its end


# Leaks


@pytest.fixture
def swept() -> Iterator[None]:
    """What is there already is none of a collection's business: going through all of it each time takes most of such a test's time."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def tensors() -> int:
    gc.collect()
    return sum(isinstance(thing, torch.Tensor) for thing in gc.get_objects())


def closed(explorer: Any) -> weakref.ref[Any]:
    """Close an explorer and wait for its thread to leave it, without collecting, which would take the time that the thread needs."""
    client = explorer._runs._client
    explorer.close()
    deadline = time.monotonic() + 60
    while client._running is not None and time.monotonic() < deadline:
        time.sleep(0.01)
    return weakref.ref(explorer)


def collected(gone: list[weakref.ref[Any]]) -> bool:
    """Whether nothing of this is there any more, at the latest after ten collections."""
    for _ in range(10):
        gc.collect()
        if not any(reference() for reference in gone):
            return True
        time.sleep(0.1)
    return False


@every_explorer
@pytest.mark.usefixtures("swept")
def test_made_run_and_closed_it_leaves_nothing(name: str) -> None:
    pipe = tiny.sd()
    closed(make(name, pipe=pipe).wait(120))  # whatever is cached once is cached now
    gc.collect()
    counts = (len(_instances), tensors(), threading.active_count())
    assert collected([closed(make(name, pipe=pipe).wait(120)) for _ in range(2)])
    assert len(_instances) == counts[0]
    assert tensors() <= counts[1]
    deadline = time.monotonic() + 60  # a thread that has done its work takes a moment to end
    while threading.active_count() > counts[2] and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() <= counts[2]


@every_explorer
@pytest.mark.usefixtures("swept")
def test_closed_in_mid_run_it_leaves_nothing(name: str) -> None:
    pipe = tiny.sd()
    before = traces_of(pipe)
    begun = threading.Event()
    explorer = make(name, pipe=pipe)
    explorer.on_message(lambda message: begun.set())
    page_says(explorer, "run")
    assert begun.wait(60)
    gone = closed(explorer)
    del explorer
    assert collected([gone])
    assert traces_of(pipe) == before
