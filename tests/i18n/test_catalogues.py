"""The catalogues hold every sentence of the code, translated, with the same placeholders."""

from __future__ import annotations

import re
import string
import subprocess
import sys
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

import pytest
from babel.messages.pofile import read_po

from diffexplain.i18n import collect
from diffexplain.i18n.catalogue import FOLDER

if TYPE_CHECKING:
    from pathlib import Path

    from babel.messages.catalog import Catalog, Message

PATHS = sorted((FOLDER / "zh").glob("*.po"))
CHINESE = r"[\u4e00-\u9fff]"
templates = cache(collect.collect)
by_file = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


@cache
def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="zh")


def sentences(path: Path) -> list[tuple[str, str]]:
    """``(English, Chinese)`` of each translated form; of what counts, English is the form for several, which has all placeholders."""
    pairs = [(_several(message), form) for message in read(path) if message.id for form in _forms(message)]
    return [(english, chinese) for english, chinese in pairs if chinese]


def _several(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[-1]


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def placeholders(text: str) -> list[tuple[str, str | None, str | None]]:
    return sorted((name, how or "", form or "") for _, name, form, how in string.Formatter().parse(text) if name is not None)


def english_words(text: str) -> list[str]:
    """Words of a text outside of placeholders, `code`, 'names in quotes' and [lists]: three small letters or more."""
    return re.findall(r"[a-z]{3,}", re.sub(r"\{[^{}]*\}|`[^`]*`|'[^']*'|\[[^]]*\]", " ", text))


def test_each_part_of_the_code_has_its_catalogue() -> None:
    assert {path.stem for path in PATHS} == set(templates())


@by_file
def test_a_catalogue_is_up_to_date(path: Path) -> None:
    assert collect.text_of(collect.updated(path, templates()[path.stem], "zh")) == path.read_text("utf-8")


@by_file
def test_every_sentence_is_translated(path: Path) -> None:
    written = {message.id: _forms(message) for message in read(path)}
    assert [message.id for message in templates()[path.stem] if message.id and not all(written.get(message.id) or [""])] == []


@by_file
def test_no_translation_is_a_guess(path: Path) -> None:
    assert [message.id for message in read(path) if message.id and message.fuzzy] == []


@by_file
def test_a_translation_has_the_placeholders_of_its_sentence(path: Path) -> None:
    assert [pair for pair in sentences(path) if len({tuple(placeholders(text)) for text in pair}) > 1] == []


@by_file
def test_a_translation_is_chinese(path: Path) -> None:
    """Without a Chinese character it may be what has no English word either: signs, placeholders, U-Net."""
    assert [chinese for _, chinese in sentences(path) if english_words(chinese) and not re.search(CHINESE, chinese)] == []


@by_file
def test_no_translation_is_the_sentence_again(path: Path) -> None:
    assert [english for english, chinese in sentences(path) if english_words(english) and chinese == english] == []


@by_file
def test_punctuation_after_chinese_is_chinese(path: Path) -> None:
    bare = [re.sub(r"\[[^]]*\]", "", chinese) for _, chinese in sentences(path)]  # a list is written as Python does
    assert [chinese for chinese in bare if re.search(rf"{CHINESE}[.,;!?]", chinese)] == []


def test_what_python_says_in_two_places_has_one_translation() -> None:
    """Python reads all catalogues as one; whether digits have spaces around them is a catalogue's own style."""
    said: dict[str, set[str]] = defaultdict(set)
    for path in PATHS:
        for message in read(path):
            if any(source.endswith(".py") for source, _ in message.locations):
                said[_several(message)] |= {form.replace(" ", "") for form in _forms(message)}
    assert {english: chinese for english, chinese in said.items() if len(chinese) > 1} == {}


def test_english_needs_no_catalogue() -> None:
    script = "import sys, diffexplain\nfrom diffexplain.i18n import say\nsay('so be it')\nprint('babel' in sys.modules)"
    environment = {"DIFFEXPLAIN_LANGUAGE": "en"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env=environment,
        cwd=FOLDER.parents[1],
    )
    assert done.stdout == "False\n"
