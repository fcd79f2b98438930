"""Scenes as arrays: pictures in one file that is mapped into memory, captions and what stands where in parts beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from diffexplain.scenes import CORE_THINGS, GROUNDS, HELD_OUT, THINGS, stream
from diffexplain.training.data.arrays import filled
from diffexplain.training.workspace import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from diffexplain.scenes import Scene
    from diffexplain.training.settings import SceneSet
    from diffexplain.training.workspace import Workspace

ARRANGEMENTS = ("alone", "side by side", "one above the other")
_PART = 500
_FORMAT = "scenes 1"


@dataclass(frozen=True, eq=False)
class Scenes:
    """A set of scenes.

    Attributes:
        pictures: (N, S, S, 3) uint8, mapped; S is the side of the set.
        captions: English and Chinese, each N texts.
        things: (N, 2) indices of THINGS of what stands first (left, above or alone) and second (-1 where there is none).
        arrangements: (N,) indices of ARRANGEMENTS.
        grounds: (N,) indices of GROUNDS.
        source: what they follow from.
    """

    pictures: np.ndarray
    captions: tuple[list[str], list[str]]
    things: np.ndarray
    arrangements: np.ndarray
    grounds: np.ndarray
    source: str

    def __len__(self) -> int:
        return len(self.pictures)


def make(workspace: Workspace, name: str, wanted: SceneSet, report: Callable[[str], None] | None = None) -> Scenes:
    """Make a set of scenes as far as it is not there yet: about a millisecond a scene."""
    folder = workspace.scenes(name)
    source = f"{_FORMAT}, seed {wanted.seed}, {wanted.mix}, side {wanted.side}"
    mixed = things_of(wanted.mix)

    def fill(start: int, stop: int) -> np.ndarray:
        scenes = list(islice(stream(wanted.seed, mixed, wanted.side, start), stop - start))
        write_whole(_part(folder, start), json.dumps([labels(scene) for scene in scenes], ensure_ascii=False))
        return np.stack([np.asarray(scene.image) for scene in scenes])

    shape = (wanted.count, wanted.side, wanted.side, 3)
    progress = None if report is None else progress_lines(report, f"scenes, {name}")
    pictures = filled(folder / "pictures.npy", shape, np.uint8, fill, source=source, part=_PART, progress=progress)
    rows = [row for start in range(0, wanted.count, _PART) for row in json.loads(_part(folder, start).read_text("utf-8"))]
    return Scenes(
        pictures=pictures,
        captions=([row["english"] for row in rows], [row["chinese"] for row in rows]),
        things=np.array([row["things"] for row in rows], np.int64),
        arrangements=np.array([row["arrangement"] for row in rows], np.int64),
        grounds=np.array([row["ground"] for row in rows], np.int64),
        source=f"{source}, {wanted.count}",
    )


def sample_indices(draw: np.random.Generator, things: np.ndarray, count: int, pairs: float) -> np.ndarray:
    """Draw indices of scenes, with replacement.

    Args:
        draw: numpy's generator.
        things: (N, 2) of `Scenes`.
        count: how many.
        pairs: chance of each to show two things, 0 to 1; where a set has one kind only, all are of it.
    """
    kinds = [np.nonzero((things[:, 1] >= 0) == two)[0] for two in (False, True)]
    if not all(len(kind) for kind in kinds):
        return draw.integers(0, len(things), count)
    two = draw.random(count) < pairs
    return np.where(two, *(draw.choice(kind, count) for kind in kinds[::-1]))


def progress_lines(report: Callable[[str], None], what: str) -> Callable[[int, int], None]:
    """Return what reports how many are done, every ten thousand and at the end."""
    last = 0

    def progress(done: int, total: int) -> None:
        nonlocal last
        if done == total or done // 10_000 > last:
            report(f"{what}: {done:,} of {total:,}")
        last = done // 10_000

    return progress


def things_of(mix: str) -> str | list[str]:
    """Return what `diffexplain.scenes` is asked for: "core" has each core thing eleven times and every other once."""
    if mix == "even":
        return "all"
    known = [name for name in THINGS if name not in HELD_OUT]
    return known + 10 * list(CORE_THINGS)


def labels(scene: Scene) -> dict[str, Any]:
    """Return what a scene shows, as numbers, and its captions."""
    beside = scene.relation not in {"above", "below"}
    swapped = scene.relation in {"to the right of", "below"}  # the caption names the right or lower one first
    placed = scene.objects[::-1] if swapped else scene.objects
    numbers = [THINGS.index(one.name) for one in placed]
    return {
        "english": scene.caption,
        "chinese": scene.caption_zh,
        "things": numbers if scene.relation else [numbers[0], -1],
        "arrangement": 0 if scene.relation is None else 1 if beside else 2,
        "ground": GROUNDS.index(scene.ground),
    }


def _part(folder: Path, start: int) -> Path:
    # The folder is called as it always was, so that scenes made before are found.
    return folder / "told" / f"{start:07d}.json"
