"""The similarity explorer shows what the model says, sends little, and survives what it is given."""

from __future__ import annotations

import io
import math
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from ipywidgets.widgets.widget import _instances
from PIL import Image
from traitlets import TraitError

import diffexplain as dx
from diffexplain.core.similarity import cosine, retrieval
from diffexplain.explorers.messages import Progress
from diffexplain.explorers.shelf import Shelf
from diffexplain.explorers.similarity import artist, fields
from diffexplain.explorers.similarity.gallery import SEARCHED, SHOWN, thumbnail
from diffexplain.explorers.similarity.messages import Candidate, Found, Matrix, Spent, Thumbnails
from diffexplain.live.messages import Message, encode
from diffexplain.models import ModelError
from diffexplain.models.clip import bundled_clip, load_clip
from tests import tiny, tiny_clip, tiny_t5
from tests.explorers.conftest import after, assert_refused, of, page_says


@pytest.fixture(scope="module")
def clip() -> Any:
    return tiny_clip.clip()


@pytest.fixture
def explorer(clip: Any, pipe: Any, made: Callable[..., Any]) -> dx.SimilarityExplorer:
    return made(dx.SimilarityExplorer, ["gallery:1", "gallery:2"], ["a red circle", "blue", "a"], clip=clip, pipeline=pipe)


def test_it_is_live_on_the_bundled_model_with_no_arguments(made: Callable[..., Any]) -> None:
    explorer = made(dx.SimilarityExplorer)
    (matrix,) = of(explorer, Matrix)
    clip = bundled_clip()
    scenes = [dx.scenes.gallery(48)[number] for number in SHOWN]
    ids = clip.tokenizer([scene.caption for scene in scenes], padding=True, return_tensors="pt")
    pixels = clip.processor(images=[scene.image for scene in scenes], return_tensors="pt").pixel_values
    with torch.inference_mode():
        own = clip.model(input_ids=ids["input_ids"], attention_mask=ids["attention_mask"], pixel_values=pixels).logits_per_image
    np.testing.assert_allclose(matrix.temperature * matrix.cosines, own.numpy(), atol=2e-3)
    assert (matrix.cosines.argmax(1) == np.arange(len(SHOWN))).all()  # the model knows its world
    assert np.array_equal(explorer.cosines, matrix.cosines)
    assert of(explorer, Thumbnails) == []  # the page has all of them on its sheet


def test_texts_are_in_the_language_in_force_where_the_model_reads_it(clip: Any, made: Callable[..., Any]) -> None:
    scenes = [dx.scenes.gallery(48)[number] for number in SHOWN]
    assert made(dx.SimilarityExplorer, language="zh").texts == [scene.caption_zh for scene in scenes]
    assert made(dx.SimilarityExplorer, clip=clip, language="zh").texts == [scene.caption for scene in scenes]


def test_thumbnails_come_first_and_once_and_an_update_is_its_cosines(explorer: dx.SimilarityExplorer, clip: Any) -> None:
    after(explorer, pictures=[Image.new("RGB", (40, 30), "teal"), "gallery:100"])
    assert [message.kind for message in explorer.recorded] == ["thumbnails", "status", "status", "matrix", "status"]
    (thumbnails,), (matrix,) = of(explorer, Thumbnails), of(explorer, Matrix)
    assert thumbnails.references == explorer.pictures == matrix.request.pictures
    assert matrix.request.texts == ["a red circle", "blue", "a"]
    points = clip.embed_pictures([explorer.shelf.get(reference) for reference in explorer.pictures])
    np.testing.assert_allclose(matrix.cosines, cosine(points, clip.embed_texts(explorer.texts)), atol=1e-5)
    assert matrix.temperature == clip.temperature
    heard: list[Any] = []
    stop = explorer.on_message(heard.append)
    after(explorer, texts=["another text"])
    assert sum(len(buffer) for message in heard for buffer in encode(message, 2, 0).buffers) == explorer.cosines.nbytes
    first = explorer.pictures[0]
    after(explorer, pictures=["gallery:100", "gallery:101"])
    stop()
    (thumbnails,) = of(heard, Thumbnails)  # one message has all: it is there for whoever comes late
    assert set(thumbnails.references) == {first, "gallery:100", "gallery:101"}
    assert of(explorer, Thumbnails) == [thumbnails]


