"""The map says what the CLIP says: neighbours, cosines, places; whoever's pictures and texts they are."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from ipywidgets.widgets.widget import _instances
from PIL import Image

import diffexplain as dx
from diffexplain.core.modality import PICTURE, TEXT
from diffexplain.core.preview import decode as decoded
from diffexplain.core.preview import to_pil
from diffexplain.core.record import record
from diffexplain.errors import ModelError, PictureError
from diffexplain.explorers.embedding.messages import Begin, Map, Placed, Step
from diffexplain.explorers.messages import Progress
from diffexplain.live.messages import encode
from diffexplain.maps.atlas import FOUND, MAPS, NEAR
from diffexplain.models.clip import Clip, bundled_clip
from tests import tiny, tiny_clip
from tests.explorers.conftest import after, assert_refused, of, page_says

Opened = Callable[[Any], Any]


def colours(count: int) -> list[Image.Image]:
    random = np.random.default_rng(0)
    return [Image.fromarray(random.integers(0, 255, (24, 24, 3), np.uint8)) for _ in range(count)]


TEXTS = [f"a {colour} {shape}" for colour in ("red", "green", "blue") for shape in ("circle", "square", "cross")]


@pytest.fixture(scope="module")
def clip() -> Clip:
    return tiny_clip.clip()


@pytest.fixture
def quiet(made: Opened) -> dx.EmbeddingExplorer:
    """The shipped map and nothing asked of it."""
    return made(dx.EmbeddingExplorer, search="")


@pytest.fixture
def own(clip: Clip, made: Opened) -> dx.EmbeddingExplorer:
    return made(dx.EmbeddingExplorer, colours(9), TEXTS, clip=clip)


# The map that ships


def test_the_first_paint_needs_no_torch_and_no_umap() -> None:
    code = (
        "import sys, diffexplain as dx\n"
        "e = dx.EmbeddingExplorer(search='').wait(30)\n"
        "print(e.status, len(e.recorded), *(m for m in ('torch', 'umap', 'transformers') if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split()[0] == "done"
    assert done.stdout.split()[2:] == []


def test_the_message_holds_together(quiet: dx.EmbeddingExplorer) -> None:
    (found,) = of(quiet, Map)
    count = len(found.kinds)
    assert found.places.shape == (len(MAPS), count, 2)
    assert found.near.shape == found.near_cosines.shape == (count, 2 * NEAR)
    assert np.isfinite(found.places).all()
    for category in [*found.categories, found.labels]:
        assert len(category.values) == count
        assert set(np.unique(category.values)) <= {*range(len(category.names)), 255}
    pictures = int((found.kinds == PICTURE).sum())
    assert found.sheet.width == found.columns * found.tile
    assert (found.sheet.height // found.tile) * found.columns >= pictures
    assert np.all(found.kinds[:pictures] == PICTURE)
    assert np.all(found.kinds[found.partner[:pictures]] == TEXT)
    encoded = encode(found, 0, 0)
    assert sum(buffer.nbytes for buffer in encoded.buffers) + len(json.dumps(encoded.content)) < 2e6


# What is placed


def test_a_text_is_where_its_neighbours_say(quiet: dx.EmbeddingExplorer) -> None:
    atlas = quiet.atlas
    assert atlas is not None
    after(quiet, search="a red apple")
    (placed,) = of(quiet, Placed)
    point = bundled_clip().embed_texts(["a red apple"]).numpy()[0]
    cosines = atlas.embeddings @ point
    for kind, indices, told in ((PICTURE, placed.pictures, placed.picture_cosines), (TEXT, placed.texts, placed.text_cosines)):
        assert len(indices) == FOUND
        assert np.all(atlas.kinds[indices] == kind)
        np.testing.assert_allclose(told, cosines[indices], atol=1e-4)
        np.testing.assert_allclose(told, np.sort(cosines[atlas.kinds == kind])[::-1][:FOUND], atol=1e-4)
    near = atlas.maps["umap"].points[np.argsort(-cosines)[:15]]
    assert np.all(near.min(0) - 1e-3 <= placed.places[0])
    assert np.all(placed.places[0] <= near.max(0) + 1e-3)
    np.testing.assert_allclose(placed.places[1], (point - atlas.maps["pca"].mean) @ atlas.maps["pca"].axes.T, atol=1e-4)


def test_english_and_chinese_of_the_same_thing_find_the_same(quiet: dx.EmbeddingExplorer) -> None:
    found = []
    for text in ("a fox", "一只狐狸"):
        (placed,) = of(after(quiet, search=text).recorded, Placed)
        found.append(set(placed.pictures.tolist()))
    assert len(found[0] & found[1]) >= FOUND // 2


def test_a_picture_of_the_map_lies_on_itself(quiet: dx.EmbeddingExplorer) -> None:
    after(quiet, picture=dx.scenes.gallery(6, things="core")[5].image)
    (placed,) = of(quiet, Placed)
    assert placed.what == "picture"
    assert placed.pictures[0] == 5
    assert placed.picture_cosines[0] == pytest.approx(1, abs=1e-3)
    np.testing.assert_allclose(placed.places[1], quiet.atlas.maps["pca"].points[5], atol=5e-3)


def test_an_upload_from_the_page_is_placed_and_no_picture_is_refused(quiet: dx.EmbeddingExplorer, tmp_path: Path) -> None:
    colours(1)[0].save(tmp_path / "one.png")
    page_says(quiet, "picture", (tmp_path / "one.png").read_bytes(), field="picture")
    quiet.wait(60)
    assert quiet.picture.startswith("upload:")
    assert [placed.what for placed in of(quiet, Placed)] == ["picture"]
    before = quiet.picture
    wire: Any = quiet.comm
    wire.sent.clear()
    page_says(quiet, "picture", b"no picture", field="picture")
    (refused,) = [message for message in wire.contents if message["kind"] == "refused"]
    assert refused["data"]["field"] == "picture"
    assert quiet.picture == before


def test_a_long_text_says_how_far_it_is_read(quiet: dx.EmbeddingExplorer) -> None:
    (placed,) = of(after(quiet, search="a red apple " * 833).recorded, Placed)
    assert 0 < placed.read < 200


# Runs that pass through


def test_paths_are_the_runs_own_predicted_originals(clip: Clip, made: Opened) -> None:
    pipe = tiny.sd()
    lanes = [("a red circle", 3), ("a red circle", 4), ("a blue square", 3), ("a blue square", 4)]
    given = {"prompts": ["a red circle", "a blue square"], "seeds": [3, 4], "steps": 3}
    explorer = made(dx.EmbeddingExplorer, colours(9), TEXTS, clip=clip, pipeline=pipe, **given)
    (begin,), steps = of(explorer, Begin), of(explorer, Step)
    assert [(lane.prompt, lane.seed) for lane in begin.lanes] == lanes
    assert [step.index for step in steps] == list(range(begin.step_count)) == [0, 1, 2]
    for lane, (prompt, seed) in enumerate(lanes):
        with record(pipe) as trace:
            pipe(prompt, num_inference_steps=3, guidance_scale=4.0, generator=torch.Generator("cpu").manual_seed(seed))
        pictures = [to_pil(decoded(step.x0[:1], pipe.vae))[0] for step in trace.steps]
        seen, wanted = clip.embed_pictures(pictures).numpy(), clip.embed_texts([prompt]).numpy()[0]
        np.testing.assert_allclose([step.cosines[lane] for step in steps], seen @ wanted, atol=0.02)


def test_a_search_does_not_run_the_denoiser_again(clip: Clip, monkeypatch: pytest.MonkeyPatch, made: Opened) -> None:
    pipe = tiny.sd()
    explorer = made(dx.EmbeddingExplorer, colours(9), TEXTS, clip=clip, pipeline=pipe, prompts=["a red circle"], steps=2)
    before = of(explorer, Step)
    monkeypatch.setattr(pipe.unet, "forward", None)  # whoever asks the network now fails
    assert after(explorer, search="a cross").status == "done"
    assert len(of(explorer, Step)) == len(before) == 2
    with pytest.raises(TypeError):
        after(explorer, steps=3)


# A map of one's own


def test_own_pictures_and_texts_are_mapped(own: dx.EmbeddingExplorer, clip: Clip) -> None:
    (found,) = of(own, Map)
    assert own.search == ""
    assert found.kinds.tolist() == [0] * 9 + [1] * 9
    assert found.partner.tolist() == [*range(9, 18), *range(9)]  # as many texts as pictures: they are pairs
    assert own.atlas is not None
    np.testing.assert_allclose(own.atlas.embeddings[9:], clip.embed_texts(TEXTS).numpy(), atol=1e-5)
    tasks = [message.task for message in of(own, Progress)]
    assert list(dict.fromkeys(tasks)) == ["model", "pictures", "texts", "umap", "closed"]
    assert found.note == ""


def test_another_clip_is_shown_the_scene_world(monkeypatch: pytest.MonkeyPatch, clip: Clip, made: Opened) -> None:
    monkeypatch.setattr("diffexplain.explorers.embedding.collection.SCENES", 12)
    explorer = made(dx.EmbeddingExplorer, clip=clip, search="")
    (found,) = of(explorer, Map)
    assert [category.key for category in found.categories] == ["concept", "style", "ground", "kind"]
    assert found.captions[12].en == dx.scenes.gallery(1, things="core")[0].caption
    assert found.clip == "CLIPModel"
    assert found.width == clip.width


def test_two_fits_are_equal(own: dx.EmbeddingExplorer, clip: Clip, made: Opened) -> None:
    again = made(dx.EmbeddingExplorer, colours(9), TEXTS, clip=clip)
    np.testing.assert_array_equal(of(again, Map)[0].places, of(own, Map)[0].places)


def test_the_map_is_sent_once_and_said_again_to_who_comes_late(own: dx.EmbeddingExplorer) -> None:
    wire: Any = own.comm
    after(own, search="a red circle")
    after(own, search="a blue cross")
    assert [content["run"] for content in wire.contents if content["kind"] == "map"] == [0]
    wire.sent.clear()
    page_says(own, "ready")
    said = [content["kind"] for content in wire.contents]
    assert said[0] == "map"
    assert said.count("map") == 1
    assert "placed" in said


@pytest.mark.parametrize(
    ("pictures", "texts"),
    [(1, []), (0, ["a"]), (1, ["a red circle"]), (0, ["a red circle"] * 40), (4, TEXTS)],
    ids=["one picture", "one text", "one pair", "identical texts", "fewer than neighbours"],
)
def test_too_few_for_umap_are_shown_by_pca_and_that_is_said(clip: Clip, pictures: int, texts: list[str], made: Opened) -> None:
    explorer = made(dx.EmbeddingExplorer, colours(pictures), texts, clip=clip, search="a cross")
    (found,) = of(explorer, Map)
    assert "too few" in found.note
    assert np.isfinite(found.places).all()
    np.testing.assert_array_equal(found.places[0], found.places[1])
    assert len(of(explorer, Placed)) == 1
    assert explorer.still(explorer.recorded)


def test_a_fit_can_be_cancelled_and_asked_again(clip: Clip) -> None:
    explorer = dx.EmbeddingExplorer(colours(9), TEXTS, clip=clip, search="")
    begun = threading.Event()
    explorer.on_message(
        lambda message: begun.set() if isinstance(message, Progress) and message.task == "umap" and message.done else None
    )
    assert begun.wait(120)
    explorer.cancel()
    explorer.wait(60)
    if explorer.status == "cancelled":
        assert explorer.atlas is None
        page_says(explorer, "run")
    explorer.wait(120)
    assert explorer.status == "done"
    assert len(of(explorer, Map)) == 1
    explorer.close()


# What is not allowed


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("search", "a" * 10_001, "10,000"),
        ("search", 7, "text"),
        ("picture", "gallery:99999", "gallery"),
        ("picture", "upload:000000000000", "again"),
        ("prompts", "a fox", "list of 0 to 4"),
        ("prompts", ["a"] * 5, "list of 0 to 4"),
        ("prompts", [7], r"prompts\[0\] must be text"),
        ("seeds", [], "list of 1 to 4"),
        ("seeds", [-1], r"seeds\[0\]"),
        ("steps", 0, "1 to 1000"),
        ("steps", 1001, "1 to 1000"),
        ("guidance_scale", -1, "0 to 100"),
        ("projection", "tsne", "umap"),
        ("colour", "size", "concept"),
    ],
)
def test_a_bad_value_is_refused_and_nothing_is_lost(quiet: Any, field: str, value: Any, words: str) -> None:
    assert_refused(quiet, field, value, words)


@pytest.mark.parametrize(
    ("pictures", "texts", "words"),
    [
        ([], [], "nothing to make a map of"),
        (None, [7], "must be text"),
        ([b"no picture"], None, "no picture"),
        (None, ["a"] * 5001, "too many"),
        (None, ["a" * 10_001], "10,000"),
    ],
)
def test_what_no_map_can_be_made_of_is_refused_and_leaves_nothing(pictures: Any, texts: Any, words: str) -> None:
    widgets = len(_instances)
    with pytest.raises(ValueError, match=words) as raised:
        dx.EmbeddingExplorer(pictures, texts)
    assert isinstance(raised.value, (PictureError, ValueError))
    assert len(_instances) == widgets


def test_a_clip_without_a_vision_tower_is_refused_in_words() -> None:
    with pytest.raises(ModelError, match="vision"):
        dx.EmbeddingExplorer(clip=tiny_clip.clip().model.text_model)
