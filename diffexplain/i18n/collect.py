"""Collects every sentence of the code into the catalogues. For people who work on diffexplain, with a checkout.

``python -m diffexplain.i18n.collect`` brings ``zh/*.po`` up to date: new sentences appear with an empty translation, those
that nothing says any more go. With ``--check`` it changes nothing and names what is out of date or not translated.

A sentence is what stands in ``say("…")`` or ``plural("…", "…", count)``, in Python and in JavaScript. The catalogue it belongs to
follows from where it stands: ``explorers/NAME/`` and ``frontend/explorers/NAME/`` go to ``NAME.po``, everything else to ``general.po``.
"""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from diffexplain.i18n.catalogue import FOLDER, SOURCE_LANGUAGE
from diffexplain.i18n.language import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

PACKAGE = FOLDER.parent
KEYWORDS = {"say": None, "plural": (1, 2)}


def collect() -> dict[str, Catalog]:
    """Return all sentences, by the name of the catalogue they belong to."""
    catalogues: dict[str, Catalog] = {}
    for path in _sources():
        method = "python" if path.suffix == ".py" else "javascript"
        name = _domain(path)
        options = {"parse_template_string": "true"} if method == "javascript" else {}
        for _line, text, _comments, _context in extract_from_file(method, path, keywords=KEYWORDS, options=options):
            catalogue = catalogues.setdefault(name, Catalog())
            catalogue.add(text, locations=[(path.relative_to(PACKAGE).as_posix(), 0)])
    return catalogues


def updated(path: Path, template: Catalog, language: str) -> Catalog:
    """Return what a catalogue file should be: the template's sentences with the translations that the file has."""
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
    else:
        catalogue = Catalog(locale=language)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def text_of(catalogue: Catalog) -> str:
    """Return a catalogue as its file has it: sorted by sentence, without dates and line numbers, so that merges stay quiet."""
    out = io.BytesIO()
    write_po(out, catalogue, width=0, omit_header=True, sort_output=True, include_lineno=False)
    plural = f'"Plural-Forms: {catalogue.plural_forms}\\n"'
    head = f'msgid ""\nmsgstr ""\n"Language: {catalogue.locale}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n{plural}\n\n'
    return head + out.getvalue().decode("utf-8").strip() + "\n"


def _sources() -> Iterator[Path]:
    for path in sorted(PACKAGE.rglob("*")):
        inside = path.relative_to(PACKAGE).parts
        if (path.suffix == ".py" and inside[0] != "i18n") or (
            path.suffix == ".js"
            and inside[:2] in {("frontend", room) for room in ("kit", "explorers", "network")}
            and ".test." not in path.name
        ):
            yield path


def _domain(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    inside = parts[1:] if parts[0] == "frontend" else parts
    return inside[1] if inside[0] == "explorers" and len(inside) > 2 else "general"


def main(arguments: Sequence[str]) -> int:
    """Write the catalogues, or with ``--check`` name what is amiss; return how much that is."""
    check = "--check" in arguments
    templates = collect()
    amiss = 0
    for language in LANGUAGES.keys() - {SOURCE_LANGUAGE}:
        folder = FOLDER / language
        for path in {*folder.glob("*.po")} - {folder / f"{name}.po" for name in templates}:
            print(f"{path.relative_to(PACKAGE)}: nothing says its sentences any more")
            amiss += 1
            if not check:
                path.unlink()
        for name, template in sorted(templates.items()):
            path = folder / f"{name}.po"
            catalogue = updated(path, template, language)
            text = text_of(catalogue)
            empty = [message.id for message in catalogue if message.id and not all(_forms(message.string))]
            stale = not path.exists() or path.read_text("utf-8") != text
            amiss += stale + len(empty)
            if stale:
                print(f"{path.relative_to(PACKAGE)}: {'out of date' if check else 'brought up to date'}")
            for sentence in empty:
                print(f"{path.relative_to(PACKAGE)}: not translated: {sentence}")
            if stale and not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
    return amiss if check else 0


def _forms(text: str | Sequence[str] | None) -> Sequence[str]:
    return (text,) if isinstance(text, str) else text or ("",)


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1:])))
