"""Pairs of picture and caption of the scene world, some of them wrong on purpose, as they are on the web."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from diffexplain import scenes
from diffexplain.scenes.table import find_ground
from diffexplain.scenes.words import with_article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PIL import Image

    from diffexplain.explorers.dataset.request import DatasetRequest
    from diffexplain.scenes import Scene

Kind: TypeAlias = Literal["right", "noisy", "detail", "mismatched", "filler"]
KINDS: tuple[Kind, ...] = ("right", "noisy", "detail", "mismatched", "filler")
RIGHT = frozenset({"right", "noisy"})
SIDE = 64  # pixels: what the bundled CLIP reads, and what a page shows

_WRONG: tuple[Kind, ...] = ("mismatched", "detail", "mismatched", "filler")  # by turns
_AROUND = {
    False: (
        "{caption} | free shipping",
        "{caption} - stock photo {number}",
        "buy {caption} online, best price",
        "IMG_{number} {caption}",
        "{caption} wallpaper 1920x1080",
    ),
    True: (
        "{caption} 高清图片素材下载",
        "{caption}【全场包邮】",
        "正品 {caption} 特价促销",
        "IMG_{number} {caption}",
        "{caption} 壁纸大全",
    ),
}
_NOTHING = {
    False: ("IMG_{number}.JPG", "click to enlarge", "untitled", "photo {number}", "thumbnail", "logo"),
    True: ("IMG_{number}.JPG", "点击查看大图", "未命名", "图片 {number}", "缩略图", "加载中"),
}
_HAN = re.compile(r"[㐀-鿿]")


@dataclass(frozen=True, eq=False)
class Pair:
    """A picture and what stands beside it.

    Attributes:
        image: RGB.
        caption: what is said of it.
        kind: what is known of the caption: right; right among other words; one detail wrong; another picture's; says nothing.
        chinese: the caption has Chinese letters.
        unseen: it shows things that the bundled CLIP was never shown; of other pairs that is not known, and False.
    """

    image: Image.Image
    caption: str
    kind: Kind
    chinese: bool
    unseen: bool = False

    @property
    def right(self) -> bool:
        """Whether picture and caption belong together."""
        return self.kind in RIGHT


def is_chinese(text: str) -> bool:
    """Return whether a text has Chinese letters."""
    return _HAN.search(text) is not None


def scene_pairs(request: DatasetRequest, size: int, known: Iterator[Scene] | None = None) -> Iterator[list[Pair]]:
    """Yield pairs of the scene world, so many at a time.

    One share decides nothing about another: with more wrong ones, those that were wrong stay wrong, and all pictures are the same.

    Args:
        request: how many of which kind.
        size: of a batch.
        known: scenes with what the bundled CLIP was shown; None for all kinds.
    """
    streams = np.random.SeedSequence(request.seed).spawn(5)
    order = [np.random.default_rng(stream).permutation(request.count) for stream in streams[:4]]
    unseen = set(order[0][: round(request.unseen * request.count)].tolist())
    chinese = set(order[1][: round(request.chinese * request.count)].tolist())
    wrong = {int(at): _WRONG[turn % len(_WRONG)] for turn, at in enumerate(order[2][: round(request.wrong * request.count)])}
    right = [int(at) for at in order[3] if int(at) not in wrong]
    noisy = set(right[: round(request.noisy * len(right))])
    known = scenes.stream(request.seed, size=SIDE) if known is None else known
    strange = scenes.stream(request.seed, things=scenes.HELD_OUT, size=SIDE)
    every = (next(strange if at in unseen else known) for at in range(request.count))
    shown: list[Scene] = []
    for start in range(0, request.count, size):
        batch = range(start, min(start + size, request.count))
        shown += islice(every, len(batch))
        yield [
            _pair(shown, at, wrong.get(at, "noisy" if at in noisy else "right"), at in chinese, at in unseen, streams[4])
            for at in batch
        ]


def _pair(shown: list[Scene], at: int, kind: Kind, chinese: bool, unseen: bool, stream: np.random.SeedSequence) -> Pair:
    rng = np.random.default_rng([*stream.generate_state(2), at])
    number = int(rng.integers(1000, 9999))
    own = _said(shown[at], chinese)

    def one_of(templates: tuple[str, ...]) -> str:
        return templates[int(rng.integers(len(templates)))].format(caption=own, number=number)

    captions: dict[Kind, Callable[[], str]] = {
        "right": lambda: own,
        "noisy": lambda: one_of(_AROUND[chinese]),
        "detail": lambda: other_ground(shown[at], own, rng),
        "mismatched": lambda: _said(_stranger(shown, at), chinese),
        "filler": lambda: one_of(_NOTHING[chinese]),
    }
    return Pair(shown[at].image, captions[kind](), kind, chinese, unseen)


def _said(scene: Scene, chinese: bool) -> str:
    return scene.caption_zh if chinese else scene.caption


def _stranger(shown: list[Scene], at: int) -> Scene:
    """Return a scene with none of the same things; where there is none, the next one."""
    own = {each.name for each in shown[at].objects}
    others = [shown[(at + step) % len(shown)] for step in range(1, len(shown))]
    return next((scene for scene in others if own.isdisjoint(each.name for each in scene.objects)), (others or shown)[0])


def other_ground(scene: Scene, caption: str, rng: np.random.Generator) -> str:
    """Return the caption with another colour of the ground than the picture has: where it names none, with a wrong one.

    Args:
        scene: what the picture shows.
        caption: one of its two.
        rng: chooses the colour.
    """
    others = [name for name in scenes.GROUNDS if name != scene.ground]
    other = others[int(rng.integers(len(others)))]
    if is_chinese(caption):
        own, wrong = (f"{find_ground(name).chinese}色背景" for name in (scene.ground, other))
        return caption.replace(own, wrong) if own in caption else f"{caption}，{wrong}"
    named = (f"on {with_article(scene.ground)} background", f"{scene.ground} background")
    said = next((each for each in named if each in caption), None)
    if said is None:
        return f"{caption} on {with_article(other)} background"
    return caption.replace(said, f"on {with_article(other)} background" if said.startswith("on ") else f"{other} background")
