"""Explorers in a page that generates: each says what Python's says, field by field, and draws what is changed in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, expect

import diffexplain as dx
from diffexplain.core.projection import NEIGHBOURS, nearest
from diffexplain.explorers.sampler import measure, reference
from diffexplain.explorers.sampler.ways import film
from diffexplain.maps.shipped import shipped_atlas
from diffexplain.models.clip import bundled_clip
from tests.browser.conftest import Watched
from tests.browser.in_page import MINUTE, asked, assert_alike, assert_said_alike, change, drawn, messages_of, opened, request_of
from tests.browser.static_host import ELSEWHERE, hosted

pytestmark = pytest.mark.browser
more = pytest.mark.more


FIRST = {"prompt": "a fox", "negative_prompt": "", "seed": 7, "steps": 3, "guidance_scale": 4.0, "sampler": "ddim"}
GUIDANCE = {**FIRST, "scales": [0.0, 1.0, 4.0]}
WAYS = {"guidance_scale": 0.5, "rescale": 0.3, "interval": [0.3, 1.0], "schedule": [9.0, 0.0], "parallel": 0.4}
SEED = {**FIRST, "count": 4, "frames": 3, "other_prompt": "", "walk": None}
SAMPLER = {key: value for key, value in FIRST.items() if key != "sampler"}
MOST = ["ddim", "heun", "dpmpp_2m", "euler_a"]


@dataclass(frozen=True)
class Opened:
    """An explorer whose page was exported and has drawn what was typed into it.

    Attributes:
        explorer: In Python; it remembers nothing of what was exported, as the page does not.
        watched: Its page.
        typed: The request that this was.
        said: What the page's thread has said of it.
    """

    explorer: Any
    watched: Watched
    typed: dict[str, Any]
    said: list[Any]


EXPORTED = {  # fields, the label of what is typed then, and the field that this is
    "guidance": (GUIDANCE | WAYS, "Prompt", {"prompt": "a tree"}),
    "seed": (SEED | {"steps": 2, "walk": [8, 10], "other_prompt": "a robot on xyzzy"}, "Prompt", {"prompt": "a xyzzy robot"}),
    "sampler": (SAMPLER | {"samplers": MOST}, "Prompt", {"prompt": "a xyzzy robot"}),
    "similarity": ({}, "Add a text…", {"texts": ["a cat"]}),
    "embedding": ({}, "Search by text", {"search": "a cat"}),
}


@pytest.fixture(scope="module", autouse=True)
def _a_long_run_is_short() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reference, "STEPS", 18)  # more than its film has pictures
        yield


@pytest.fixture(scope="module")
def live(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Opened]]:
    """Opens an explorer's page; each once."""
    made: dict[str, Opened] = {}
    open_: list[Any] = []

    def of(name: str) -> Opened:
        if name not in made:
            fields, label, typed = EXPORTED[name]
            with closing(dx.explorers()[name](**fields)) as exported:
                folder = Path(exported.wait(300).to_html(tmp_path_factory.mktemp("live") / name, live=True)).parent
            explorer = dx.explorers()[name](**fields | typed)
            host = hosted(folder, {})
            page = opened(browser, host.__enter__().address, proxy=ELSEWHERE)
            watched = page.__enter__()
            open_.extend([explorer.close, lambda: page.__exit__(None, None, None), lambda: host.__exit__(None, None, None)])
            (text,) = typed.values()
            change(watched.page, text if isinstance(text, str) else text[-1], label)
            drawn(watched.page)
            made[name] = Opened(explorer, watched, fields | typed, messages_of(watched.page, 2, name))
        return made[name]

    yield of
    for close in open_:
        close()


def test_guidance(live: Any) -> None:
    page = live("guidance")
    assert_said_alike(page.watched.page, page.explorer, page.typed, said=page.said)
    assert page.watched.errors == []


@more
@pytest.mark.parametrize(  # each with a sentence of its own: neither side remembers anything of it
    "request_",
    [
        {"prompt": "a red robot", "negative_prompt": "a fox", "sampler": "heun", "steps": 3, "scales": [0.0, 0.5, 1.0, 8.0]},
        {
            "prompt": "a star",
            "guidance_scale": 12.0,
            "parallel": 1.0,
            "rescale": 0.0,
            "interval": [0.0, 1.0],
            "sampler": "euler_a",
            "steps": 2,
        },
    ],
)
def test_guidance_as_the_thread_is_asked(live: Any, request_: dict[str, Any]) -> None:
    page = live("guidance")
    assert_said_alike(page.watched.page, page.explorer, GUIDANCE | request_)
    assert page.watched.errors == []


def test_guidance_between_two_equal_halves(live: Any) -> None:
    """All pictures are the same then, and which scale is enough, the last bits decide."""
    page = live("guidance")
    assert_said_alike(
        page.watched.page, page.explorer, {**GUIDANCE, "negative_prompt": "a fox", "steps": 2}, without={"enough"}
    )


def test_what_guidance_has_drawn_is_not_drawn_again(live: Any) -> None:
    page = live("guidance")
    thread, request = page.watched.page, request_of(page.explorer) | {"prompt": "a dog", "steps": 2}

    def drawn_for(**changes: Any) -> list[str]:
        thread.evaluate("said.length = 0")
        found = asked(thread, "guidance", request | changes, "none")
        assert [message.kind for message in found if message.kind in {"scales", "ways"}] == ["scales", "ways"]
        return thread.evaluate(
            "said.filter(({ content }) => content.kind === 'drawing').map(({ content }) => content.data.what)"
        )  # type: ignore[no-any-return]

    assert drawn_for() == ["scales"] * 2 + ["ways"] * 2
    assert drawn_for(scales=[1.0, 2.0]) == ["scales"] * 2
    assert drawn_for(scales=[1.0, 2.0], rescale=0.1) == ["ways"] * 2
    assert drawn_for(scales=[1.0, 2.0], rescale=0.1) == []


