"""Pairs of one's own: from a folder, from a table of captions, from a list, or streamed from Hugging Face `datasets`."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from itertools import islice
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from diffexplain.core.pictures import picture_of
from diffexplain.errors import CollectionError, DiffexplainError
from diffexplain.explorers import checks
from diffexplain.explorers.dataset.pairs import Pair, is_chinese
from diffexplain.explorers.dataset.request import MOST
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from PIL import Image

    Rows: TypeAlias = "Iterator[tuple[Any, Any]]"

HUB = "hf:"
LONGEST_SIDE = 512
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp"})
TABLES = ("metadata.jsonl", "metadata.csv", "captions.jsonl", "captions.csv", "captions.tsv")
PICTURE_COLUMNS = ("image", "picture", "img", "jpg", "png", "file_name", "filename", "file", "path")
TEXT_COLUMNS = ("caption", "text", "captions", "alt_text", "alt", "txt", "sentence", "description")


class Source:
    """Where pairs come from, looked at when it is given and read when a run asks for it.

    Args:
        given: a folder with pictures and a text file of the same name beside each, or with a table of captions; such a table (CSV, TSV or
            JSON Lines); ``hf:NAME`` for a data set of the hub, which is streamed; a ``datasets.Dataset`` or ``IterableDataset``; or
            pairs: (picture, caption), or mappings with a picture and a caption.

    Raises:
        CollectionError: it is none of these; the message says what is allowed.
    """

    def __init__(self, given: Any) -> None:
        self._given = given
        if isinstance(given, (str, PathLike)):
            path = str(given)
            hub = path.startswith(HUB)
            self.name = path if hub else Path(path).name or path  # an exported page need not know whose folder it was
            if not hub and not Path(path).exists():
                raise CollectionError(
                    say(
                        "there is no folder or table {path}; check the path, or write hf:{path} for a data set of the hub",
                        path=path[:120],
                    )
                )
        elif isinstance(given, Mapping):  # a `DatasetDict`
            raise CollectionError(
                say("this holds several parts ({names}); give one of them", names=", ".join(map(str, given))[:120])
            )
        elif isinstance(given, bytes) or not isinstance(given, Iterable):
            raise CollectionError(
                say(
                    "{value} holds no pairs; give a folder, a table of captions, a list of (picture, caption), or a data set",
                    value=checks.shown(given),
                )
            )
        else:
            self.name = _name_of(given)
            self._given = given if hasattr(given, "column_names") else list(islice(given, MOST))

    def pairs(self, count: int) -> list[tuple[Image.Image, str]]:
        """Return the first so many pairs, pictures RGB and at most 512 pixels a side.

        Raises:
            DiffexplainError: nothing is there, or something in it is no pair; the message says which.
        """
        found = [
            (_picture(at, picture), _caption(at, caption)) for at, (picture, caption) in enumerate(islice(self._rows(), count))
        ]
        if len(found) < 2:
            raise CollectionError(
                say(
                    "{name} holds {count} pairs and at least two are needed; give pictures with a caption each",
                    name=self.name[:120],
                    count=len(found),
                )
            )
        return found

    def _rows(self) -> Rows:
        if isinstance(self._given, (str, PathLike)):
            if str(self._given).startswith(HUB):
                return _of_records(_streamed(self.name.removeprefix(HUB)))
            path = Path(self._given)
            return _of_folder(path) if path.is_dir() else _of_table(path)
        return _of_records(self._given)


def own_pairs(found: list[tuple[Image.Image, str]], wrong: float, seed: int) -> list[Pair]:
    """Return pairs of one's own, some with another picture's caption on purpose.

    Args:
        found: at least two.
        wrong: share of them.
        seed: decides which.
    """
    order = np.random.default_rng(seed).permutation(len(found))
    chosen = order[: round(wrong * len(found))].tolist()
    captions = [caption for _, caption in found]
    kinds = ["right"] * len(found)
    for at in chosen:
        others = (captions[(at + step) % len(captions)] for step in range(1, len(captions)))
        other = next((text for text in others if text != found[at][1]), None)
        if other is not None:
            captions[at], kinds[at] = other, "mismatched"
    return [
        Pair(image, caption, "right" if kind == "right" else "mismatched", is_chinese(caption))
        for (image, _), caption, kind in zip(found, captions, kinds, strict=True)
    ]


def _name_of(given: Any) -> str:
    info = getattr(given, "info", None)
    name = getattr(info, "dataset_name", None)
    return str(name) if name else type(given).__name__


def _picture(at: int, picture: Any) -> Image.Image:
    try:
        return picture_of(picture, LONGEST_SIDE).copy()
    except DiffexplainError as error:
        raise CollectionError(say("pair {number}: {error}", number=at, error=error.args[0])) from error


def _caption(at: int, caption: Any) -> str:
    if isinstance(caption, (list, tuple)) and caption:
        caption = caption[0]  # COCO has five a picture
    try:
        return checks.text("caption", caption)
    except ValueError as error:
        raise CollectionError(say("pair {number}: {error}", number=at, error=error.args[0])) from error


def _of_folder(folder: Path) -> Rows:
    table = next((folder / name for name in TABLES if (folder / name).exists()), None)
    if table is not None:
        return _of_table(table)
    pictures = (path for path in sorted(folder.iterdir()) if path.suffix.lower() in PICTURES)
    return (
        (path, path.with_suffix(".txt").read_text("utf-8", "replace").strip())
        for path in pictures
        if path.with_suffix(".txt").exists()
    )


def _of_table(path: Path) -> Rows:
    """Read a table whose pictures are files; their paths are beside the table unless they are whole."""
    text = path.read_text("utf-8-sig", "replace")
    records: Iterable[Any]
    try:
        if path.suffix.lower() in {".jsonl", ".json"}:
            records = [json.loads(line) for line in text.splitlines() if line.strip()]
        else:
            records = list(csv.DictReader(text.splitlines(), delimiter="\t" if path.suffix.lower() == ".tsv" else ","))
    except (ValueError, csv.Error) as error:
        raise CollectionError(
            say(
                "the table {path} can't be read ({reason}); give CSV, TSV or JSON Lines",
                path=path.name,
                reason=str(error)[:120],
            )
        ) from error
    return (
        (path.parent / picture if isinstance(picture, str) else picture, caption) for picture, caption in _of_records(records)
    )


def _of_records(records: Any) -> Rows:
    for at, record in enumerate(records):
        if isinstance(record, Mapping):
            yield _column(at, record, PICTURE_COLUMNS), _column(at, record, TEXT_COLUMNS)
        elif isinstance(record, (tuple, list)) and len(record) == 2:
            yield record[0], record[1]
        else:
            raise CollectionError(
                say(
                    "pair {number} is {value}; give (picture, caption), or a mapping with a picture and a caption",
                    number=at,
                    value=checks.shown(record),
                )
            )


def _column(at: int, record: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    found = next((record[name] for name in names if record.get(name) is not None), None)
    if found is None:
        raise CollectionError(
            say(
                "pair {number} has the columns {columns}; one of {names} is needed, rename it",
                number=at,
                columns=", ".join(map(str, record))[:120],
                names=", ".join(names),
            )
        )
    if isinstance(found, Mapping):  # an image of `datasets` that was not decoded
        return found.get("bytes") or found.get("path")
    return found


def _streamed(name: str) -> Any:
    try:
        from datasets import load_dataset  # type: ignore[import-not-found, unused-ignore] # an extra of the user
    except ImportError as error:
        raise CollectionError(
            say("streaming from the hub needs the package datasets; install it: pip install 'diffexplain[data]'")
        ) from error
    path, _, split = name.partition("@")
    try:
        return load_dataset(path, split=split or "train", streaming=True)
    except Exception as error:  # whatever the hub, the network or a loader says
        raise CollectionError(
            say("the data set {name} can't be streamed ({reason}); check its name", name=name[:120], reason=str(error)[:200])
        ) from error
