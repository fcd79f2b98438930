from __future__ import annotations

import hashlib
import subprocess
import sys
from itertools import islice
from typing import Any

import numpy as np
import pytest

from diffexplain import scenes
from diffexplain.scenes import SceneError


def pixels(scene: scenes.Scene) -> np.ndarray:
    return np.asarray(scene.image)  # (size, size, 3), 0..255


def same(first: scenes.Scene, second: scenes.Scene) -> bool:
    return first == second and bool((pixels(first) == pixels(second)).all())


@pytest.fixture(scope="module")
def many() -> tuple[scenes.Scene, ...]:
    return scenes.gallery(3000, seed=1, size=32)


def test_a_scene() -> None:
    scene = scenes.scene(0)
    assert scene.image.size == (128, 128)  # the bundled model's
    assert scene.image.mode == "RGB"
    assert "image" not in repr(scene)


def test_a_seed_gives_the_same_scene() -> None:
    assert same(scenes.scene(5), scenes.scene(5))
    assert not same(scenes.scene(5), scenes.scene(6))


def test_the_same_on_every_machine() -> None:
    """Written down once: captions exactly; pixels as means, since a decoder of WebP may round differently."""
    gallery = scenes.gallery(40)
    captions = "\n".join(scene.caption + scene.caption_zh for scene in gallery)
    assert hashlib.sha256(captions.encode()).hexdigest()[:16] == "979cd09da0e7f009"
    assert scenes.scene(7).caption == "a book"
    means = np.mean([pixels(scene).mean((0, 1)) for scene in gallery], axis=0)
    assert means == pytest.approx([180.4, 171.8, 156.5], abs=0.5)


def test_a_longer_gallery_begins_with_the_shorter() -> None:
    short, long = scenes.gallery(5, seed=2), scenes.gallery(10, seed=2)
    assert all(same(first, second) for first, second in zip(short, long, strict=False))
    assert scenes.gallery(0) == ()


def test_galleries_share_nothing() -> None:
    first, second = (scenes.gallery(300, seed) for seed in (0, 1))
    assert not {pixels(scene).tobytes() for scene in first} & {pixels(scene).tobytes() for scene in second}


def test_a_seed_shows_the_same_scene_at_every_size() -> None:
    small, large = scenes.scene(11), scenes.scene(11, size=256)
    assert (small.caption, small.ground) == (large.caption, large.ground)
    assert large.image.size == (256, 256)
    shrunk = np.asarray(large.image.resize(small.image.size), float)
    assert np.abs(shrunk - pixels(small)).mean() < 12


def test_the_odds(many: tuple[scenes.Scene, ...]) -> None:
    """Shares of the recipe, with four standard deviations of 3,000 draws around them."""

    def share(holds: Any) -> float:
        return float(np.mean([holds(scene) for scene in many]))

    single = [scene for scene in many if scene.relation is None]
    assert share(lambda scene: len(scene.objects) == 1) == pytest.approx(0.62, abs=0.036)
    assert share(lambda scene: scene.ground == "white") == pytest.approx(0.25 + 0.75 / 12, abs=0.034)
    assert share(lambda scene: "background" in scene.caption) == pytest.approx(0.7, abs=0.034)
    assert share(lambda scene: scene.relation == "above") == pytest.approx(0.38 * 0.4 * 0.6, abs=0.021)
    assert share(lambda scene: scene.relation == "to the right of") == pytest.approx(0.38 * 0.6 * 0.25, abs=0.018)
    named = [any(style in scene.caption.split()[:2] for style in scenes.STYLES) for scene in single]
    assert np.mean(named) == pytest.approx(0.25, abs=0.041)


def test_captions_agree_with_what_is_there(many: tuple[scenes.Scene, ...]) -> None:
    for scene in many:
        assert all(thing.name in scene.caption for thing in scene.objects)
        assert ("background" in scene.caption) == ("背景" in scene.caption_zh)
        if "background" in scene.caption:
            assert scene.caption.endswith(f"{scene.ground} background")
        for thing in scene.objects:
            left, top, right, bottom = thing.box
            assert 0 <= left < right <= scene.image.width
            assert 0 <= top < bottom <= scene.image.height


@pytest.mark.parametrize(
    ("relation", "axis", "sign"), [("to the left of", 0, -1), ("to the right of", 0, 1), ("above", 1, -1), ("below", 1, 1)]
)
def test_a_relation_is_where_the_things_are(many: tuple[scenes.Scene, ...], relation: str, axis: int, sign: int) -> None:
    found = [scene for scene in many if scene.relation == relation]
    assert len(found) > 50
    for scene in found:
        first, second = (thing.box[axis] + thing.box[axis + 2] for thing in scene.objects)
        assert (first - second) * sign > 0, scene
        assert scene.caption.index(scene.objects[0].name) < scene.caption.index(relation)


def test_things_to_choose_from(many: tuple[scenes.Scene, ...]) -> None:
    seen = {thing.name for scene in many for thing in scene.objects}
    assert seen == set(scenes.THINGS) - set(scenes.HELD_OUT)
    core = {thing.name for scene in scenes.gallery(200, things="core") for thing in scene.objects}
    assert core <= set(scenes.CORE_THINGS)
    dragons = scenes.gallery(20, things=["dragon"])
    assert {thing.name for scene in dragons for thing in scene.objects} == {"dragon"}
    assert {thing.style for scene in dragons for thing in scene.objects} > {"soft"}


@pytest.mark.parametrize("seed", [-1, 1.5, "7", None, True])
def test_a_seed_that_is_none(seed: Any) -> None:
    with pytest.raises(SceneError, match=r"seed=.* has to be a whole number from 0"):
        scenes.scene(seed)


def test_numpy_numbers_are_seeds_and_large_ones_too() -> None:
    assert same(scenes.scene(np.int64(5)), scenes.scene(5))  # type: ignore[arg-type]
    assert scenes.scene(2**64).caption


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"size": 8}, "size=8 is not allowed: a picture's side has 16 to 512 pixels"),
        ({"size": 64.0}, "size=64.0"),
        ({"things": []}, "is empty"),
        ({"things": "foxx"}, "Did you mean 'fox'"),
        ({"things": "fox"}, r"a list of names: \['fox'\]"),
        ({"things": ["fox", "xyzzy"]}, "There is no thing 'xyzzy' among the 246"),
        ({"things": [3]}, "There is no thing 3"),
        ({"things": 5}, "things=5 is not allowed"),
    ],
)
def test_values_that_are_not_allowed(values: dict[str, Any], message: str) -> None:
    with pytest.raises(SceneError, match=message):
        scenes.gallery(1, **values)


def test_a_count_that_is_none() -> None:
    with pytest.raises(SceneError, match="count=-1"):
        scenes.gallery(-1)


def test_no_torch_is_needed() -> None:
    code = "import sys; from diffexplain import scenes; scenes.scene(0); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_stream_is_the_gallery_without_an_end() -> None:
    gallery = scenes.gallery(6, seed=3, things="core")
    late = islice(scenes.stream(3, "core", start=4), 2)
    assert all(same(first, second) for first, second in zip(gallery[4:], late, strict=True))
    with pytest.raises(SceneError, match="start=-1"):
        scenes.stream(3, start=-1)