def assert_seeds_alike(page: Opened, request: dict[str, Any], said: list[Any] | None = None) -> None:
    pairs = assert_said_alike(page.watched.page, page.explorer, request, without={"ends"}, said=said)
    for found, wanted in pairs:
        if found.kind == "walk":  # a level of 256 more or less is next to nothing
            assert found.ends == pytest.approx(wanted.ends, abs=1.5 / 255)
    assert page.watched.errors == []


def test_seeds(live: Any) -> None:
    page = live("seed")
    assert_seeds_alike(page, page.typed, page.said)


@more
@pytest.mark.parametrize(
    "request_",
    [
        {"sampler": "euler_a", "steps": 2, "walk": [10, 7], "frames": 4, "guidance_scale": 1.0},
        {"sampler": "heun", "steps": 2, "other_prompt": "a cat", "negative_prompt": "a dog"},
    ],
)
def test_seeds_as_the_thread_is_asked(live: Any, request_: dict[str, Any]) -> None:
    assert_seeds_alike(live("seed"), SEED | request_)


def test_what_is_on_the_wall_is_not_drawn_again(live: Any) -> None:
    """As in Python: what is new of a request is drawn alone."""
    page = live("seed")
    request = request_of(page.explorer) | SEED | {"prompt": "a dog", "steps": 1}
    for changes, drawn_ in [
        ({}, 4),
        ({"walk": [7, 9]}, 6),
        ({"walk": [7, 9], "other_prompt": "a frog"}, 4),
        ({"prompt": "a frog", "other_prompt": "a dog"}, 0),
    ]:
        found = asked(page.watched.page, "seed", request | changes, "none")
        assert [message.drawn for message in found if message.kind == "end"] == [drawn_], changes


def test_a_walk_is_given_up_when_one_of_its_seeds_leaves_the_wall(live: Any) -> None:
    watched = live("seed").watched
    page = watched.page
    tiles = page.locator(".dx-left .dx-wall-tile")
    page.get_by_role("button", name="Clear").click()
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
    page = live("similarity")
    explorer, watched = page.explorer, page.watched
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
    page = live("embedding")
    explorer, watched = page.explorer, page.watched
    said = assert_said_alike(watched.page, explorer, {"search": text})
    assert [found.kind for found, _ in said] == ["placed"]
    assert watched.errors == []


def test_what_a_page_of_sentences_cannot_draw_it_says(live: Any) -> None:
    watched = live("embedding").watched
    page = watched.page
    change(page, "a fox", "Denoising runs to follow")
    expect(page.locator(".dx-refused").filter(has_text="none that draws or looks at pictures")).to_be_visible()
    expect(page.get_by_label("Denoising runs to follow", exact=True)).to_have_value("")
    assert watched.errors == []


def assert_placed_alike(explorer: Any, found: Any, wanted: Any) -> None:
    """Compare places: of a picture whose last neighbour on the map is no nearer than the next, the last digit decides where it lies."""
    off = np.abs(found.places - wanted.places).max(1)
    (far,) = np.nonzero(off > 1e-3 * max(1, np.abs(wanted.places).max()))
    if not len(far):
        return
    vae, indices = explorer.pipeline.vae, [wanted.indices[at] for at in far]
    if wanted.row < len(explorer.traces):
        _, images = measure.decoded(torch.cat([explorer.traces[wanted.row].steps[index].x0 for index in indices]), vae)
    else:
        _, pictured = film(explorer.references[0], vae)
        images = [pictured[at] for at in far]
    fitted = shipped_atlas().maps["umap"].embeddings
    _, distances = nearest(fitted, bundled_clip().embed_pictures(images).numpy(), NEIGHBOURS + 1)
    assert (distances[:, -1] - distances[:, -2] < 5e-4).all(), f"placed.places of row {wanted.row}: {distances[:, -2:]}"


def assert_samplers_alike(page: Opened, request: dict[str, Any], said: list[Any] | None = None) -> None:
    without = {"network_seconds", "own_seconds", "places"}
    pairs = assert_said_alike(page.watched.page, page.explorer, request, without=without, said=said)
    for found, wanted in pairs:
        if found.kind == "ground":
            assert_alike(found.places, wanted.places, "ground.places")
        elif found.kind == "placed":
            assert_placed_alike(page.explorer, found, wanted)
    (end,) = [found for found, _ in pairs if found.kind == "end"]
    assert all(row.own_seconds >= 0 < row.network_seconds for row in end.rows)  # a page's clock has coarse ticks
    assert page.watched.errors == []


def test_samplers(live: Any) -> None:
    page = live("sampler")
    assert_samplers_alike(page, page.typed, page.said)


@more
@pytest.mark.parametrize(
    "request_",
    [
        {"steps": 5, "samplers": ["ddpm", "heun"], "guidance_scale": 1.0},
        {"prompt": "a red robot", "samplers": ["ddim", "euler", "heun", "dpmpp_2m", "euler_a", "ddpm"]},
    ],
)
def test_samplers_as_the_thread_is_asked(live: Any, request_: dict[str, Any]) -> None:
    assert_samplers_alike(live("sampler"), SAMPLER | request_)