def test_what_was_embedded_once_is_not_embedded_again(explorer: dx.SimilarityExplorer, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    kind, own = type(explorer.clip), type(explorer.clip).embed_texts
    monkeypatch.setattr(kind, "embed_texts", lambda self, texts, *rest: asked.append(len(texts)) or own(self, texts, *rest))
    after(explorer, texts=["blue", "green", "green"])  # identical ones are one
    assert asked == [1]
    assert np.array_equal(explorer.cosines[:, 1], explorer.cosines[:, 2])


def test_an_upload_of_the_page_joins_the_others(explorer: dx.SimilarityExplorer) -> None:
    data = io.BytesIO()
    Image.new("RGBA", (5, 5), (255, 0, 0, 0)).save(data, "PNG")

    page_says(explorer, "picture", data.getvalue(), field="pictures")
    explorer.wait(60)
    assert explorer.pictures[:2] == ["gallery:1", "gallery:2"]
    assert explorer.shelf.get(explorer.pictures[2]).getpixel((0, 0)) == (255, 255, 255)
    assert explorer.cosines.shape == (3, 3)
    wire = explorer.comm
    wire.sent.clear()
    page_says(explorer, "picture", b"no picture at all", field="pictures")
    page_says(explorer, "picture", data.getvalue(), field="elsewhere")
    after(explorer, pictures=["gallery:0"] * 64)
    page_says(explorer, "picture", data.getvalue(), field="pictures")
    refused = [content["data"]["field"] for content in wire.contents if content["kind"] == "refused"]
    assert refused == ["pictures", "elsewhere", "pictures"]


def test_a_drawn_picture_is_the_pipelines_own(explorer: dx.SimilarityExplorer, pipe: Any) -> None:
    heard: list[Message] = []
    explorer.on_message(heard.append)
    after(explorer, pictures=["drawn:3:a red circle"])
    call = {"num_inference_steps": artist.STEPS, "guidance_scale": artist.GUIDANCE}
    (image,) = pipe("a red circle", generator=torch.Generator().manual_seed(3), **call).images
    points = explorer.clip.embed_pictures([image])
    np.testing.assert_allclose(explorer.cosines, cosine(points, explorer.clip.embed_texts(explorer.texts)), atol=1e-4)
    drawing = [progress for progress in of(heard, Progress) if progress.task == "drawing"]
    assert [progress.done for progress in drawing] == list(range(1, artist.STEPS + 1))
    assert [progress for progress in of(explorer, Progress) if progress.task == "drawing"] == drawing[-1:]
    after(explorer, texts=["a"])
    assert of(explorer, Progress) == []  # kept


def test_retrieval_is_a_sort_of_the_whole_gallery(explorer: dx.SimilarityExplorer, clip: Any) -> None:
    after(explorer, search="a red circle")
    (found,) = of(explorer, Found)
    gallery = clip.embed_pictures([scene.image for scene in dx.scenes.gallery(SEARCHED)])
    by_hand = retrieval(clip.embed_texts(["a red circle"])[0], gallery, 12)
    assert found.references == [f"gallery:{number}" for number in by_hand.indices]
    np.testing.assert_allclose(found.cosines, by_hand.cosines, atol=1e-5)
    assert len(found.all_cosines) == SEARCHED
    assert (np.diff(found.all_cosines) <= 0).all()
    assert any(progress.task == "gallery" for progress in of(explorer, Progress))
    after(explorer, search="blue")
    assert of(explorer, Progress) == []  # the gallery is embedded once


def test_both_ways_cost_the_same_and_that_is_counted(explorer: dx.SimilarityExplorer, pipe: Any) -> None:
    after(explorer, older_steps=2, older_prompt="a red circle", older_seed=5)
    candidates, (spent,) = of(explorer, Candidate), of(explorer, Spent)
    many = [candidate for candidate in candidates if candidate.way == "unguided"]
    assert [candidate.way for candidate in candidates] == ["unguided"] * 16 + ["guided"] * 8
    assert (spent.unguided, spent.guided) == (16 * 2, 8 * 2 * 2)
    assert [candidate.seed for candidate in many] == list(range(5, 21))
    call = {"num_inference_steps": 2, "guidance_scale": 1.0}
    (image,) = pipe("a red circle", generator=torch.Generator().manual_seed(7), **call).images
    expected = float(cosine(explorer.clip.embed_pictures([image]), explorer.clip.embed_texts(["a red circle"])))
    assert many[2].cosine == pytest.approx(expected, abs=1e-4)
    assert not pipe.unet._forward_pre_hooks
    after(explorer, texts=["blue"])  # the matrix changes, what was drawn is said again and not drawn again
    again = of(explorer, Candidate)
    assert [candidate.cosine for candidate in again] == [candidate.cosine for candidate in candidates]
    assert of(explorer, Progress) == []


def test_where_guidance_asks_once_as_many_guided_pictures_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Flux has its guidance inside the network: the costs are counted, not assumed."""
    made = artist.Batch("guided", [0], [], 4)
    monkeypatch.setattr(
        artist, "draw", lambda pipe, prompt, seeds, steps, guidance, tell: ([Image.new("RGB", (8, 8))] * len(seeds), made.rows)
    )
    batches = list(artist.both_ways(None, artist.BothWaysPlan("a", 1, 0, 5.0), {}, lambda done, total: None))
    assert [batch.way for batch in batches] == ["unguided"] * 4 + ["guided"] * 4


def test_cancelling_in_the_middle_keeps_the_matrix_and_what_was_drawn(explorer: dx.SimilarityExplorer, pipe: Any) -> None:
    begun = threading.Event()
    stop = explorer.on_message(lambda message: begun.set() if isinstance(message, Candidate) else None)
    explorer.older_steps, explorer.older_prompt = 30, "a red circle"
    assert begun.wait(60)
    page_says(explorer, "cancel")
    explorer.wait(60)
    stop()
    assert explorer.status == "done"  # the matrix is whole
    assert 0 < len(of(explorer, Candidate)) < 24
    assert not pipe.unet._forward_pre_hooks
    page_says(explorer, "run")
    explorer.wait(120)
    assert len(of(explorer, Candidate)) == 24


def test_a_long_text_is_told_where_it_was_cut(explorer: dx.SimilarityExplorer) -> None:
    after(explorer, texts=["a", "a red circle " * 769])
    (matrix,) = of(explorer, Matrix)
    (cut,) = matrix.cut
    assert (cut.text, cut.read) == (1, explorer.clip.token_limit)
    assert cut.tokens > cut.read
    pictures = explorer.clip.embed_pictures([explorer.shelf.get(reference) for reference in explorer.pictures])
    beginning = explorer.clip.embed_texts([explorer.texts[1][: cut.characters]])
    np.testing.assert_allclose(explorer.cosines[:, 1:], cosine(pictures, beginning), atol=1e-5)


def test_a_gallery_of_one_and_the_largest_matrix(explorer: dx.SimilarityExplorer) -> None:
    for count in (1, 64):
        after(explorer, pictures=[f"gallery:{at}" for at in range(count)], texts=[f"a {at}" for at in range(count)])
        assert explorer.cosines.shape == (count, count)
        assert len(explorer.still(explorer.recorded)) < 60_000


def test_a_clip_without_a_vision_tower_is_refused_and_leaves_nothing(pipe: Any) -> None:
    widgets, threads = len(_instances), threading.active_count()
    with pytest.raises(ModelError, match="no vision tower"):
        dx.SimilarityExplorer(clip=pipe.text_encoder)
    assert (len(_instances), threading.active_count()) == (widgets, threads)


def test_pictures_alone_bring_their_own_texts(clip: Any, pipe: Any, made: Callable[..., Any]) -> None:
    pictures = ["gallery:5", "drawn:3:a red circle", Image.new("RGB", (4, 4))]
    explorer = made(dx.SimilarityExplorer, iter(pictures), clip=clip, pipeline=pipe)
    assert explorer.texts == [dx.scenes.gallery(6)[5].caption, "a red circle"]
    assert len(explorer.pictures) == 3
    with pytest.raises(TraitError, match="1999"):
        dx.SimilarityExplorer(["gallery:2000"], clip=clip, pipeline=pipe)


BAD = [
    ("texts", [], "1 to 64"),
    ("texts", "a fox", "list"),
    ("texts", 5, "list"),
    ("texts", ["a"] * 65, "65"),
    ("texts", ["a", 3], "3"),
    ("texts", ["a" * 10_001], "10,000"),
    ("pictures", [], "1 to 64"),
    ("pictures", "gallery:1", "list"),
    ("pictures", ["gallery:-1"], "gallery"),
    ("pictures", ["gallery:5000"], "1999"),
    ("pictures", ["upload:000000000000"], "not here"),
    ("pictures", ["/no/such/picture.png"], "read"),
    ("pictures", ["drawn:a fox"], "drawn:SEED:PROMPT"),
    ("pictures", [f"drawn:{2**60}:a"], "2\\*\\*53"),
    ("pictures", [None], "None"),
    ("show", "softmax", "softmax_rows"),
    ("pair", [1], "two whole numbers"),
    ("pair", "ab", "two whole numbers"),
    ("place", "nowhere", "search"),
    ("search", 3, "text"),
    ("older_guidance", 1.0, "above 1"),
    ("older_guidance", math.nan, "0 to 100"),
    ("older_steps", 0, "1 to 1000"),
    ("older_seed", -1, "0 to"),
]


@pytest.fixture(scope="module")
def small() -> Iterator[Any]:
    """For tests that change nothing."""
    explorer = dx.SimilarityExplorer(["gallery:1"], ["a", "b"], clip=tiny_clip.clip(), pipeline=tiny.sd()).wait(60)
    yield explorer
    explorer.close()


@pytest.mark.parametrize(("field", "value", "words"), BAD)
def test_a_bad_value_is_said_and_loses_nothing(small: Any, field: str, value: Any, words: str) -> None:
    assert_refused(small, field, value, words)


@given(
    st.one_of(
        st.none(),
        st.integers(),
        st.text(max_size=9),
        st.lists(st.one_of(st.text(max_size=20), st.integers(), st.binary(max_size=9)), max_size=4),
    )
)
def test_a_check_gives_plain_lists_or_one_line(value: Any) -> None:
    for check in (fields.texts, partial(fields.pictures, shelf=Shelf()), fields.pair):
        try:
            plain = check("field", value)
        except ValueError as error:
            assert "\n" not in str(error)  # noqa: PT017
            assert len(str(error)) < 500  # noqa: PT017
        else:
            assert type(plain) is list


@given(
    st.integers(0, 2**53 - 1),
    st.text(max_size=40).filter(lambda text: not any("\ud800" <= letter <= "\udfff" for letter in text)),
)
def test_a_drawn_reference_gives_back_what_it_was_made_of(seed: int, prompt: str) -> None:
    assert fields.drawn("pictures", f"drawn:{seed}:{prompt}") == (seed, prompt)


@pytest.mark.parametrize("size", [(1, 1), (1024, 3), (512, 512)])
def test_thumbnails_are_small(size: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    picture = thumbnail(Image.fromarray(noise))
    assert len(picture.data) <= 2300
    assert max(picture.width, picture.height) <= 96


def test_folders_work_as_the_model_itself(
    explorer: dx.SimilarityExplorer, tmp_path: Path, clip: Any, made: Callable[..., Any]
) -> None:
    for part in (clip.model, clip.tokenizer, clip.processor):
        part.save_pretrained(tmp_path)
    other = made(dx.SimilarityExplorer, explorer.pictures, explorer.texts, clip=tmp_path, show="scaled")
    np.testing.assert_allclose(other.cosines, explorer.cosines, atol=1e-5)
    assert load_clip(tmp_path).name == str(tmp_path)


def test_a_pipeline_that_packs_its_latents_draws_as_well(made: Callable[..., Any]) -> None:
    pipe = tiny_t5.flux()
    pipe.default_sample_size = 8  # its own is 128: latents of 16,384 places
    asked = {"pictures": ["gallery:1", "drawn:3:a red circle"], "texts": ["a fox"], "older_prompt": "a fox", "older_steps": 1}
    explorer = made(dx.SimilarityExplorer, clip=tiny_clip.clip(), pipeline=pipe, **asked)
    assert explorer.status == "done"
    assert explorer.cosines.shape == (2, 1)
