"""Explorers in a page that generates: each says what Python's says, field by field, and draws what is changed in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

import diffexplain as dx
from tests.browser.conftest import Watched
from tests.browser.in_page import MINUTE, asked, assert_said_alike, change, drawn, opened, request_of
from tests.browser.static_host import ELSEWHERE, hosted

pytestmark = pytest.mark.browser
more = pytest.mark.more


@pytest.fixture(scope="module")
def live(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Any]]:
    """Gives, of an explorer and its first fields, itself and the page of it that has drawn once; each is made once."""
    made: dict[str, tuple[Any, Watched]] = {}
    open_: list[Any] = []

    def of(name: str, change_: Callable[[Page], None], **fields: Any) -> tuple[Any, Watched]:
        if name not in made:
            explorer = dx.explorers()[name](**fields).wait(300)
            folder = Path(explorer.to_html(tmp_path_factory.mktemp("live") / name, live=True)).parent
            host = hosted(folder, {})
            page = opened(browser, host.__enter__().address, proxy=ELSEWHERE)
            watched = page.__enter__()
            open_.extend([explorer.close, lambda: page.__exit__(None, None, None), lambda: host.__exit__(None, None, None)])
            change_(watched.page)
            drawn(watched.page)
            made[name] = (explorer, watched)
        return made[name]

    yield of
    for close in open_:
        close()


FIRST = {"prompt": "a fox", "negative_prompt": "", "seed": 7, "steps": 3, "guidance_scale": 4.0, "sampler": "ddim"}
GUIDANCE = {**FIRST, "scales": [0.0, 1.0, 4.0]}


@pytest.mark.parametrize(  # each with a sentence of its own: neither side remembers anything of it
    "request_",
    [
        pytest.param(
            {
                "prompt": "a red robot",
                "negative_prompt": "a fox",
                "sampler": "heun",
                "steps": 3,
                "scales": [0.0, 0.5, 1.0, 8.0],
            },
            marks=more,
        ),
        {
            "prompt": "a tree",
            "guidance_scale": 0.5,
            "rescale": 0.3,
            "interval": [0.3, 1.0],
            "schedule": [9.0, 0.0],
            "parallel": 0.4,
        },
        pytest.param(
            {
                "prompt": "a star",
                "guidance_scale": 12.0,
                "parallel": 1.0,
                "rescale": 0.0,
                "interval": [0.0, 1.0],
                "sampler": "euler_a",
                "steps": 2,
            },
            marks=more,
        ),
    ],
)
def test_guidance(live: Any, request_: dict[str, Any]) -> None:
    explorer, watched = live("guidance", lambda page: change(page, "a cat"), **GUIDANCE)
    assert_said_alike(watched.page, explorer, {**GUIDANCE, **request_})
    assert watched.errors == []


def test_guidance_between_two_equal_halves(live: Any) -> None:
    """All pictures are the same then, and which scale is enough, the last bits decide."""
    explorer, watched = live("guidance", lambda page: change(page, "a cat"), **GUIDANCE)
    assert_said_alike(watched.page, explorer, {**GUIDANCE, "negative_prompt": "a fox", "steps": 2}, without={"enough"})


def test_what_guidance_has_drawn_is_not_drawn_again(live: Any) -> None:
    explorer, watched = live("guidance", lambda page: change(page, "a cat"), **GUIDANCE)
    request = request_of(explorer) | {"prompt": "a dog", "steps": 2}

    def drawn_for(**changes: Any) -> list[str]:
        watched.page.evaluate("said.length = 0")
        found = asked(watched.page, "guidance", request | changes, "none")
        assert [message.kind for message in found if message.kind in {"scales", "ways"}] == ["scales", "ways"]
        return watched.page.evaluate(
            "said.filter(({ content }) => content.kind === 'drawing').map(({ content }) => content.data.what)"
        )  # type: ignore[no-any-return]

    assert drawn_for() == ["scales"] * 2 + ["ways"] * 2
    assert drawn_for(scales=[1.0, 2.0]) == ["scales"] * 2
    assert drawn_for(scales=[1.0, 2.0], rescale=0.1) == ["ways"] * 2
    assert drawn_for(scales=[1.0, 2.0], rescale=0.1) == []


SEED = {**FIRST, "count": 4, "frames": 3, "other_prompt": "", "walk": None}


@pytest.mark.parametrize(
    "request_",
    [
        {"prompt": "a xyzzy robot", "steps": 3, "count": 5, "walk": [8, 10], "other_prompt": "a robot on xyzzy"},
        pytest.param({"sampler": "euler_a", "steps": 2, "walk": [10, 7], "frames": 4, "guidance_scale": 1.0}, marks=more),
        pytest.param({"sampler": "heun", "steps": 2, "other_prompt": "a cat", "negative_prompt": "a dog"}, marks=more),
    ],
)
def test_seeds(live: Any, request_: dict[str, Any]) -> None:
    explorer, watched = live("seed", lambda page: change(page, "a cat"), **SEED)
    said = assert_said_alike(watched.page, explorer, {**SEED, "walk": None} | request_, without={"ends"})
    for found, wanted in said:
        if found.kind == "walk":  # a level of 256 more or less is next to nothing
            assert found.ends == pytest.approx(wanted.ends, abs=1.5 / 255)
    assert watched.errors == []


def test_what_is_on_the_wall_is_not_drawn_again(live: Any) -> None:
    """As in Python: what is new of a request is drawn alone."""
    explorer, watched = live("seed", lambda page: change(page, "a cat"), **SEED)
    request = request_of(explorer) | SEED | {"prompt": "a dog", "steps": 2}
    for changes, drawn_ in [
        ({}, 4),
        ({"walk": [7, 9]}, 6),
        ({"walk": [7, 9], "other_prompt": "a frog"}, 4),
        ({"prompt": "a frog", "other_prompt": "a dog"}, 0),
    ]:
        found = asked(watched.page, "seed", request | changes, "none")
        assert [message.drawn for message in found if message.kind == "end"] == [drawn_], changes


def test_a_walk_is_given_up_when_one_of_its_seeds_leaves_the_wall(live: Any) -> None:
    _, watched = live("seed", lambda page: change(page, "a cat"), **SEED)
    page = watched.page
    tiles = page.locator(".dx-left .dx-wall-tile")
    tiles.nth(0).click()
    tiles.nth(2).click()
    head = page.locator(".dx-walk .dx-head b")
    expect(head).to_have_text("From seed 7 to seed 9")
    expect(page.locator(".dx")).to_have_attribute("data-state", "done", timeout=MINUTE)
    seed = page.get_by_label("First seed", exact=True)
    seed.fill("9")
    seed.press("Enter")
    expect(tiles.nth(0)).to_have_attribute("aria-label", "Seed 9")
    expect(page.locator(".dx")).to_have_attribute("data-state", "done", timeout=MINUTE)
    assert page.evaluate("said.findLast(({ content }) => content.kind === 'begin').content.data.request.walk") is None
    assert watched.errors == []


TEXTS = ["a fox", "一只猫", "a xyzzy robot 🦊", "", "a red car beside a house " * 9]


@pytest.mark.parametrize(
    "request_",
    [
        {"texts": TEXTS, "pictures": ["gallery:5", "gallery:199", "gallery:30"], "search": ""},
        pytest.param(
            {"texts": [f"{text} {number}" for number in range(8) for text in TEXTS], "search": "a blue car"}, marks=more
        ),
        {"search": "a xyzzy whale at night"},
    ],
)
def test_similarity(live: Any, request_: dict[str, Any]) -> None:
    explorer, watched = live("similarity", lambda page: change(page, "a cat", "Add a text…"))
    said = assert_said_alike(watched.page, explorer, {"texts": ["a fox"], **request_}, without_kinds={"progress"})
    assert [found.kind for found, _ in said] == ["matrix", *(["found"] if request_["search"] else [])]
    shown = watched.page.evaluate("said.findLast(({ content }) => content.kind === 'thumbnails').content.data.references")
    beside = {name for found, _ in said if found.kind == "found" for name in found.references if int(name.split(":")[1]) >= 48}
    assert beside <= {*shown}
    assert watched.errors == []


@pytest.mark.parametrize(
    "text", ["a red apple", "一只狐狸 in a hat", *(pytest.param(text, marks=more) for text in ("xyzzy", "a fox " * 40, "a"))]
)
def test_embedding(live: Any, text: str) -> None:
    explorer, watched = live("embedding", lambda page: change(page, "a cat", "Search by text"))
    said = assert_said_alike(watched.page, explorer, {"search": text})
    assert [found.kind for found, _ in said] == ["placed"]
    assert watched.errors == []


def test_what_a_page_of_sentences_cannot_draw_it_says(live: Any) -> None:
    _, watched = live("embedding", lambda page: change(page, "a cat", "Search by text"))
    page = watched.page
    change(page, "a fox", "Denoising runs to follow")
    expect(page.locator(".dx-refused").filter(has_text="none that draws or looks at pictures")).to_be_visible()
    expect(page.get_by_label("Denoising runs to follow", exact=True)).to_have_value("")
    assert watched.errors == []


SAMPLER = {key: value for key, value in FIRST.items() if key != "sampler"}
TIMES = {"network_seconds", "own_seconds"}


@pytest.mark.parametrize(
    "request_",
    [
        {"steps": 3, "samplers": ["ddim", "euler", "heun", "dpmpp_2m", "euler_a", "ddpm"], "prompt": "a xyzzy robot"},
        pytest.param({"steps": 5, "samplers": ["ddpm", "heun"], "guidance_scale": 1.0}, marks=more),
    ],
)
def test_samplers(live: Any, request_: dict[str, Any]) -> None:
    explorer, watched = live("sampler", lambda page: change(page, "a cat"), **SAMPLER)
    assert_said_alike(watched.page, explorer, {**SAMPLER, **request_}, without=TIMES)
    for found in asked(watched.page, "sampler", request_of(explorer), "end"):
        if found.kind == "end":
            assert all(row.own_seconds >= 0 < row.network_seconds for row in found.rows)  # a page's clock has coarse ticks
    assert watched.errors == []
