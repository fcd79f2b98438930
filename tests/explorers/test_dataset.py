"""The data set explorer: every figure has a source, wrong pairs are wrong and right ones right, and scores are those of the CLIP."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from traitlets import TraitError

import diffexplain as dx
from diffexplain import scenes
from diffexplain.core.filtering import best_threshold
from diffexplain.errors import CollectionError
from diffexplain.explorers.dataset import learned as learning
from diffexplain.explorers.dataset.explorer import BATCH
from diffexplain.explorers.dataset.messages import Batch, Begin, Learned, Learning, Mine, Scored, Sets
from diffexplain.explorers.dataset.own import Source, own_pairs
from diffexplain.explorers.dataset.pairs import KINDS, SIDE, Pair, is_chinese, other_ground, scene_pairs
from diffexplain.explorers.dataset.request import DatasetRequest
from diffexplain.explorers.dataset.sets import COCO, CONCEPTUAL_CAPTIONS, DATA_SETS, LAION_5B, YFCC100M
from diffexplain.models.clip import bundled_clip
from tests import tiny_clip
from tests.explorers.conftest import after, assert_refused, of

COLOURS = ("teal", "red", "gold", "navy", "black")


def pairs(**asked: Any) -> list[Pair]:
    return [pair for batch in scene_pairs(DatasetRequest(**asked), BATCH) for pair in batch]


def picture(colour: str) -> Image.Image:
    return Image.new("RGB", (12, 10), colour)


@pytest.fixture(scope="module")
def clip() -> Any:
    return tiny_clip.clip()


# The data sets of the field


def test_nothing_is_said_without_a_source() -> None:
    assert len(DATA_SETS) == 7
    for each in DATA_SETS:
        assert all(figure.source and figure.count > 0 for figure in each.figures)
        assert all(claim.source and claim.text for claim in [each.terms, each.made, *each.wrong])
        assert 2010 < each.year < 2026


def counts(data_set: Any, unit: str) -> list[int]:
    return [figure.count for figure in data_set.figures if figure.unit == unit]


def test_figures_agree_where_one_follows_from_others() -> None:
    whole, *languages, clean = counts(LAION_5B, "pairs")
    assert sum(languages) == whole > clean
    assert counts(YFCC100M, "pictures")[0] + counts(YFCC100M, "videos")[0] == 100_000_000  # the name says so
    assert counts(COCO, "captions")[1] == 413_915 + 202_520  # for training and for validation
    *_, listed, left = counts(CONCEPTUAL_CAPTIONS, "pairs")
    assert round(listed / (listed - left)) == 8  # one in eight is gone, it says


# Pairs of the scene world


@settings(max_examples=25)
@given(st.integers(4, 40), st.floats(0, 0.9), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_there_are_as_many_of_a_kind_as_was_asked(
    count: int, wrong: float, noisy: float, unseen: float, chinese: float
) -> None:
    found = pairs(count=count, wrong=wrong, noisy=noisy, unseen=unseen, chinese=chinese)
    assert len(found) == count
    assert sum(not pair.right for pair in found) == round(wrong * count)
    assert sum(pair.kind == "noisy" for pair in found) == round(noisy * (count - round(wrong * count)))
    assert sum(pair.unseen for pair in found) == round(unseen * count)
    assert sum(pair.chinese for pair in found) == round(chinese * count)


def test_what_was_wrong_stays_wrong_when_more_is_and_pictures_are_the_same() -> None:
    few, many = pairs(count=30, wrong=0.2), pairs(count=30, wrong=0.6)
    assert [one.kind for one, other in zip(few, many, strict=True) if not one.right] == [
        other.kind for one, other in zip(few, many, strict=True) if not one.right
    ]
    assert [one.image.tobytes() for one in few] == [other.image.tobytes() for other in many]
    assert [one.caption for one in few] != [one.caption for one in pairs(count=30, wrong=0.2, seed=1)]


def test_right_is_right_and_wrong_is_wrong() -> None:
    known = {scene.image.tobytes(): scene for scene in scenes.gallery(60, size=SIDE)}
    for pair in pairs(count=60, wrong=0.6, unseen=0):
        scene = known[pair.image.tobytes()]
        own = scene.caption_zh if pair.chinese else scene.caption
        if pair.kind == "right":
            assert pair.caption == own
        elif pair.kind == "noisy":
            assert own in pair.caption != own
        elif pair.kind == "mismatched":
            told = next(other for other in known.values() if pair.caption in (other.caption, other.caption_zh))
            assert not {each.name for each in told.objects} & {each.name for each in scene.objects}
        else:
            assert own != pair.caption
        assert is_chinese(own) == pair.chinese


@given(st.integers(0, 300), st.booleans())
def test_another_ground_is_no_ground_of_the_picture(seed: int, chinese: bool) -> None:
    scene = scenes.scene(seed, size=16)
    own = scene.caption_zh if chinese else scene.caption
    told = other_ground(scene, own, np.random.default_rng(seed))
    assert told != own
    assert ("色背景" if chinese else " background") in told
    colour = scenes.table.find_ground(scene.ground)
    assert (f"{colour.chinese}色背景" if chinese else f" {scene.ground} background") not in told


def test_what_the_clip_was_never_shown_is_of_the_things_kept_out() -> None:
    things = pairs(count=12, unseen=1, wrong=0, noisy=0, chinese=0)
    assert all(pair.unseen and any(name in pair.caption for name in scenes.HELD_OUT) for pair in things)


# Pairs of one's own


def in_a_folder(folder: Path, kind: str) -> Path:
    """Five pictures, each with the name of its colour, in one of the ways in which people keep them."""
    for colour in COLOURS:
        picture(colour).save(folder / f"{colour}.png")
    rows = [{"file_name": f"{colour}.png", "text": f"all {colour}"} for colour in COLOURS]
    if kind == "txt":
        for colour in COLOURS:
            (folder / f"{colour}.txt").write_text(f"all {colour}\n", "utf-8")
        (folder / "notes.txt").write_text("no picture is beside this", "utf-8")
        return folder
    if kind == "metadata.jsonl":
        (folder / kind).write_text("\n".join(map(json.dumps, rows)), "utf-8")
        return folder
    path = folder / kind
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # as a spreadsheet writes it
        writer = csv.DictWriter(file, ["file_name", "text"], delimiter="\t" if kind.endswith("tsv") else ",")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize("kind", ["txt", "metadata.jsonl", "mine.csv", "captions.tsv"])
def test_a_folder_and_a_table_are_read(tmp_path: Path, kind: str) -> None:
    source = Source(in_a_folder(tmp_path, kind))
    found = source.pairs(10)
    assert {caption: image.getpixel((0, 0)) for image, caption in found} == {
        f"all {colour}": picture(colour).getpixel((0, 0)) for colour in COLOURS
    }
    assert len(source.pairs(3)) == 3
    assert source.name in {tmp_path.name, kind}


class Streamed:
    """What `datasets` gives for ``streaming=True``: rows one after the other, and no length."""

    column_names = ("image", "caption")
    info = SimpleNamespace(dataset_name="colours")

    def __init__(self) -> None:
        self.read = 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for colour in COLOURS * 1000:
            self.read += 1
            yield {"image": picture(colour), "caption": [f"all {colour}", "another of five"], "id": self.read}


def test_a_stream_is_read_no_further_than_asked() -> None:
    stream = Streamed()
    source = Source(stream)
    assert stream.read == 0
    assert [caption for _, caption in source.pairs(4)] == [f"all {colour}" for colour in COLOURS[:4]]
    assert stream.read == 4
    assert source.name == "colours"


def test_a_name_on_the_hub_is_streamed_once_a_run_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def load_dataset(*given: Any, **named: Any) -> Streamed:
        asked.append((given, named))
        return Streamed()

    monkeypatch.setitem(sys.modules, "datasets", SimpleNamespace(load_dataset=load_dataset))
    source = Source("hf:someone/colours@validation")
    assert asked == []
    assert len(source.pairs(3)) == 3
    assert asked == [(("someone/colours",), {"split": "validation", "streaming": True})]


def test_without_the_package_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(CollectionError, match=r"pip install 'diffexplain\[data\]'"):
        Source("hf:someone/colours").pairs(3)


def test_a_list_without_an_end_is_read_as_far_as_a_run_may_ask() -> None:
    source = Source((picture("red"), "red") for _ in iter(int, 1))
    assert len(source.pairs(5)) == 5


@pytest.mark.parametrize("streaming", [False, True])
def test_a_data_set_of_the_package_itself(streaming: bool) -> None:
    datasets = pytest.importorskip("datasets")
    rows = {"image": [picture(colour) for colour in COLOURS], "text": [f"all {colour}" for colour in COLOURS]}
    whole = datasets.Dataset.from_dict(rows, features=datasets.Features(image=datasets.Image(), text=datasets.Value("string")))
    source = Source(whole.to_iterable_dataset() if streaming else whole)
    assert [caption for _, caption in source.pairs(9)] == rows["text"]
    assert source.pairs(9)[1][0].getpixel((0, 0)) == (255, 0, 0)


def test_own_captions_are_exchanged_on_purpose() -> None:
    found = [(picture(colour), f"all {colour}") for colour in COLOURS]
    assert all(pair.right for pair in own_pairs(found, 0, 0))
    mixed = own_pairs(found, 0.6, 0)
    assert [pair.kind for pair in mixed].count("mismatched") == 3
    assert all((pair.caption == own) == pair.right for pair, (_, own) in zip(mixed, found, strict=True))
    same = own_pairs([(picture("red"), "all alike")] * 4, 0.5, 0)
    assert all(pair.right for pair in same)  # another's caption is this one's, too


BAD: dict[str, tuple[Callable[[Path], Any], str]] = {
    "no such folder": (lambda _: "nowhere/at/all", "there is no folder or table"),
    "a number": (lambda _: 7, "holds no pairs"),
    "bytes": (lambda _: b"abc", "holds no pairs"),
    "an empty folder": (lambda path: path, "holds 0 pairs and at least two"),
    "several parts": (lambda _: {"train": [], "test": []}, "several parts .train, test.; give one of them"),
    "one pair": (lambda _: [(picture("red"), "red")], "holds 1 pairs"),
    "no pair": (lambda _: ["red", "blue"], "give .picture, caption."),
    "no picture": (lambda _: [(b"no picture", "red"), (picture("red"), "red")], "pair 0: .* no picture"),
    "no text": (lambda _: [(picture("red"), "red"), (picture("red"), 3)], "pair 1: caption must be text"),
    "other columns": (lambda _: [{"image": picture("red"), "label": 3}] * 2, "one of caption, text"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_pair_is_said_with_its_number(tmp_path: Path, case: str) -> None:
    make, words = BAD[case]
    with pytest.raises(CollectionError, match=words):
        Source(make(tmp_path)).pairs(10)


def test_a_damaged_table_is_said(tmp_path: Path) -> None:
    (tmp_path / "metadata.jsonl").write_text('{"file_name": "a.png", "text"', "utf-8")
    with pytest.raises(CollectionError, match=r"metadata.jsonl can't be read"):
        Source(tmp_path).pairs(3)


# The explorer


def test_scores_are_the_clips_own_cosines(made: Callable[..., Any], clip: Any) -> None:
    explorer = made(dx.DatasetExplorer, clip=clip, count=9, seed=3)
    (begin,), batches, (done,) = (of(explorer.recorded, kind) for kind in (Begin, Batch, Scored))
    found = pairs(count=9, seed=3)
    seen = clip.embed_pictures([pair.image for pair in found])
    read = clip.embed_texts([pair.caption for pair in found])
    np.testing.assert_allclose(explorer.scores, (seen * read).sum(1), atol=1e-5)
    np.testing.assert_array_equal(np.concatenate([batch.scores for batch in batches]), explorer.scores)
    assert [KINDS[kind] for batch in batches for kind in batch.kinds] == [pair.kind for pair in found]
    assert explorer.right.tolist() == [pair.right for pair in found]
    assert done.best == best_threshold(explorer.scores, np.array([pair.right for pair in found]))
    assert (begin.own, begin.bundled, begin.temperature) == ("", False, clip.temperature)


def test_the_data_sets_are_sent_once(made: Callable[..., Any], clip: Any) -> None:
    explorer = made(dx.DatasetExplorer, clip=clip, count=4)
    assert [each.name for each in of(explorer.recorded, Sets)[0].sets] == [each.name for each in DATA_SETS]
    heard: list[Any] = []
    explorer.on_message(heard.append)
    after(explorer, seed=2)
    assert of(heard, Sets) == []
    assert of(explorer.recorded, Scored)


def test_the_bundled_clip_parts_them_and_loses_the_rare(made: Callable[..., Any]) -> None:
    explorer = made(dx.DatasetExplorer, count=160, unseen=0.25)
    batches = of(explorer.recorded, Batch)
    kinds, unseen, chinese = (
        np.concatenate([getattr(batch, part) for batch in batches]) for part in ("kinds", "unseen", "chinese")
    )
    scores, kept = explorer.scores, explorer.scores >= 0.3
    clean = kinds == KINDS.index("right")
    assert scores[clean].mean() - scores[kinds == KINDS.index("mismatched")].mean() > 0.3
    assert kept[clean & (unseen == 0)].mean() - kept[clean & (unseen == 1)].mean() > 0.2  # what it was never shown
    assert abs(scores[clean & (chinese == 0)].mean() - scores[clean & (chinese == 1)].mean()) < 0.12  # it reads both
    assert scores[kinds == KINDS.index("noisy")].mean() < scores[clean].mean() - 0.1
    assert kept[kinds == KINDS.index("detail")].mean() > 0.5  # a cosine doesn't see what is wrong


def test_ones_own_pair_is_scored_and_noise_lowers_it(made: Callable[..., Any]) -> None:
    explorer = made(dx.DatasetExplorer, count=4, picture="gallery:5", caption="a crescent moon")
    (mine,) = of(explorer.recorded, Mine)
    clip, scene = bundled_clip(), scenes.gallery(6)[5]
    assert mine.score == pytest.approx(
        float(clip.embed_pictures([scene.image])[0] @ clip.embed_texts(["a crescent moon"])[0]), abs=1e-5
    )
    (noisy,) = of(after(explorer, caption="IMG_4821 a crescent moon | free shipping").recorded, Mine)
    assert noisy.score < mine.score - 0.05
    assert of(after(explorer, caption="").recorded, Mine) == []
    assert of(after(explorer, caption="a fox", picture="").recorded, Mine) == []


def test_pairs_of_ones_own_are_filtered(made: Callable[..., Any], clip: Any, tmp_path: Path) -> None:
    explorer = made(dx.DatasetExplorer, pairs=in_a_folder(tmp_path, "txt"), clip=clip, wrong=0.4)
    (begin,), (batch,) = of(explorer.recorded, Begin), of(explorer.recorded, Batch)
    assert begin.own == tmp_path.name
    assert len(explorer.scores) == 5
    assert [KINDS[kind] for kind in batch.kinds].count("mismatched") == 2
    assert not batch.unseen.any()
    assert explorer._controls["own"]


def test_an_embedded_picture_costs_nothing_again(made: Callable[..., Any]) -> None:
    clip, seen = tiny_clip.clip(), []
    clip.model.vision_model.register_forward_hook(lambda *_: seen.append(1))  # before there is an explorer
    explorer = made(dx.DatasetExplorer, clip=clip, count=8, caption="")
    assert seen
    seen.clear()
    after(explorer, wrong=0.8)
    assert seen == []
    before = explorer.scores
    with torch.no_grad():
        clip.model.visual_projection.weight.mul_(-1)
    after(explorer, wrong=0.8, noisy=0.0)
    assert seen  # another network is another result
    assert not np.allclose(explorer.scores, before)


def test_any_pipeline_is_left_alone(made: Callable[..., Any], pipe: Any, clip: Any) -> None:
    before = dict(vars(pipe))
    made(dx.DatasetExplorer, clip=clip, pipeline=pipe, count=4)
    assert vars(pipe) == before


def test_bad_values_are_refused(made: Callable[..., Any], clip: Any) -> None:
    explorer = made(dx.DatasetExplorer, clip=clip, count=4)
    for field, value, words in (
        ("count", 3, "from 4 to 2000"),
        ("noisy", 1.5, "from 0 to 1"),
        ("chinese", float("nan"), "from 0 to 1"),
        ("threshold", 2, "from -1 to 1"),
        ("panel", "nope", "one of kept, course"),
        ("picture", "gallery:99999", "pictures 0 to"),
    ):
        assert_refused(explorer, field, value, words)
    with pytest.raises(TraitError, match="give a whole number"):
        dx.DatasetExplorer(clip=clip, count="many")


# What is learned from it


def test_two_small_clips_learn_and_the_filter_helps_the_one_far_more_than_chance_would() -> None:
    explorer = dx.DatasetExplorer(count=4, wrong=0.6, caption="", learn=0.3).wait(400)
    (begun,), learned = of(explorer.recorded, Learning), of(explorer.recorded, Learned)
    explorer.close()
    assert begun.counts[0] == 600 > begun.counts[1]
    assert begun.wrong[0] == 360
    assert begun.wrong[1] / begun.counts[1] < 0.75 * 0.6
    assert [each.update for each in learned] == list(range(0, begun.updates + 1, learned[1].update))
    assert learned[0].found[0] == learned[0].found[1] < 0.15  # the same network, and it knows nothing
    assert learned[-1].found[1] > learned[-1].found[0] + 0.1  # chance sets 192 answers less than 0.05 apart
    assert learned[-1].found[1] > 5 / begun.among


def test_without_a_wish_nothing_is_learned_and_of_own_pairs_neither(made: Callable[..., Any], tmp_path: Path) -> None:
    assert of(made(dx.DatasetExplorer, count=4, clip=tiny_clip.clip()).recorded, Learning) == []
    pairs = [(Image.new("RGB", (8, 8), "teal"), "a teal square")] * 4
    assert of(made(dx.DatasetExplorer, pairs, count=4, clip=tiny_clip.clip(), learn=0.1).recorded, Learning) == []


def test_a_threshold_that_keeps_nothing_leaves_a_clip_that_knows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "COUNT", 40)
    monkeypatch.setattr(learning, "UPDATES", 10)
    explorer = dx.DatasetExplorer(count=4, clip=tiny_clip.clip(), learn=1.0).wait(200)
    (begun,), learned = of(explorer.recorded, Learning), of(explorer.recorded, Learned)
    assert of(explorer.recorded, Scored)
    explorer.close()
    assert begun.counts[1] <= 1
    assert learned[0].found[1] == learned[-1].found[1]
