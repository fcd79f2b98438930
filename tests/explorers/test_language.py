"""Another language changes the words and nothing else: no new run, the same messages, the same picture."""

from __future__ import annotations

import functools
from typing import Any

import pytest

import diffexplain as dx
from diffexplain.export import page
from diffexplain.i18n import language, say
from diffexplain.live.status import Refused, Status
from tests.explorers.conftest import page_sets


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_set", "en")


def test_an_explorer_speaks_the_language_in_force_when_it_was_made(pipe: Any) -> None:
    dx.set_language("zh")
    explorer = dx.DenoiseExplorer(pipe, steps=1)
    dx.set_language("en")
    other = dx.DenoiseExplorer(pipe, steps=1, language="zh")
    assert (explorer.language, other.language) == ("en", "zh")  # the first one followed
    explorer.close()
    other.close()


def test_every_way_to_another_language_leaves_the_run_alone(explorer: dx.DenoiseExplorer) -> None:
    assert explorer._runs is not None
    before, status, run = explorer.recorded, explorer.status, explorer._runs.history.finished
    dx.set_language("zh")
    assert explorer.language == "zh"
    page_sets(explorer, language="en")
    assert explorer.language == "en"
    explorer.language = "zh"
    assert explorer.recorded == before
    assert (explorer.status, explorer._runs.history.finished) == (status, run)


def test_a_closed_explorer_is_left_alone(explorer: dx.DenoiseExplorer) -> None:
    explorer.close()
    dx.set_language("zh")
    assert explorer.language == "en"


def test_a_language_that_a_page_makes_up_is_not_taken(explorer: dx.DenoiseExplorer) -> None:
    page_sets(explorer, language="xx", seed=4)
    assert (explorer.language, explorer.seed) == ("en", 4)


def test_the_still_picture_is_in_the_explorers_language(explorer: dx.DenoiseExplorer) -> None:
    assert explorer._runs is not None
    run = explorer._runs.history.finished
    assert run is not None
    english = explorer._still(run)
    explorer.language = "zh"
    chinese = explorer._still(run)
    told = say("Small: the picture that the model expects, from the first step to the last. Large: the finished picture.")
    assert told in english
    assert told.spoken("zh") in chinese
    assert told.spoken("zh") != told


def test_the_exported_page_opens_in_the_explorers_language(explorer: dx.DenoiseExplorer) -> None:
    explorer.language = "zh"
    recording = explorer.exported_run()
    assert recording.traits["language"] == "zh"
    assert f">{explorer.title.spoken('zh')}</h1>" in page(recording)
    assert '<html lang="zh-Hans">' in page(recording)
    explorer.language = "en"
    assert '<html lang="en">' in page(explorer.exported_run())


def test_what_went_wrong_reaches_the_page_in_all_languages(explorer: dx.DenoiseExplorer) -> None:
    said: list[Any] = []
    assert explorer._runs is not None
    explorer._runs.history.aside = said.append  # type: ignore[method-assign]
    page_sets(explorer, steps=0)
    (refused,) = said
    assert isinstance(refused, Refused)
    assert refused.message.spoken("zh") != refused.message  # type: ignore[union-attr]


def test_a_failed_run_is_told_in_all_languages(explorer: dx.DenoiseExplorer, monkeypatch: pytest.MonkeyPatch) -> None:
    call = type(explorer.pipeline).__call__

    @functools.wraps(call)  # it is asked what it takes
    def fail(*_: object, **__: object) -> None:
        raise MemoryError

    told: list[Any] = []
    monkeypatch.setattr(type(explorer.pipeline), "__call__", fail)
    explorer.on_message(told.append)
    explorer.seed = 9
    with pytest.raises(MemoryError):
        explorer.wait(60)
    failed = next(message for message in told if isinstance(message, Status) and message.state == "failed")
    assert {failed.advice.spoken(code) for code in ("en", "zh")} != {failed.advice}  # type: ignore[union-attr]
